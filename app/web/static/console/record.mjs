// The public record of a business, in words and bars, as everybody may read it.

import { el } from "../dom.mjs";
import { bars } from "../figures.mjs";
import { pageOf } from "../views/community.mjs";
import { counted, lasting, on } from "../words.mjs";

const NOBODY = "Fewer than five people said what they think of your offers; until then nobody reads how many.";

export function recordOf(record) {
  return [opinions(record), answers(record), named("Welcomed by", record.welcomed_by), named("Sent off by", record.sent_off_by)].filter(Boolean);
}

function opinions({ useful, noise }) {
  if (!useful && !noise) return el("p", { class: "quiet" }, NOBODY);
  const said = (count) => (count ? `${count} or more` : "fewer than 5");
  const sentence = `Of those whom its offers reached, ${said(useful)} call them useful and ${said(noise)} call them noise. Noise that is sure leaves less room for its offers in a community.`;
  const rows = [
    { name: "Useful", value: useful, said: said(useful) },
    { name: "Noise", value: noise, said: said(noise) },
  ];
  return el("div", { class: "part" }, el("h3", {}, "What its offers are to people"), bars("What people call its offers", rows), el("p", { class: "quiet" }, sentence));
}

function answers({ answered, kept, broken, unsaid, undecided, median_answer_s: took }) {
  if (!answered) return el("p", { class: "quiet" }, "It has answered no wish yet.");
  const parts = Object.entries({ Kept: kept, Broken: broken, "Too few said": unsaid, "Not decided yet": undecided });
  const rows = parts.filter(([, value]) => value).map(([name, value]) => ({ name, value, said: String(value) }));
  const half = took === null ? "" : ` Half of them within ${lasting(took)} after the wish opened.`;
  return el("div", { class: "part" }, el("h3", {}, "Wishes it answered"), bars("What became of its answers", rows), el("p", { class: "quiet" }, `${counted(answered, "wish", "wishes")} answered.${half}`));
}

function named(label, communities) {
  if (!communities.length) return null;
  const row = ({ community, name, since }) => el("li", {}, el("div", { class: "body" }, el("a", { href: pageOf(community) }, name)), el("span", { class: "count" }, `since ${on(since)}`));
  return el("div", { class: "part" }, el("h3", {}, label), el("ul", { class: "list", "aria-label": label }, communities.map(row)));
}
