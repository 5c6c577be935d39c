// The words of statistics: measures, dimensions, their values and periods as people say them. What is not named here
// is called as the API calls it, so that what is new there is here at once.

import { get } from "./api.mjs";
import { titled, topicName, unslugged } from "./words.mjs";

export const FOUR_WEEKS_MS = 28 * 86_400_000;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MEASURES = {
  people: "Took part",
  members: "Members",
  joined: "Joined",
  share: "Of members, took part",
  inequality: "Inequality",
  retention: "Who keeps taking part",
  overlap: "Who else they belong to",
  reached: "Reached by offers",
};
const DIMENSIONS = {
  activity: "What they do",
  area: "Where",
  cohort: "When they joined",
  community: "Community",
  day: "Day",
  hour: "Hour",
  often: "How often",
  tenure: "How long they have belonged",
  topic: "What it is about",
};
const BANDS = {
  often: { 1: "once", "16+": "16 times or more", other: (band) => `${band} times` },
  tenure: { "52+": "a year or more", other: (band) => `${band} weeks` },
};
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });

/** What is asked, as the API answers it. */
export function ask(community, question) {
  return get(`/communities/${community}/statistics`, question);
}

export function measureName(measure) {
  return MEASURES[measure] ?? titled(measure.replaceAll("_", "-"));
}

export function dimensionName(dimension) {
  return DIMENSIONS[dimension] ?? titled(dimension.replaceAll("_", "-"));
}

/** A value of a dimension: "mon" as "Mon", "2-3" as "2–3 times". */
export function valueName(dimension, value) {
  const bands = BANDS[dimension];
  if (bands) return bands[value] ?? bands.other(value.replace("-", "–"));
  if (dimension === "topic") return topicName(value);
  if (dimension === "cohort") return longDay(value);
  if (dimension === "hour") return `${value}:00`;
  if (dimension === "day") return weekday.format(Date.UTC(2024, 0, 1 + DAYS.indexOf(value)));
  return unslugged(value);
}

/** All values a dimension can have, or those there are, in their order. */
export function valuesOf(dimension, there, whole = false) {
  if (dimension === "day" && whole) return DAYS;
  if (dimension === "hour" && whole) return Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  const distinct = [...new Set(there)];
  if (dimension === "day") return DAYS.filter((each) => distinct.includes(each));
  return ORDERED.has(dimension) ? distinct.sort((one, other) => leading(one) - leading(other)) : distinct;
}

/** Whether the values of a dimension have an order of their own; else the most come first. */
export const ORDERED = new Set(["cohort", "day", "hour", "often", "tenure"]);
const leading = (value) => Date.parse(value.length === 10 ? value : Number.NaN) || Number.parseInt(value, 10);

/** A number in its unit: "74 %", "0.37", "1,204". */
export function shown(value, unit) {
  if (unit === "share") return `${Math.round(value * 100)} %`;
  if (unit === "people") return value.toLocaleString();
  const number = value.toLocaleString(undefined, { maximumFractionDigits: 2 });
  return ["index", "ratio"].includes(unit) ? number : `${number} ${unit}`;
}

/** What a measure says of itself, as a sentence. */
export function sentence(says) {
  return `${says[0].toUpperCase()}${says.slice(1)}.`;
}

/** "5 Oct". */
export function day(iso) {
  return date.format(Date.parse(iso));
}

export function longDay(iso) {
  return longDate.format(Date.parse(iso));
}

/** "5 Oct – 1 Nov 2026", the four weeks or week that begin on a day. */
export function period(iso, length_ms = FOUR_WEEKS_MS) {
  return longDate.formatRange(Date.parse(iso), Date.parse(iso) + length_ms - 86_400_000);
}

/** The day after so many periods, or before. */
export function later(iso, periods, length_ms = FOUR_WEEKS_MS) {
  return new Date(Date.parse(iso) + periods * length_ms).toISOString().slice(0, 10);
}

/** How sure the numbers of an answer are, and what is not among them, in a sentence. */
export function sureness({ sigma, least }) {
  if (!sigma) return "Made of the numbers of people that are published, each a little off by chance.";
  return `Each number is off by chance, by ${sigma} or so; what is under ${least} people is not shown.`;
}
