// When an event is: by the clock on the wall where it is, and by mine where that shows something else.

const LOOK = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
export const myZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "Tue 1 Dec, 19:30", where it is. */
export function beginningOf({ starts_at, time_zone }) {
  return clockIn(time_zone, starts_at).format(Date.parse(starts_at));
}

/** "Tue 1 Dec, 19:30–22:00", where it is. */
export function spanOf({ starts_at, ends_at, time_zone }) {
  return clockIn(time_zone, starts_at).formatRange(Date.parse(starts_at), Date.parse(ends_at));
}

/** The same by this browser's clock; null where that shows the same. */
export function mySpanOf(date) {
  const theirs = spanOf(date);
  const ours = spanOf({ ...date, time_zone: myZone });
  return ours === theirs ? null : ours;
}

/** "13:05", where the event is. */
export function clockOf(moment, time_zone) {
  return inZone(time_zone, { hour: "2-digit", minute: "2-digit" }).format(Date.parse(moment));
}

/** "13:00", the hour in which it was there, as this browser's language writes it. */
export function hourOf(moment, time_zone) {
  const parts = inZone(time_zone, { hour: "2-digit", minute: "2-digit" }).formatToParts(Date.parse(moment));
  return parts.map(({ type, value }) => (type === "minute" ? "00" : value)).join("");
}

/** "Tuesday 1 December", where it is. */
export function dayOf(moment, time_zone) {
  return inZone(time_zone, { weekday: "long", day: "numeric", month: "long" }).format(Date.parse(moment));
}

/** A time zone as people call it: "Europe/Madrid" is "Madrid". */
export function zoneName(zone) {
  return zone.split("/").pop().replaceAll("_", " ");
}

/** A moment as this browser's clock has it, to the minute, for a field: "2026-12-01T19:30". */
export function localMinute(moment) {
  return new Date(+moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function clockIn(zone, moment) {
  const thisYear = new Date(moment).getFullYear() === new Date().getFullYear();
  return inZone(zone, { ...LOOK, ...(thisYear ? {} : { year: "numeric" }) });
}

/** A zone that this browser does not know yet is told by UTC, and says so. */
function inZone(timeZone, look) {
  try {
    return new Intl.DateTimeFormat(undefined, { ...look, timeZone });
  } catch {
    return new Intl.DateTimeFormat(undefined, { ...look, timeZone: "UTC", timeZoneName: "short" });
  }
}
