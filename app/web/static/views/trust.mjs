// My trust contract: what holds now, sentence by sentence; each can be taken out, and others added.

import { asGiven } from "../contract.mjs";
import { action, busy, el, exchange, icon, listen, notice } from "../dom.mjs";
import { ago } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { choice, field, toggle } from "./forms.mjs";
import { sentence, warnings } from "./sentences.mjs";
import { adding } from "./term-form.mjs";

const IDENTITIES = {
  nobody: "Nothing: they may not read my tag",
  person: "That a person is there",
  pseudonym: "A name that only they know me by",
  handle: "My handle",
};
const EVERYONE = { group: "everyone" };
const IS_OFFERS = ({ purpose }) => purpose === "offers";
const IS_COUNTED = ({ purpose }) => purpose === "statistics";
const IS_READERS = ({ purpose, who }) => purpose === "readers" && who.group === "everyone";

export function trust(given) {
  if (!given.session.open) return entrance(given);
  const { contract, signal } = given;
  const title = el("h2", { tabindex: -1 }, "What holds now");
  const [since, holds, answers] = [
    el("p", { class: "quiet" }),
    el("div", { class: "card" }),
    el("div", { class: "card" }),
  ];
  const draw = () => {
    if (!contract.held) return;
    since.textContent = sinceWhen(contract.held);
    exchange(holds, [terms(contract), ...warnings(contract.held), others()], title);
  };
  draw();
  listen(contract, signal, { change: draw });
  busy(holds, async () => {
    await contract.read();
    answers.replaceChildren(...yesOrNo(contract, signal));
  });
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "My trust contract"), since),
    title,
    holds,
    adding(given),
    el("h2", {}, "Yes or no"),
    answers,
  );
}

/** A change that holds at once; `change` makes other terms of those that hold. */
function agreeTo(contract, change) {
  return contract.agree({ terms: change(asGiven(contract.held.terms)) });
}

function sinceWhen({ version, since }) {
  return since ? `Version ${version}, since ${ago(since)}.` : "This is how everybody begins.";
}

function others() {
  return el(
    "div",
    { class: "row" },
    el("a", { class: "second", href: "#choose" }, "Choose a ready one"),
    el("a", { class: "second", href: "#quiet-places" }, "Quiet places"),
  );
}

/** A sentence for each term, then one for each quiet place. */
function terms(contract) {
  const { says, terms: open, quiet_places } = contract.held;
  if (!open.length && !quiet_places.length) return el("p", {}, says[0]);
  const quiet = says.slice(says.length - quiet_places.length);
  return el(
    "ul",
    { class: "list", "aria-label": "What holds now" },
    open.length ? null : el("li", {}, says[0]),
    open.map((term) =>
      one(term.says, () => agreeTo(contract, () => asGiven(open.filter((each) => each !== term)))),
    ),
    quiet_places.map((place, index) => one(quiet[index], () => withoutPlace(contract, place))),
  );
}

function withoutPlace(contract, place) {
  const { terms: open, quiet_places } = contract.held;
  return contract.agree({
    terms: asGiven(open),
    quiet_places: quiet_places.filter((each) => each !== place),
  });
}

function one(says, takeOut) {
  const label = `Take out: ${says.replaceAll("*", "")}`;
  const run = async () => {
    await takeOut();
    notice("Taken out. It holds no more.");
  };
  const take = action(icon("bin"), { class: "plain", "aria-label": label, title: "Take out" }, run);
  return el("li", {}, el("span", {}, sentence(says)), take);
}

function yesOrNo(contract, signal) {
  const has = (which) => contract.held.terms.some((term) => which(term) && term.exactness !== "nothing");
  const set = (which, term) => (on) =>
    agreeTo(contract, (now) => [...now.filter((each) => !which(each)), ...(on ? [term] : [])]);
  const offers = toggle(
    "Offers may reach me",
    set(IS_OFFERS, { purpose: "offers", who: EVERYONE }),
    "Only through communities I joined, where I am.",
  );
  const counted = toggle(
    "I am counted among those who are here",
    set(IS_COUNTED, { purpose: "statistics", who: EVERYONE }),
    "Only where I say to everyone exactly where I am, and as a member of my communities.",
  );
  const identity = choice("identity", IDENTITIES);
  identity.addEventListener("change", () =>
    busy(identity, () => readersMayLearn(contract, identity.value).finally(tell)),
  );
  const tell = () => {
    if (!contract.held) return;
    offers.show(has(IS_OFFERS));
    counted.show(has(IS_COUNTED));
    identity.value = contract.held.terms.find(IS_READERS)?.identity ?? "nobody";
  };
  listen(contract, signal, { change: tell });
  tell();
  return [offers.element, counted.element, field("What readers of my tag may learn", identity)];
}

function readersMayLearn(contract, identity) {
  const term = { purpose: "readers", who: EVERYONE, identity };
  return agreeTo(contract, (now) => [
    ...now.filter((each) => !IS_READERS(each)),
    ...(identity === "nobody" ? [] : [term]),
  ]);
}
