// The offers of a business I act for: all of them, and how each stands.

import { all } from "../api.mjs";
import { el, exchange } from "../dom.mjs";
import { counted, listed, on, topicName } from "../words.mjs";
import { addressOf, badge, consolePage, line } from "./page.mjs";

const MOST = 300;
const LOOKS = { draft: "over", scheduled: "waiting", live: "good", paused: "waiting", ended: "over" };
const WORDS = { draft: "Draft", scheduled: "Scheduled", live: "Live", paused: "Paused", ended: "Ended" };
const GROUPS = [
  ["Standing now", ["live", "paused"]],
  ["Still to come", ["scheduled"]],
  ["Drafts", ["draft"]],
];
const NONE = "No offers yet. One reaches people where they are, through communities that share its topics, and only those who let it.";

export function businessOffers(given) {
  return consolePage(given, "Offers", ({ path, business }) => fill(path, business.id));
}

async function fill(path, business) {
  const found = await all(`${path}/offers`, {}, "features", MOST);
  const body = el("div", { class: "parts" });
  exchange(body, groups(found, business), body);
  return [el("a", { class: "main", href: addressOf("business-offer", business) }, "Make an offer"), found.length ? body : el("p", { class: "nothing" }, NONE)];
}

function groups(found, business) {
  const of = (states) => found.filter(({ properties }) => states.includes(properties.state));
  const standing = GROUPS.filter(([, states]) => of(states).length).map(([label, states]) =>
    el("div", { class: "part" }, el("h2", {}, label), listOf(label, of(states), business)),
  );
  const ended = of(["ended"]);
  const past = ended.length ? [el("details", { class: "past" }, el("summary", {}, `Ended (${ended.length})`), listOf("Ended", ended, business))] : [];
  return [...standing, ...past];
}

function listOf(label, found, business) {
  return el("ul", { class: "list", "aria-label": label }, found.map((each) => row(each, business)));
}

function row({ id, properties }, business) {
  const { title, language, topics, state, wish_id } = properties;
  const about = [whenOf(properties), listed(topics.map(topicName)), wish_id && "answers a wish"].filter(Boolean).join(" · ");
  const name = el("p", { class: "who between" }, el("a", { href: addressOf("business-offer", business, id) }, el("b", { lang: language }, title)), stateBadge(state));
  return line(name, el("p", { class: "about" }, about));
}

export function stateBadge(state) {
  return badge(WORDS[state] ?? state, LOOKS[state] ?? "over");
}

function whenOf({ state, starts_at, ends_at }) {
  const from = ["draft", "scheduled"].includes(state) && Date.parse(starts_at) > Date.now() ? `from ${on(starts_at)} ` : "";
  return `${from}until ${on(ends_at)}`;
}

/** "5 live, 2 drafts", for where all of a business is told in a line. */
export function countsOf(found) {
  const count = (states) => found.filter(({ properties }) => states.includes(properties.state)).length;
  const [live, paused, coming, drafts] = [["live"], ["paused"], ["scheduled"], ["draft"]].map(count);
  return [live && `${live} live`, paused && `${paused} paused`, coming && `${coming} to come`, drafts && counted(drafts, "draft", "drafts")].filter(Boolean).join(", ");
}
