// A question of one's own to the numbers of a community: which measure, by what, of whom alone, when.

import { el, keep } from "../dom.mjs";
import { bars, folded, heat, lines, table } from "../figures.mjs";
import { ORDERED, ask, day, dimensionName, measureName, period, shown, sureness, valueName, valuesOf } from "../measures.mjs";
import { choice, field, form } from "./forms.mjs";

const BUCKETS = { four_weeks: "Four weeks", week: "One week" };
const WEEK_MS = 7 * 86_400_000;
const LENGTHS_MS = { four_weeks: 4 * WEEK_MS, week: WEEK_MS };
const MOST_ROWS = 500;
const MOST_BARS = 30;
const NOTHING = "It is too small, or was never there. Ask for more people at once: by less, or without “Only”.";

export function slicing(id, measures, belongs) {
  const measure = choice("measure", Object.fromEntries(measures.map((each) => [each.measure, measureName(each.measure)])));
  const more = el("div", { class: "slices" });
  const chosen = () => measures.find((each) => each.measure === measure.value);
  const answer = el("div", { class: "part" });
  const redraw = () => more.replaceChildren(...choices(id, chosen(), belongs));
  measure.addEventListener("change", redraw);
  redraw();
  const made = form([field("What", measure), more], "Ask", async (values) => {
    const question = questionOf(values);
    const said = await ask(id, question);
    answer.replaceChildren(...answered(id, said, question));
    answer.querySelector("h3").focus();
  });
  return el("div", { class: "card slicing" }, made, answer);
}

/** What else can be said of a measure; no more than it can be cut by. */
function choices(id, { measure, by, buckets }, belongs) {
  const cuts = belongs ? by : [];
  const dimensions = { "": "Nothing", ...Object.fromEntries(cuts.map((each) => [each, dimensionName(each)])) };
  const date = (name) => el("input", { name, type: "date" });
  return [
    cuts.length > 0 && el("div", { class: "row" }, field("By", choice("by", dimensions)), cuts.length > 1 && field("And by", choice("and", dimensions))),
    cuts.length > 0 && only(id, measure, dimensions),
    el("div", { class: "row dates" }, field("From", date("from")), field("To", date("to"), "Without, the last thirteen.")),
    field("For each", choice("bucket", Object.fromEntries(buckets.map((each) => [each, BUCKETS[each] ?? each])))),
  ].filter(Boolean);
}

/** One value to look at alone, out of those that are published. */
function only(id, measure, dimensions) {
  const dimension = choice("where", { ...dimensions, "": "Everybody" });
  const value = choice("value", { "": "…" });
  value.disabled = true;
  dimension.addEventListener("change", async () => {
    value.disabled = true;
    const by = dimension.value;
    const said = by ? await ask(id, { measure, by }).catch(() => ({ cells: [] })) : { cells: [] };
    if (by !== dimension.value) return;
    const values = valuesOf(by, said.cells.map(({ slice }) => slice[by]));
    const options = values.map((each) => el("option", { value: each }, valueName(by, each)));
    value.replaceChildren(...(options.length ? options : [el("option", { value: "" }, by ? "Nothing is shown by it" : "…")]));
    value.disabled = !options.length;
  });
  return el("div", { class: "row" }, field("Only", dimension), field("That is", value));
}

function questionOf(values) {
  const by = [...new Set([values.get("by"), values.get("and")].filter(Boolean))].join();
  const where = values.get("where") && values.get("value") ? `${values.get("where")}:${values.get("value")}` : "";
  const said = { measure: values.get("measure"), by, where, from: values.get("from"), to: values.get("to"), bucket: values.get("bucket") };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value));
}

function answered(id, said, question) {
  const api = `/v1/communities/${id}/statistics?${new URLSearchParams(question)}`;
  if (!said.cells.length) return [el("h3", { tabindex: -1 }, "Nothing is shown"), el("p", {}, NOTHING)];
  const constant = question.where?.split(":")[0];
  const cuts = dimensionsOf(said).filter((each) => each !== constant);
  const again = el("div", {});
  const take = () => keep(`${question.measure}.csv`, new Blob([csv(said)], { type: "text/csv;charset=utf-8" }));
  return [
    el("h3", { tabindex: -1 }, [measureName(said.measure), ...cuts.map((each) => dimensionName(each).toLowerCase())].join(" · ")),
    again,
    ...pictured(said, cuts, again),
    folded("All of it as a table", everything(said)),
    el("p", { class: "about" }, sureness(said)),
    el(
      "div",
      { class: "votes" },
      el("button", { type: "button", class: "second", onclick: take }, "Take it along as CSV"),
    ),
    el("p", { class: "about" }, "For programs: ", el("code", {}, api)),
  ];
}

/** By what the numbers of an answer are cut; a community's name belongs to the community. */
function dimensionsOf({ cells }) {
  const keys = [...new Set(cells.flatMap(({ slice }) => Object.keys(slice)))];
  return keys.includes("community") ? ["community"] : keys;
}

function nameOf(by, slice) {
  return by === "community" ? slice.name : valueName(by, slice[by]);
}

function pictured(said, cuts, again) {
  const days = [...new Set(said.cells.map((each) => each.starts_on))].sort();
  const length = LENGTHS_MS[said.bucket];
  if (!cuts.length) return [overTime(said, days)];
  if (cuts.length === 1 && days.length > 1) return [byPeriod(said, cuts[0], days)];
  const chosen = choice("shown", Object.fromEntries(days.toReversed().map((each) => [each, period(each, length)])));
  const place = el("div", {});
  const draw = () => {
    const cells = said.cells.filter(({ starts_on }) => starts_on === chosen.value);
    place.replaceChildren(cuts.length > 1 ? crossed(said, cells, cuts) : single(said, cells, cuts[0]));
  };
  chosen.addEventListener("change", draw);
  draw();
  again.append(field("Shown are", chosen));
  return [place];
}

function overTime({ cells, measure, unit }, days) {
  const known = new Map(cells.map(({ starts_on, value }) => [starts_on, value]));
  const series = [{ name: measureName(measure), values: days.map((each) => known.get(each)) }];
  return lines(`${measureName(measure)} over time`, series, days, day, (value) => shown(value, unit));
}

function single({ measure, unit }, cells, by) {
  const known = new Map(cells.map((each) => [each.slice[by], each]));
  const keys = inOrder(by, cells).slice(0, MOST_BARS);
  const row = (key) => ({ name: nameOf(by, known.get(key).slice), value: known.get(key).value, said: shown(known.get(key).value, unit) });
  return bars(`${measureName(measure)}: ${dimensionName(by).toLowerCase()}`, keys.map(row));
}

function byPeriod({ cells, measure, unit }, by, days) {
  const at = new Map(cells.map((each) => [`${each.slice[by]} ${each.starts_on}`, each.value]));
  const names = new Map(cells.map(({ slice }) => [slice[by], nameOf(by, slice)]));
  return heat(`${measureName(measure)} over time`, {
    corner: dimensionName(by),
    rows: inOrder(by, cells).slice(0, MOST_BARS).map((each) => [each, names.get(each)]),
    columns: days.map((each) => [each, day(each)]),
    at: (row, column) => at.get(`${row} ${column}`),
    shown: (value) => shown(value, unit),
  });
}

/** The dimension with more values goes down, as there is more room. */
function crossed({ measure, unit }, cells, cuts) {
  const distinct = (by) => inOrder(by, cells).length;
  const [down, across] = distinct(cuts[0]) >= distinct(cuts[1]) ? cuts : cuts.toReversed();
  const at = new Map(cells.map(({ slice, value }) => [`${slice[down]} ${slice[across]}`, value]));
  const named = (by) => inOrder(by, cells).slice(0, MOST_BARS).map((each) => [each, valueName(by, each)]);
  return heat(measureName(measure), {
    corner: dimensionName(down),
    rows: named(down),
    columns: named(across),
    at: (row, column) => at.get(`${row} ${column}`),
    shown: (value) => shown(value, unit),
  });
}

/** The values of a dimension in their own order, or those with the most first. */
function inOrder(by, cells) {
  const sums = new Map();
  for (const { slice, value } of cells) sums.set(slice[by], (sums.get(slice[by]) ?? 0) + value);
  const keys = [...sums.keys()].sort((one, other) => sums.get(other) - sums.get(one));
  return ORDERED.has(by) ? valuesOf(by, keys) : keys;
}

function everything(said) {
  const cuts = dimensionsOf(said);
  const length = LENGTHS_MS[said.bucket];
  const rows = said.cells.slice(0, MOST_ROWS).map(({ starts_on, slice, value }) => [
    period(starts_on, length),
    ...cuts.map((by) => (by in slice ? nameOf(by, slice) : "")),
    shown(value, said.unit),
  ]);
  const left = said.cells.length - rows.length;
  const made = table(measureName(said.measure), [BUCKETS[said.bucket] ?? said.bucket, ...cuts.map(dimensionName), measureName(said.measure)], rows);
  return el("div", {}, made, left > 0 && el("p", { class: "about" }, `${left} more are in the CSV.`));
}

/** RFC 4180. What a spreadsheet would take for a formula is quoted for it, as names are anybody's words. */
export function csv({ cells, measure }) {
  const keys = [...new Set(cells.flatMap(({ slice }) => Object.keys(slice)))];
  const quoted = (said) => `"${String(said).replace(/^([=+\-@\t\r])/, "'$1").replaceAll('"', '""')}"`;
  const row = ({ starts_on, slice, value }) => [starts_on, ...keys.map((each) => quoted(slice[each] ?? "")), value];
  return [["starts_on", ...keys, measure], ...cells.map(row)].map((each) => `${each.join()}\r\n`).join("");
}
