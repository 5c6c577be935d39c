// Pictures of numbers. Each is a table, or has its numbers in one beside it: for who cannot see it, or wants to know exactly.

import { drawn, el } from "./dom.mjs";

const [WIDE, HIGH] = [340, 170];
const [LEFT, RIGHT, HEAD, FOOT] = [38, 10, 10, 22];
const SHADES = 5;

/** Rows of `{name, value, said, href}` as bars, the longest as wide as there is room. */
export function bars(caption, rows) {
  const most = Math.max(...rows.map(({ value }) => value));
  return el(
    "table",
    { class: "bars" },
    el("caption", {}, caption),
    el(
      "tbody",
      {},
      rows.map(({ name, value, said, href }) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, href ? el("a", { href }, name) : name),
          el("td", { class: "bar", "aria-hidden": "true" }, bar(value / (most || 1))),
          el("td", { class: "number" }, said),
        ),
      ),
    ),
  );
}

/** A bar of a share of its room, with a mark at another one. */
export function bar(share, mark = null) {
  const width = (100 * Math.min(1, Math.max(share, 0.004))).toFixed(1);
  const at = mark === null ? null : (100 * Math.min(0.995, mark)).toFixed(1);
  return drawn(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { class: "room", width: 100, height: 8 }),
    drawn("rect", { class: "full", width, height: 8 }),
    at && drawn("rect", { class: "mark", x: at, width: 0.8, height: 8 }),
  );
}

/**
 * A table whose cells are the darker the more they hold. Rows and columns are `[key, name]`; `at(row, column)` is a
 * number, or undefined where nothing is shown, and `shown(number)` its words.
 */
export function heat(caption, { corner, rows, columns, at, shown }, shape = "") {
  const all = rows.flatMap(([row]) => columns.map(([column]) => at(row, column))).filter((each) => each !== undefined);
  const shade = shades(all);
  const cell = (value) => (value === undefined ? el("td") : el("td", { class: shade(value) }, shown(value)));
  return scrolled(
    caption,
    el(
      "table",
      { class: `heat ${shape}` },
      el("caption", {}, caption),
      head([corner, ...columns.map(([, name]) => name)]),
      el(
        "tbody",
        {},
        rows.map(([row, name]) =>
          el("tr", {}, el("th", { scope: "row" }, name), columns.map(([column]) => cell(at(row, column)))),
        ),
      ),
    ),
  );
}

/** Which shade each of these numbers has, as a class: the smallest the first, the largest the last. */
export function shades(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const step = (value) => (most > least ? Math.floor(((value - least) / (most - least)) * (SHADES - 0.001)) : 2);
  return (value) => `shade-${1 + step(value)}`;
}

/** A plain table; the first of each row is what the row is about. */
export function table(caption, columns, rows) {
  const row = ([first, ...others]) =>
    el("tr", {}, el("th", { scope: "row" }, first), others.map((each) => el("td", {}, each)));
  const made = el("table", { class: "plainly" }, el("caption", {}, caption), head(columns), el("tbody", {}, rows.map(row)));
  return scrolled(caption, made);
}

/** What is folded away until somebody wants it. */
export function folded(label, ...children) {
  return el("details", { class: "folded" }, el("summary", {}, label), ...children);
}

/**
 * Series `{name, values: [number or undefined for each day]}` as lines over days, at most three of them;
 * `shown(number)` is its words.
 */
export function lines(label, series, days, dayName, shown = (number) => number.toLocaleString()) {
  const most = above(Math.max(...series.flatMap(({ values }) => values.filter((each) => each !== undefined))) || 1);
  const x = (place) => LEFT + (days.length > 1 ? place / (days.length - 1) : 0.5) * (WIDE - LEFT - RIGHT);
  const y = (value) => HIGH - FOOT - (value / most) * (HIGH - FOOT - HEAD);
  const ends = days.length > 1 ? [0, days.length - 1] : [0];
  const picture = drawn(
    "svg",
    { class: "lines", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": label },
    [0, most / 2, most].map((value) => [
      drawn("line", { class: "grid", x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value) }),
      drawn("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, shown(value)),
    ]).flat(),
    ends.map((place) =>
      drawn("text", { x: x(place), y: HIGH - 4, "text-anchor": anchor(place, days.length) }, dayName(days[place])),
    ),
    series.map(({ name, values }, number) => one(values, x, y, number, (place) => `${name}, ${dayName(days[place])}: ${shown(values[place])}`)),
  );
  return el("div", { class: "figure" }, legend(series), picture);
}

/** A few numbers over time, without any words: decoration beside the newest of them. */
export function spark(values) {
  const known = values.filter((each) => each !== undefined);
  if (known.length < 2) return "";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const x = (place) => 3 + (place / (values.length - 1)) * 74;
  const y = (value) => (most > least ? 21 - ((value - least) / (most - least)) * 18 : 12);
  return drawn("svg", { class: "spark lines", viewBox: "0 0 80 24", "aria-hidden": "true" }, one(values, x, y, 0));
}

function one(values, x, y, number, said) {
  const points = values.map((value, place) => value !== undefined && [x(place).toFixed(1), y(value).toFixed(1)]);
  const path = points.map((point, place) => point && `${points[place - 1] ? "L" : "M"}${point.join(" ")}`);
  const dot = ([cx, cy], place) => drawn("circle", { cx, cy, r: 3 }, said && drawn("title", {}, said(place)));
  return drawn(
    "g",
    { class: `line-${number + 1}` },
    drawn("path", { d: path.filter(Boolean).join("") }),
    points.map((point, place) => point && (said || place === points.length - 1) && dot(point, place)),
  );
}

function legend(series) {
  if (series.length < 2) return "";
  const sample = (number) =>
    drawn(
      "svg",
      { class: "lines", viewBox: "0 0 24 8", "aria-hidden": "true" },
      drawn("g", { class: `line-${number + 1}` }, drawn("path", { d: "M0 4L24 4" })),
    );
  return el("ul", { class: "legend" }, series.map(({ name }, number) => el("li", {}, sample(number), name)));
}

/** A round number that is as large, or a little larger. */
function above(number) {
  const size = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 3, 4, 6, 8, 10].map((each) => each * size).find((each) => each >= number);
}

function anchor(place, length) {
  if (length === 1) return "middle";
  return place ? "end" : "start";
}

function head(names) {
  return el("thead", {}, el("tr", {}, names.map((each) => el("th", { scope: "col" }, each))));
}

/** Wide tables move in a frame of their own, which arrow keys reach as well. */
function scrolled(label, inside) {
  return el("div", { class: "scrolled", tabindex: 0, role: "region", "aria-label": label }, inside);
}
