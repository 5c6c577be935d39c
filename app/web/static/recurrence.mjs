// How often an event is: rules of RFC 5545 in words, and those that go with a day it begins on.

import { listed } from "./words.mjs";

const DAYS = { MO: "Monday", TU: "Tuesday", WE: "Wednesday", TH: "Thursday", FR: "Friday", SA: "Saturday", SU: "Sunday" };
const CODES = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const ORDER = { 1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", "-1": "last" };
const UNITS = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };
const KNOWN = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL"];

/** What goes with an event that begins at a local time such as "2026-12-01T19:30": rules, each with its words. */
export function rulesFor(local) {
  const at = new Date(`${local}Z`);
  if (Number.isNaN(+at)) return { "": "Once" };
  const [code, day] = [CODES[at.getUTCDay()], at.getUTCDate()];
  const week = day > 28 ? -1 : Math.ceil(day / 7);
  const rules = [
    "FREQ=DAILY",
    `FREQ=WEEKLY;BYDAY=${code}`,
    `FREQ=WEEKLY;INTERVAL=2;BYDAY=${code}`,
    `FREQ=MONTHLY;BYDAY=${week}${code}`,
    `FREQ=MONTHLY;BYMONTHDAY=${day}`,
    "FREQ=YEARLY",
  ];
  return { "": "Once", ...Object.fromEntries(rules.map((rule) => [rule, inWords(rule)])) };
}

/** "Every week on Tuesday, 10 times"; a rule that has no such words stands for itself. */
export function inWords(rule) {
  const parts = Object.fromEntries(rule.split(";").map((part) => part.split("=")));
  const known = Object.keys(parts).every((name) => KNOWN.includes(name));
  const on = known ? dayIn(parts) : null;
  if (on === null) return `By the rule ${rule}`;
  const { FREQ, INTERVAL = "1", COUNT, UNTIL } = parts;
  const every = INTERVAL === "1" ? `Every ${UNITS[FREQ]}` : `Every ${INTERVAL} ${UNITS[FREQ]}s`;
  const until = UNTIL && `until ${lastDay(UNTIL)}`;
  const ends = COUNT ? (COUNT === "1" ? "once" : `${COUNT} times`) : until;
  return [[every, on].filter(Boolean).join(" "), ends].filter(Boolean).join(", ");
}

/** "on Monday and Friday", "on the last Tuesday", "on day 13"; "" where nothing is said, null where it cannot be. */
function dayIn({ BYDAY, BYMONTHDAY }) {
  if (BYDAY && BYMONTHDAY) return null;
  if (BYMONTHDAY) return /^\d+$/.test(BYMONTHDAY) ? `on day ${BYMONTHDAY}` : null;
  if (!BYDAY) return "";
  const named = BYDAY.split(",").map((each) => {
    const [, order, code] = /^([+-]?\d*)([A-Z]{2})$/.exec(each) ?? [];
    if (!order) return DAYS[code];
    return ORDER[Number(order)] && `the ${ORDER[Number(order)]} ${DAYS[code]}`;
  });
  if (named.some((each) => !each)) return null;
  return `on ${listed(named)}`;
}

function lastDay(until) {
  const day = new Date(`${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}T00:00Z`);
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(day);
}
