// Times, counts and names as people say them.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** "now", "4 min", "13:05" or "22 Nov": short, for lists. */
export function ago(moment, now = Date.now()) {
  const then = Date.parse(moment);
  const past = now - then;
  if (past < MINUTE) return "now";
  if (past < 60 * MINUTE) return `${Math.floor(past / MINUTE)} min`;
  return (past < DAY ? clock : day).format(then);
}

/** "13:05" today, "22 Nov" later. */
export function until(moment, now = Date.now()) {
  const then = Date.parse(moment);
  return (then - now < DAY ? clock : day).format(then);
}

/** The same of what may be past as well: "13:05" if that is less than a day away, else "22 Nov". */
export function on(moment, now = Date.now()) {
  const then = Date.parse(moment);
  return (Math.abs(then - now) < DAY ? clock : day).format(then);
}

/** "Mon 13:05". */
export function onDay(moment) {
  return weekday.format(Date.parse(moment));
}

/** `counted(1, "person", "people")` is "1 person". */
export function counted(count, one, many) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** `listed(["a", "b", "c"])` is "a, b and c". */
export function listed(names) {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
}

/** A slug as a title: "open-house" is "Open house". */
export function titled(slug) {
  const words = unslugged(slug);
  return words[0].toUpperCase() + words.slice(1);
}

/** "interest:fair-trade" as "fair trade". */
export function topicName(key) {
  return unslugged(key.slice(key.indexOf(":") + 1));
}

export function unslugged(slug) {
  return slug.replaceAll("-", " ");
}

/** What someone typed as the API writes activities and topics: "Riding a bike" is "riding-a-bike". */
export function slugged(typed) {
  const plain = typed.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
}

/** Seconds as "40 minutes", "5 hours" or "3 days". */
export function lasting(seconds) {
  const minutes = seconds / 60;
  if (minutes < 60) return counted(Math.max(1, Math.round(minutes)), "minute", "minutes");
  if (minutes < 2 * 1440) return counted(Math.round(minutes / 60), "hour", "hours");
  return counted(Math.round(minutes / 1440), "day", "days");
}
