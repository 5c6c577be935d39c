// For moderators: one case, what it is about, what was said of it, and deciding it.

import { get, post, put, remove } from "../api.mjs";
import { action, busy, el, exchange, icon, notice } from "../dom.mjs";
import { ago, listed } from "../words.mjs";
import { choice, field, form } from "./forms.mjs";
import { THINGS, WHY } from "./reports.mjs";

const ACTS = {
  opened: "It was reported",
  reopened: "It was reported again",
  taken: "took it",
  "put-back": "put it back",
  noted: "noted something",
  dismissed: "dismissed it",
  upheld: "upheld it",
  hidden: "hid it",
  unhidden: "showed it again",
  objected: "Its author objected",
};
const NO_ACTOR = ["opened", "reopened", "objected"];
const STATES = { open: "Nobody has taken it.", taken: "Taken by", upheld: "Upheld by", dismissed: "Dismissed by" };
const SOMEBODY = "somebody who left";

export function oneCase(given) {
  const title = el("h1", { tabindex: -1 }, "Case");
  const body = el("div", { class: "about-it" });
  const read = () => fill(title, body, given, read);
  given.signal.addEventListener("abort", () => given.map.showPin(null));
  if (given.thing && given.session.open) busy(body, read);
  else body.replaceChildren(toAll("No case is named here."));
  return el("section", {}, el("header", {}, title), body);
}

async function fill(title, body, given, read) {
  const path = `/moderation/cases/${given.thing}`;
  const found = await get(path);
  const { what, thing, said, notes, trail, objection } = found;
  title.textContent = THINGS[what];
  exchange(
    body,
    [
      thing ? about(what, thing, given.map) : el("p", {}, "It is gone; nothing is left to decide."),
      el("p", {}, reported(found)),
      ...listOf("What those wrote who reported it", said, ({ reason, note }) => [el("b", {}, WHY[reason]), ` ${note}`]),
      objection ? el("p", { class: "pinned" }, `Its author objects: ${objection}`) : "",
      deciding(path, found, given, read),
      el("h2", {}, "Notes of moderators"),
      ...listOf("", notes, ({ by, text, at }) => [el("b", {}, by ?? SOMEBODY), " ", text, " ", el("time", { datetime: at }, ago(at))]),
      noting(path, read),
      ...listOf("What was done", trail, acted, "ol"),
      toAll(),
    ],
    title,
  );
}

function about(what, { by, text, said_at, unverified, at }, map) {
  if (at) {
    const [lon, lat] = at.coordinates;
    map.showPin({ lat, lon }, "Where it was said, as everybody may know");
  }
  const show = at && action([icon("pin"), "Where, as everybody knows"], { class: "second" }, () => map.goTo({ lon: at.coordinates[0], lat: at.coordinates[1] }));
  return el(
    "blockquote",
    { class: "card" },
    el("p", { class: "who" }, el("b", {}, by), said_at && el("time", { datetime: said_at }, ago(said_at))),
    text && el("p", { class: "said" }, text),
    unverified.length > 0 && el("p", { class: "about" }, `Unverified: ${listed(unverified)}.`),
    show,
  );
}

function reported({ reports, state, taken_by, upheld_for }) {
  const counts = Object.entries(reports).map(([reason, count]) => `${count === 1 ? "once" : `${count} times`} as ${WHY[reason]}`);
  const stands = state === "open" ? STATES.open : `${STATES[state]} ${taken_by ?? SOMEBODY}${upheld_for ? `, as ${WHY[upheld_for]}` : ""}.`;
  return `Reported ${listed(counts)}. ${stands}`;
}

/** Taking it, and then deciding; what another took can be put back. */
function deciding(path, found, { session }, read) {
  const { state, taken_by } = found;
  const mine = taken_by === session.person?.handle;
  const take = action("Take it", { class: "main" }, async () => {
    await put(`${path}/taking`);
    await read();
  });
  const putBack = action("Put it back", { class: "second" }, async () => {
    await remove(`${path}/taking`);
    notice("It is anybody’s again.");
    await read();
  });
  if (state === "open") return el("div", { class: "votes" }, take);
  if (!mine) return state === "taken" ? el("div", { class: "votes" }, putBack) : "";
  return el("div", { class: "card" }, decision(path, found, read), state === "taken" && el("div", { class: "votes" }, putBack));
}

function decision(path, { thing, reports, upheld_for }, read) {
  const reason = choice("reason", WHY);
  const [most] = Object.entries(reports).sort(([, one], [, other]) => other - one)[0] ?? [];
  reason.value = upheld_for ?? most ?? "unwelcome";
  const means = thing?.said_at ? "Words are hidden from all but their author, who is told why." : "It is written down, and nothing else is done.";
  const dismiss = action("Dismiss it", { class: "second" }, async () => {
    await put(`${path}/decision`, { state: "dismissed" });
    notice("Dismissed. It stays.");
    await read();
  });
  const made = form([field("Uphold it, as", reason, means)], "Uphold it", async (values) => {
    await put(`${path}/decision`, { state: "upheld", reason: values.get("reason") });
    notice("Upheld.");
    await read();
  });
  made.querySelector(".foot").append(dismiss);
  return made;
}

function noting(path, read) {
  const words = el("textarea", { name: "text", required: true, maxlength: 500, rows: 2 });
  return form([field("For the other moderators", words)], "Note it", async (values) => {
    await post(`${path}/notes`, { text: values.get("text").trim() });
    await read();
  });
}

function acted({ act, by, at }) {
  const said = NO_ACTOR.includes(act) ? ACTS[act] : `${by ?? SOMEBODY} ${ACTS[act]}`;
  return [said, " ", el("time", { datetime: at }, ago(at))];
}

/** A heading, if any, and rows below it; nothing where there are none. */
function listOf(heading, items, row, kind = "ul") {
  if (!items.length) return [];
  const rows = el(kind, { class: "replies", "aria-label": heading || null }, items.map((each) => el("li", {}, ...row(each))));
  return heading ? [el("h2", {}, heading), rows] : [rows];
}

function toAll(words) {
  return el("p", { class: "quiet" }, words && `${words} `, el("a", { href: "#cases" }, "All cases"));
}
