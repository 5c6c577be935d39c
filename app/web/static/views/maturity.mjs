// How mature a community is: its stage, by which numbers, what to beware of, and how it came there.

import { get } from "../api.mjs";
import { busy, drawn, el } from "../dom.mjs";
import { bar, folded, table } from "../figures.mjs";
import { longDay, period, shown } from "../measures.mjs";
import { titled } from "../words.mjs";
import { aboutOf, noCommunity, pageOf, partOf } from "./community.mjs";

const STAGES = {
  hierarchy: "Most of it comes from who founded it or from businesses; or too little is published to say.",
  emergent: "Members make more than half of it.",
  community: "Members make nearly all of it, and who is new takes part.",
  networked: "It shares members with other communities, and lastingly.",
};
// In words of people; what is not named here is told as the API tells it.
const EVIDENCE = {
  half_by_members: "Of all check-ins, surely by members who neither founded it nor act for a business: more than half",
  most_by_members: "The same: nearly all",
  newcomers_take_part: "Of who joined lately, took part (it holds where too few joined)",
  overlaps: "Other communities with which it shared a twentieth of its members for twelve weeks",
};
const WARNINGS = {
  stalled: (value) => `It has been at its beginning for ${value} weeks. Members could move what they would change.`,
  drowned_by_offers: (value) => `For each check-in ${value} offers reach somebody. Members decide how many come: move “Offers in a day”.`,
  carried_by_few: (value) => `Few people carry most of it (Gini ${value}). Ask who is silent.`,
};
const INDICES = new Set(["carried_by_few", "reciprocity"]);
const [WIDE, HIGH, LEFT] = [340, 120, 74];
const NEIGHBOURHOOD = "A neighbourhood has no stage: no numbers are published of it.";

export function maturity(given) {
  const title = el("h1", { tabindex: -1 }, "How mature");
  const body = el("div", { class: "about-it numbers" });
  if (given.thing) busy(body, () => fill(title, body, given.thing));
  else body.replaceChildren(noCommunity());
  return el("section", {}, el("header", {}, title), body);
}

async function fill(title, body, id) {
  const { properties } = await get(`/communities/${id}`);
  title.textContent = `How mature is ${properties.name}?`;
  const top = el("p", { class: "about" }, el("a", { href: pageOf(id) }, properties.name), ` · ${aboutOf(properties)}`);
  if (properties.kind === "location") return body.replaceChildren(top, el("p", {}, NEIGHBOURHOOD));
  const { stage, warnings, history } = await get(`/communities/${id}/maturity`);
  body.replaceChildren(
    top,
    ladder(stage),
    ...warnings.map(warning),
    ...(history.length ? [evidence(history.at(-1)), past(history)] : [beginning()]),
    el("p", { class: "quiet" }, el("a", { href: partOf("statistics", id) }, "All of its numbers")),
  );
}

/** The stages from the first on, with how far it has come. */
function ladder(stage) {
  const names = Object.keys(STAGES);
  const reached = names.indexOf(stage);
  return el(
    "ol",
    { class: "ladder", "aria-label": "Stages" },
    names.map((name, place) =>
      el(
        "li",
        { class: place < reached ? "passed" : place === reached ? "now" : "", "aria-current": place === reached ? "step" : false },
        el("div", { class: "body" }, el("b", {}, titled(name)), el("p", { class: "about" }, STAGES[name])),
      ),
    ),
  );
}

function warning({ name, value, says, source }) {
  const words = WARNINGS[name]?.(numberOf(value)) ?? `${titled(name.replaceAll("_", "-"))}: ${says}, ${numberOf(value)}.`;
  return el("p", { class: "warning" }, el("b", {}, "Mind: "), words, el("small", {}, ` Source: ${source}.`));
}

function numberOf(value) {
  return value.toLocaleString(undefined, { maximumFractionDigits: 2 });
}

function evidence({ starts_on, evidence: found }) {
  return el(
    "div",
    { class: "part" },
    el("h2", {}, "By which numbers"),
    el("p", { class: "about" }, `Of the four weeks ${period(starts_on)}. A stage is reached when all that stands until it holds.`),
    el("ul", { class: "evidence" }, found.map(proof)),
    el("p", { class: "about" }, "Made of what is published alone: who is too few to be shown counts as not a member, so what is told of members is the least."),
  );
}

function proof({ name, says, value, threshold, holds, source }) {
  const words = EVIDENCE[name] ?? says;
  const unit = threshold < 1 && !INDICES.has(name) ? "share" : "index";
  const whole = unit === "share" ? 1 : Math.max(threshold * 3, value ?? 0);
  const is = value === null ? "too little is published" : shown(value, unit);
  return el(
    "li",
    { class: holds ? "holds" : "" },
    el("p", {}, words[0].toUpperCase(), words.slice(1), "."),
    el("div", { class: "gauge" }, bar((value ?? 0) / whole, threshold / whole)),
    el("p", {}, el("b", {}, holds ? "Holds: " : "Not yet: "), `${is}; beyond ${shown(threshold, unit)}.`),
    el("small", {}, `Source: ${source}.`),
  );
}

function beginning() {
  return el(
    "div",
    { class: "card teach" },
    el("p", {}, el("b", {}, "It is just beginning.")),
    el("p", {}, "Every four weeks it is looked at again, by what is published then. Until enough people take part there is nothing to judge by, and every community begins as a hierarchy."),
  );
}

/** A column for each four weeks, as high as its stage. */
function past(history) {
  const names = Object.keys(STAGES);
  const [step, wide] = [(HIGH - 24) / names.length, (WIDE - LEFT) / Math.max(history.length, 6)];
  const y = (place) => HIGH - 20 - (place + 1) * step;
  const column = ({ stage, starts_on }, place) => {
    const high = names.indexOf(stage);
    const box = { x: LEFT + place * wide + 1, y: y(high), width: Math.max(1, wide - 2), height: (high + 1) * step, rx: 2 };
    return drawn("g", { class: `shade-${high + 2}` }, drawn("rect", box, drawn("title", {}, `${period(starts_on)}: ${stage}`)));
  };
  const label = (place, anchor) =>
    drawn("text", { x: LEFT + (place + (anchor === "end")) * wide, y: HIGH - 4, "text-anchor": anchor }, longDay(history[place].starts_on));
  const rows = history.toReversed().map(({ starts_on, stage }) => [period(starts_on), titled(stage)]);
  return el(
    "div",
    { class: "part" },
    el("h2", {}, "How it came there"),
    drawn(
      "svg",
      { class: "stairs lines", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `Its stages over ${history.length} times four weeks` },
      names.map((name, place) => [
        drawn("line", { class: "grid", x1: LEFT, x2: WIDE, y1: y(place), y2: y(place) }),
        drawn("text", { x: LEFT - 6, y: y(place) + 13, "text-anchor": "end" }, titled(name)),
      ]).flat(),
      history.map(column),
      label(0, "start"),
      history.length > 5 && label(history.length - 1, "end"),
    ),
    folded("The stages", table("How it came there", ["Four weeks", "Stage"], rows)),
  );
}
