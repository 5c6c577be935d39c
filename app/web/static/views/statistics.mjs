// A community in numbers: what is published of it, as pictures that are tables, and a question of one's own.
// What there is to see is what the API says can be asked, so a new measure appears by itself.

import { get } from "../api.mjs";
import { busy, el, notice } from "../dom.mjs";
import { folded, lines, spark, table } from "../figures.mjs";
import { FOUR_WEEKS_MS, ask, day, later, measureName, period, sentence, shown, sureness } from "../measures.mjs";
import { aboutOf, noCommunity, pageOf, partOf } from "./community.mjs";
import { cutsOf, members, part } from "./cuts.mjs";
import { choice, field } from "./forms.mjs";
import { promise, teaching } from "./promise.mjs";
import { slicing } from "./slicing.mjs";

const PERIODS = 26;
const GROWING = ["members", "people", "joined"];
const NEIGHBOURHOOD = "A neighbourhood has no numbers: any of them could lie over one another, and tell of few.";

export function statistics(given) {
  const title = el("h1", { tabindex: -1 }, "In numbers");
  const body = el("div", { class: "about-it numbers" });
  if (given.thing) busy(body, () => fill(title, body, given));
  else body.replaceChildren(noCommunity());
  return el("section", {}, el("header", {}, title), body);
}

async function fill(title, body, given) {
  const id = given.thing;
  const [{ properties }, language] = await Promise.all([get(`/communities/${id}`), get("/statistics/measures")]);
  title.textContent = `${properties.name} in numbers`;
  const top = el("p", { class: "about" }, el("a", { href: pageOf(id) }, properties.name), ` · ${aboutOf(properties)}`);
  if (properties.kind === "location") return body.replaceChildren(top, el("p", {}, NEIGHBOURHOOD));
  const belongs = await isMember(id, language.measures, given);
  const measures = language.measures.filter((each) => belongs || each.for_everyone);
  const wholes = await wholesOf(id, measures);
  const days = [...new Set(wholes.flatMap(({ cells }) => cells.map((each) => each.starts_on)))].sort();
  const known = { id, wholes, days, belongs };
  const inside = days.length ? [...pictures(known), el("h2", {}, "Ask something else"), slicing(id, measures, belongs)] : [teaching(belongs, wholes.find(({ least }) => least)?.least)];
  const further = el("p", { class: "quiet" }, el("a", { href: partOf("maturity", id) }, "How mature it is"));
  body.replaceChildren(top, ...inside, promise(language), further);
}

/** Members alone may cut numbers; who is none is refused in words, and shown the rest. */
async function isMember(id, measures, { session }) {
  const theirs = measures.find((each) => !each.for_everyone);
  if (!session.open || !theirs) return false;
  return ask(id, { measure: theirs.measure }).then(
    () => true,
    (problem) => {
      if (problem.slug === "not-a-member") return false;
      throw problem;
    },
  );
}

/** Each measure that is published every four weeks, with its answer of two years. */
async function wholesOf(id, measures) {
  const from = later(new Date().toISOString().slice(0, 10), -PERIODS);
  const asked = measures.filter(({ buckets }) => buckets.includes("four_weeks"));
  const said = await Promise.all(asked.map(({ measure }) => ask(id, { measure, from })));
  return asked.map((each, place) => ({ ...said[place], ...each }));
}

/** The pictures of the newest four weeks, and what chooses others. */
function pictures(known) {
  const parts = el("div", { class: "parts" });
  const newestFirst = known.days.toReversed();
  const chosen = choice("period", Object.fromEntries(newestFirst.map((each) => [each, period(each)])));
  const draw = () => show(parts, known, chosen).catch((problem) => notice(problem.message));
  chosen.addEventListener("change", draw);
  draw();
  return [field("Four weeks", chosen), parts];
}

async function show(parts, known, chosen) {
  const now = chosen.value;
  const cuts = known.belongs ? await cutsOf(known, now) : [];
  // Somebody looks at another period meanwhile.
  if (chosen.value !== now) return;
  parts.replaceChildren(
    glance(known, now),
    growth(known),
    ...(known.belongs ? members(known, cuts, now) : [membersOnly(known.id)]),
  );
}

/** What each measure that is one number was, and how it went before. */
function glance({ wholes, days }, now) {
  const single = wholes.filter(({ cells }) => cells.some((each) => !Object.keys(each.slice).length));
  const tiles = single.map(({ measure, says, unit, cells }) => {
    const values = days.map((each) => cells.find(({ starts_on }) => starts_on === each)?.value);
    const value = values[days.indexOf(now)];
    return el(
      "div",
      { class: "tile" },
      el("dt", {}, measureName(measure)),
      el("dd", {}, el("b", {}, value === undefined ? "–" : shown(value, unit)), spark(values.slice(0, days.indexOf(now) + 1))),
      el("dd", { class: "about" }, value === undefined ? "Too small to be shown." : sentence(says)),
    );
  });
  const sure = wholes.find(({ measure }) => measure === "people") ?? {};
  return el("div", { class: "part" }, el("dl", { class: "tiles" }, tiles), el("p", { class: "about" }, sureness(sure)));
}

function growth({ wholes, days }) {
  const growing = GROWING.map((name) => wholes.find(({ measure }) => measure === name)).filter((each) => each?.cells.length);
  if (!growing.length || days.length < 2) return "";
  const every = everyPeriod(days);
  const series = growing.map(({ measure, cells }) => {
    const known = new Map(cells.map((each) => [each.starts_on, each.value]));
    return { name: measureName(measure), values: every.map((each) => known.get(each)) };
  });
  const rows = every.map((each, place) => [period(each), ...series.map(({ values }) => values[place]?.toLocaleString() ?? "")]);
  return part(
    "How it grew",
    lines("Members, who took part and who joined, over time", series, every, day),
    folded("The numbers", table("How it grew", ["Four weeks", ...series.map(({ name }) => name)], rows)),
  );
}

/** From the first to the last, those of which nothing is shown as well. */
function everyPeriod(days) {
  const count = (Date.parse(days.at(-1)) - Date.parse(days[0])) / FOUR_WEEKS_MS;
  return Array.from({ length: count + 1 }, (_, place) => later(days[0], place));
}

function membersOnly(id) {
  return el(
    "div",
    { class: "card" },
    el("p", {}, "Its members see more: what it is about, when and where, who stays, and which communities it shares people with."),
    el("p", {}, el("a", { href: pageOf(id) }, "Join it, if it is for you")),
  );
}
