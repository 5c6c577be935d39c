// What came of an offer, as far as it can be told of nobody in particular.

import { fileAt, get } from "../api.mjs";
import { action, busy, el, keep } from "../dom.mjs";
import { bars, folded, table } from "../figures.mjs";
import { counted, listed, topicName } from "../words.mjs";

const LEAD = "Numbers are in steps of five, with chance added, and without today, so that nobody learns of anybody. Those that are too small are not told.";
const NOTHING = "Nothing can be told yet: a day is told the day after, once it reached enough people.";
const FEW = "too few to tell";
const STEPS = {
  eligible: "Could get it",
  reached: "It reached",
  seen: "Saw it",
  useful: "Useful, they say",
  noise: "Noise, they say",
  held: "Had one kept",
  redeemed: "Redeemed it",
};
const SOON = { within_an_hour: "within an hour", within_a_day: "within a day", later: "later" };
/** Why it did not reach people, each as its business is told. */
const REASONS = {
  "held-out": "Held out from them, by lot",
  quantity: "None was left",
  activity: "They do something else, or did not say",
  community: "They belong to no community it is for",
  wish: "They did not pledge the wish",
  collective: "Too few members were there at once",
  returning: "You did not see them so often",
  event: "They do not go to the event",
  consent: "They let no offers reach them, or not of you",
  muted: "They muted you, or a topic of it",
  noise: "Their community allows no more a day",
  budget: "They allow no more, or another was nearer",
};
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

/** A part of a page, which reads itself; it needs an offer that was published. */
export function returned(offer) {
  const shown = el("div", { class: "part return" });
  const read = async () => {
    const [came, { days }] = await Promise.all([get(`/offers/${offer}/return`), get(`/offers/${offer}/withheld`)]);
    const withheld = days.length ? folded("Why it did not reach others", el("p", { class: "quiet" }, "From about how many people a day, for the first reason that was so."), reasons(days)) : null;
    shown.replaceChildren(el("h2", {}, "What came of it"), ...cameOf(came, `/offers/${offer}/return.csv`, {}, [brought(came.lift)], [withheld]));
  };
  busy(shown, read);
  return shown;
}

/** What came of one offer or of all; `beside` stands after how many people did something, `last` after all numbers. */
export function cameOf({ in_all, soon, revenue, days, communities, topics }, file, asked = {}, beside = [], last = []) {
  const none = !in_all.eligible && !revenue.length;
  const parts = [
    el("p", { class: "quiet" }, LEAD),
    none ? el("p", { class: "nothing" }, NOTHING) : bars("How many people", Object.entries(STEPS).map(([name, words]) => step(words, in_all[name]))),
    none ? null : soonOf(soon),
    ...beside,
    ...(revenue.length ? [el("h3", {}, "What your tills told"), el("ul", { class: "says" }, revenue.map(paid))] : []),
    part("By day", "Day (UTC)", days, (each) => day.format(Date.parse(each.day))),
    part("By community", "Community", communities, (each) => each.community),
    part("By topic", "Topic", topics, (each) => topicName(each.topic)),
    ...last,
    none ? null : action("Download as a table", { class: "second" }, async () => keep("return.csv", await fileAt(file, asked, "text/csv"))),
  ];
  return parts.filter(Boolean);
}

function step(name, value) {
  return { name, value, said: value ? `about ${value.toLocaleString()}` : FEW };
}

/** What an offer brought beside whom it was held out from, in a sentence. */
function brought({ hold_out, came, bought, spent }) {
  if (!hold_out) return el("p", { class: "quiet" }, "It is held out from nobody, so what it brings cannot be told.");
  const what = [["Who came", came], bought && ["Who bought", bought], ...spent.map((each) => [`What they spent, in ${each.currency}`, each])].filter(Boolean);
  return el("div", { class: "card" }, el("h3", {}, "What it brought"), el("dl", { class: "told" }, what.flatMap(([name, { says }]) => [el("dt", {}, name), el("dd", {}, says)])));
}

function soonOf(soon) {
  const known = Object.entries(SOON).filter(([name]) => soon[name]);
  return known.length ? el("p", {}, `They redeemed it ${listed(known.map(([name, words]) => `${words} (about ${soon[name].toLocaleString()})`))}.`) : null;
}

function paid({ currency, amount, redemptions, rolled_back }) {
  const sum = currency ? `${amount} ${currency}` : "Without an amount";
  return el("li", {}, `${sum}: ${counted(redemptions, "redemption", "redemptions")}`, rolled_back ? `, and ${rolled_back.toLocaleString()} taken back` : "");
}

function part(label, first, rows, name) {
  if (!rows.length) return null;
  const shown = rows.map((each) => [name(each), ...["reached", "seen", "useful", "redeemed"].map((what) => each[what] ? each[what].toLocaleString() : "–")]);
  return folded(label, table(label, [first, "Reached", "Seen", "Useful", "Redeemed"], shown));
}

function reasons(days) {
  const rows = days.flatMap(({ day: on, reasons: all }) => all.map(({ reason, people }) => [day.format(Date.parse(on)), REASONS[reason] ?? reason, people.toLocaleString()]));
  return table("Why it did not reach others", ["Day (UTC)", "Why", "People, about"], rows);
}
