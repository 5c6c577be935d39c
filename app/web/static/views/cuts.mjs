// What members see of a community in some four weeks: by what people differ, when and where they are, who comes back.

import { el } from "../dom.mjs";
import { bars, folded, heat } from "../figures.mjs";
import {
  FOUR_WEEKS_MS,
  ask,
  day,
  dimensionName,
  later,
  measureName,
  sentence,
  shown,
  sureness,
  valueName,
  valuesOf,
} from "../measures.mjs";
import { pageOf } from "./community.mjs";
import { areas } from "./grounds.mjs";

const FIRST = ["topic", "activity", "often", "tenure"];
const HOURS = ["day", "hour"];
const MOST_BARS = 12;
const MOST_COHORTS = 13;

export function part(name, ...inside) {
  return el("div", { class: "part" }, el("h2", {}, name), ...inside);
}

/** The answers by each dimension of each measure in the four weeks from a day, and by the hour of the week. */
export async function cutsOf({ id, wholes }, now) {
  const span = { from: now, to: later(now, 1) };
  const place = (by) => (FIRST.includes(by) ? FIRST.indexOf(by) : FIRST.length);
  const sorted = (by) => by.filter((each) => each !== "cohort").sort((one, other) => place(one) - place(other));
  const asked = wholes.flatMap(({ measure, by }) => sorted(by).map((each) => [measure, each]));
  const byHour = wholes.some(({ measure, by }) => measure === "people" && HOURS.every((each) => by.includes(each)));
  if (byHour) asked.push(["people", HOURS.join()]);
  return Promise.all(asked.map(([measure, by]) => ask(id, { measure, by, ...span })));
}

/** Bars first, then where and when, then what is always cut by something; and what there is too little of. */
export function members({ id, wholes }, cuts, now) {
  const week = cuts.find(({ by }) => by.length > 1);
  // Where enough people are in its hours, the week says what its days and hours would.
  const inWeek = ({ by, measure }) => measure === "people" && HOURS.includes(by[0]) && week?.cells.length > 0;
  const single = cuts.filter((each) => each !== week && !inWeek(each));
  const [known, hidden] = [true, false].map((is) => single.filter(({ cells }) => cells.length > 0 === is));
  const always = wholes.filter(({ cells }) => cells.some(({ slice }) => Object.keys(slice).length));
  const never = wholes.filter(({ cells }) => !cells.length);
  const small = [...hidden.map(cutName), ...never.map(({ measure }) => measureName(measure))];
  return [
    ...known.filter(({ by }) => by[0] !== "area").map(barsOf),
    ...known.filter(({ by }) => by[0] === "area").map((each) => areas(id, cutName(each), each)),
    week?.cells.length ? hours(week) : "",
    ...always.map((each) => sliced(each, now)),
    small.length ? tooSmall(small) : "",
  ];
}

/** "How often" of who took part; of all else with what it is of: "Reached by offers: how often". */
function cutName({ measure, by: [by] }) {
  const name = dimensionName(by);
  return measure === "people" ? name : `${measureName(measure)}: ${name.toLowerCase()}`;
}

function tooSmall(names) {
  const what = names.join("; ").toLowerCase();
  return part("Too small to be shown", el("p", { class: "quiet" }, `${sentence(what)} What few do is not shown.`));
}

function barsOf(said) {
  const [by] = said.by;
  const known = new Map(said.cells.map(({ slice, value }) => [slice[by], value]));
  const most = [...known.keys()].sort((one, other) => known.get(other) - known.get(one));
  const row = (each) => ({ name: valueName(by, each), value: known.get(each), said: shown(known.get(each), said.unit) });
  const name = cutName(said);
  return part(name, ...firstOf(`${name}, in ${said.unit}`, valuesOf(by, most).map(row)), about(sureness(said)));
}

/** As many bars as one looks at, and the rest folded away. */
function firstOf(caption, rows) {
  const [first, rest] = [rows.slice(0, MOST_BARS), rows.slice(MOST_BARS)];
  return [bars(caption, first), rest.length ? folded(`${rest.length} more`, bars(`More of: ${caption}`, rest)) : ""];
}

function hours(said) {
  const at = new Map(said.cells.map(({ slice, value }) => [`${slice.hour} ${slice.day}`, value]));
  const named = (dimension) => valuesOf(dimension, [], true).map((each) => [each, valueName(dimension, each)]);
  const picture = {
    corner: "UTC",
    rows: named("hour"),
    columns: named("day"),
    at: (hour, on) => at.get(`${hour} ${on}`),
    shown: String,
  };
  return part("Hours of the week", heat("People by hour and day", picture), about(`${clockNow()} ${sureness(said)}`));
}

function clockNow() {
  const minutes = -new Date().getTimezoneOffset();
  if (!minutes) return "Hours are those of UTC, which is your clock now.";
  const by = (Math.abs(minutes) / 60).toLocaleString();
  return `Hours are those of UTC; your clock is ${by} h ${minutes > 0 ? "ahead" : "behind"}.`;
}

/** What is always cut by something, by the shape of its answer: who came back, other communities, and what is new. */
function sliced(whole, now) {
  const name = measureName(whole.measure);
  if (whole.cells.some(({ slice }) => slice.cohort)) return retention(name, whole);
  const cells = whole.cells.filter(({ starts_on }) => starts_on === now);
  if (!cells.length) return tooSmall([name]);
  const most = cells.toSorted((one, other) => other.value - one.value);
  const row = ({ slice, value }) => ({ ...namedBy(slice), value, said: shown(value, whole.unit) });
  return part(name, ...firstOf(name, most.map(row)), about(`${sentence(whole.says)} ${sureness(whole)}`));
}

function namedBy(slice) {
  if (slice.community) return { name: slice.name, href: pageOf(slice.community) };
  return { name: Object.entries(slice).map(([by, value]) => valueName(by, value)).join(", ") };
}

/** Of whom joined in each four weeks, how many took part in the next ones: a triangle, the newest below. */
function retention(name, { cells, says, unit, ...said }) {
  const age = ({ starts_on, slice }) => Math.round((Date.parse(starts_on) - Date.parse(slice.cohort)) / FOUR_WEEKS_MS);
  const at = new Map(cells.map((each) => [`${each.slice.cohort} ${age(each)}`, each.value]));
  const cohorts = valuesOf("cohort", cells.map(({ slice }) => slice.cohort)).slice(-MOST_COHORTS);
  const oldest = Math.max(...cells.filter(({ slice }) => cohorts.includes(slice.cohort)).map(age));
  const picture = {
    corner: "Joined",
    rows: cohorts.map((each) => [each, day(each)]),
    columns: Array.from({ length: oldest + 1 }, (_, place) => [place, `+${4 * place}`]),
    at: (cohort, place) => at.get(`${cohort} ${place}`),
    shown: (value) => shown(value, unit),
  };
  return part(
    name,
    heat(`${name}: when they joined, and weeks later`, picture, "triangle"),
    about(`${sentence(`${says}, so many weeks later`)} ${sureness(said)}`),
  );
}

function about(words) {
  return el("p", { class: "about" }, words);
}
