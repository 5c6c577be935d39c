// What I reported and what became of it; what of mine is hidden, why, and what I say against it.

import { get, post } from "../api.mjs";
import { busy, el, listen, notice } from "../dom.mjs";
import { ago } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { field, form } from "./forms.mjs";

export const THINGS = { "check-in": "A check-in", reply: "An answer", person: "A person", community: "A community", event: "An event", piece: "What to look for" };
export const WHY = { unwelcome: "unwelcome", spam: "spam", implausible: "implausible", illegal: "against the law" };
const BECAME = {
  open: "Nobody has looked at it yet.",
  taken: "A moderator is looking at it.",
  dismissed: "A moderator looked at it, and it stays.",
  upheld: "A moderator agreed.",
};
const NONE = "You have reported nothing. Beside what people say there is a flag for it.";
const ALL_SHOWN = "Nothing. If moderators ever hide something of yours you read here why, and may object.";
const MOST = 100;

export function reports(given) {
  if (!given.session.open) return entrance(given);
  const mine = el("ul", { class: "list", "aria-label": "What you reported", tabindex: -1 });
  const hidden = el("ul", { class: "list", "aria-label": "What of yours is hidden", tabindex: -1 });
  const queue = el("p", { hidden: true }, el("a", { class: "second strong", href: "#cases" }, "Look at what was reported"));
  const readMine = async () => fill(mine, (await get("/me/reports", { limit: MOST })).items, report, NONE);
  const readHidden = async () => {
    const { items } = await get("/me/moderation", { limit: MOST });
    fill(hidden, items, (each) => hiding(each, readHidden), ALL_SHOWN);
  };
  busy(mine, readMine);
  busy(hidden, readHidden);
  const decided = ({ detail }) => detail.what && (busy(mine, readMine), busy(hidden, readHidden));
  listen(given.live, given.signal, { notice: decided });
  // Who is a moderator is for the operator to say, and told by nothing else than that the queue opens.
  get("/moderation/cases", { limit: 1 }).then(() => (queue.hidden = false), () => queue.remove());
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "Reports"), el("p", { class: "quiet" }, "Nobody else sees this page.")),
    queue,
    el("h2", {}, "What you reported"),
    mine,
    el("h2", {}, "What of yours is hidden"),
    hidden,
  );
}

function fill(list, items, row, nothing) {
  list.replaceChildren(...(items.length ? items.map(row) : [el("li", { class: "nothing" }, nothing)]));
}

function report({ what, thing, reason, note, reported_at, state }) {
  const said = el("p", { class: "said", hidden: true });
  show(what, thing, said);
  const hides = state === "upheld" && ["check-in", "reply"].includes(what) ? " It is hidden." : "";
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, `${THINGS[what]}, as ${WHY[reason]}`), el("time", { datetime: reported_at }, ago(reported_at))),
      said,
      note && el("p", { class: "about" }, `You noted: ${note}`),
      el("p", {}, BECAME[state] + hides),
    ),
  );
}

/** Words that can still be read, beside what is said of them; what I may not see any more is left out. */
async function show(what, id, place) {
  const words = await wordsOf(what, id).catch(() => null);
  place.textContent = words ? `“${words}”` : "";
  place.hidden = !words;
}

async function wordsOf(what, id) {
  if (what === "check-in") return (await get(`/check-ins/${id}`)).properties.text;
  if (what === "community") return (await get(`/communities/${id}`)).properties.name;
  if (what === "event") return (await get(`/events/${id}`)).properties.title;
  if (what === "piece") return (await get(`/pieces/${id}`)).title;
  return null;
}

function hiding({ id, what, reason, decided_at, objection }, reread) {
  const said = el("p", { class: "said", hidden: true });
  if (what !== "reply") show(what, id, said);
  else showAnswer(id, said);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, `${THINGS[what]}, as ${WHY[reason]}`), el("time", { datetime: decided_at }, ago(decided_at))),
      said,
      el("p", { class: "about" }, "Everybody but you finds it nowhere any more."),
      objection ? el("p", {}, `You objected: “${objection}” A moderator who did not decide it looks at it.`) : objecting(id, reread),
    ),
  );
}

async function showAnswer(id, place) {
  const { items } = await get("/me/replies", { limit: MOST }).catch(() => ({ items: [] }));
  const text = items.find((each) => each.id === id)?.text;
  place.textContent = text ? `“${text}”` : "";
  place.hidden = !text;
}

function objecting(id, reread) {
  const words = el("textarea", { name: "text", required: true, maxlength: 500, rows: 3 });
  const made = form([field("Why it should be shown", words, "Once. Another moderator looks at it then.")], "Object", async (values) => {
    await post(`/me/moderation/${id}/objection`, { text: values.get("text").trim() });
    notice("You objected.");
    await reread();
  });
  return el("details", {}, el("summary", {}, "Object"), el("div", { class: "inside" }, made));
}
