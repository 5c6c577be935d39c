// What the members of a community decide: motions to vote on, how the last ones fell, and moving another.

import { get, post, put, remove } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { counted, onDay, topicName } from "../words.mjs";
import { choice, field, form } from "./forms.mjs";

const CHOICES = { for: "For", against: "Against", abstain: "Abstain" };
const STATES = {
  carried: "Carried",
  rejected: "Rejected",
  withdrawn: "Taken back",
  void: "Carried, but not possible any more",
};
const NONE = "Nothing is to be decided. Members are equals: whatever you would change, move it.";
const MOST_DECIDED = 5;
// What may be moved on the page, and what has to be said for it.
const MOVES = {
  name: ["Call it something else", "name", "The new name", { minlength: 2, maxlength: 80 }],
  purpose: ["Have another purpose", "purpose", "What for", { minlength: 10, maxlength: 280 }],
  "noise-budget": [
    "Offers in a day",
    "offers_a_day",
    "At most, from all businesses together",
    { type: "number", min: 0, max: 10 },
  ],
  "mute-topic": ["Hear nothing on a topic", "topic", "Topic, such as interest:politics", { maxlength: 60 }],
  "hear-topic": ["Hear on a topic again", "topic", "Topic, such as interest:politics", { maxlength: 60 }],
  steward: ["Let me keep house", null],
  recall: ["Recall a steward", "handle", "Their handle", { maxlength: 30 }],
};

/** The parts of a community's page that are about deciding. */
export function motions(id, properties, given, reread) {
  const open = el("ul", { class: "list motions", "aria-label": "To be decided", tabindex: -1 });
  const decided = el("ul", { class: "list motions", "aria-label": "Decided lately" });
  const read = async () => {
    const { items } = await get(`/communities/${id}/motions`, { limit: 50 });
    const now = items.filter(({ state }) => state === "open");
    const past = items.filter(({ state }) => state !== "open").slice(0, MOST_DECIDED);
    const again = () => busy(open, read);
    open.replaceChildren(
      ...(now.length ? now.map((each) => motion(each, id, given, again)) : [el("li", { class: "nothing" }, NONE)]),
    );
    decided.replaceChildren(...past.map(outcome));
    decided.hidden = !past.length;
  };
  busy(open, read);
  return [el("h2", {}, "To decide together"), open, decided, moving(id, properties, read)];
}

function motion(each, community, given, again) {
  const path = `/communities/${community}/motions/${each.id}`;
  const vote = (said) => async () => {
    await (each.my_choice === said ? remove(`${path}/vote`) : put(`${path}/vote`, { choice: said }));
    await again();
  };
  const sentence = sentenceOf(each.proposal);
  const buttons = Object.entries(CHOICES).map(([said, label]) =>
    action(
      label,
      {
        class: each.my_choice === said ? "second strong" : "second",
        "aria-pressed": String(each.my_choice === said),
        "aria-label": `${label}: ${sentence}`,
      },
      vote(said),
    ),
  );
  const mine = each.proposed_by && each.proposed_by === given.session.person?.handle;
  const takeBack = async () => {
    await remove(path);
    notice("You took your motion back.");
    await again();
  };
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, sentence),
      each.why && el("p", { class: "said" }, each.why),
      el("p", { class: "about" }, `${votedOf(each)} · until ${onDay(each.closes_at)}`),
      el("div", { class: "votes" }, buttons, mine && action("Take it back", { class: "second" }, takeBack)),
    ),
  );
}

function votedOf({ voted, quorum }) {
  const still = quorum - voted;
  return still > 0
    ? `${counted(voted, "vote", "votes")}, ${counted(still, "more is", "more are")} needed`
    : counted(voted, "vote", "votes");
}

function outcome({ proposal, state, votes, made }) {
  const fell = votes && `${votes.in_favour} for, ${votes.against} against`;
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, sentenceOf(proposal)),
      el("p", { class: "about" }, [STATES[state], fell].filter(Boolean).join(" · ")),
      made && el("a", { href: `#community//${made}` }, "Look at what came of it"),
    ),
  );
}

/** What is moved, in words. */
export function sentenceOf(proposal) {
  switch (proposal.kind) {
    case "name":
      return `Be called “${proposal.name}”`;
    case "purpose":
      return `Be for this: “${proposal.purpose}”`;
    case "area":
      return proposal.area ? "Have another area" : "Have no area";
    case "welcome":
      return "Welcome a business";
    case "send-off":
      return "Send a business off";
    case "noise-budget":
      return proposal.offers_a_day
        ? `Let ${counted(proposal.offers_a_day, "offer", "offers")} a day through`
        : "Let no offers through";
    case "mute-topic":
      return `Hear nothing here on ${topicName(proposal.topic)}`;
    case "hear-topic":
      return `Hear here on ${topicName(proposal.topic)} again`;
    case "split":
      return `Let a second community begin: “${proposal.name}”`;
    case "steward":
      return "Let who moves this keep house";
    default:
      return `Let ${proposal.handle ?? "somebody"} keep house no more`;
  }
}

function moving(id, properties, read) {
  if (properties.forming) return el("p", { class: "quiet" }, "Once it has grown, its members decide together.");
  const possible = Object.entries(MOVES).filter(
    ([kind]) => properties.kind !== "location" || !kind.endsWith("-topic"),
  );
  const kind = choice("kind", Object.fromEntries(possible.map(([each, [label]]) => [each, label])));
  const asked = el("div", {});
  const ask = () => asked.replaceChildren(...question(kind.value));
  kind.addEventListener("change", ask);
  ask();
  const why = el("textarea", { name: "why", maxlength: 500, rows: 2 });
  const made = form([field("What", kind), asked, field("Why", why)], "Move it", async (values) => {
    await post(`/communities/${id}/motions`, { proposal: proposed(values), why: values.get("why").trim() });
    made.reset();
    ask();
    notice("Members have three days to vote.");
    await read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Move something"), made);
}

function question(kind) {
  const [, name, label, more] = MOVES[kind];
  return name ? [field(label, el("input", { name, required: true, autocomplete: "off", ...more }))] : [];
}

function proposed(values) {
  const kind = values.get("kind");
  const [, name] = MOVES[kind];
  if (!name) return { kind };
  const said = values.get(name).trim();
  return { kind, [name]: kind === "noise-budget" ? Number(said) : said };
}
