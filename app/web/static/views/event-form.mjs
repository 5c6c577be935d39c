// Holding an event: announcing one, changing it, calling it off.

import { get, patch, post, put } from "../api.mjs";
import { localMinute, myZone } from "../dates.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { rulesFor, inWords } from "../recurrence.mjs";
import { topicsOf } from "../topics.mjs";
import { topicName } from "../words.mjs";
import { choice, field, form, zoneChoice } from "./forms.mjs";
import { folded, placing } from "./placing.mjs";

const HOUR_MS = 3_600_000;
const USUAL_M = 100;
const VISIBILITY = { public: "Everybody", community: "Members of that community alone" };
const KEPT = "Stays where it is. Tap the map to have it elsewhere.";
const TAP = "In the middle of the map, unless you tap the map elsewhere.";

/** The form for a new one; `made` is run when it is announced. */
export function making(given, made) {
  const begins = new Date(Date.now() + 24 * HOUR_MS);
  const end = new Date(+begins + 2 * HOUR_MS);
  const start = { title: "", text: "", starts_at: localMinute(begins), ends_at: localMinute(end), time_zone: myZone, topics: [], recurrence: null };
  const parts = fields(start, given, TAP);
  const host = choice("host", { person: "Me" });
  const visibility = choice("visibility", VISIBILITY);
  const forWhom = field("For whom", visibility);
  const fit = () => (forWhom.hidden = !host.value.startsWith("community"));
  host.addEventListener("change", fit);
  fit();
  parts.more.append(field("Host", host), forWhom);
  const announcing = form(parts.all, "Announce it", async (values) => {
    const [kind, id] = values.get("host").split(":");
    const by = kind === "person" ? {} : { [`${kind}_id`]: id };
    const seen = kind === "community" ? { visibility: values.get("visibility") } : {};
    await post("/events", { ...(await said(values, start)), ...where(parts.place, given), ...by, ...seen });
    announcing.reset();
    parts.refit();
    fit();
    notice("It is announced.");
    await made();
  });
  const card = folded("Hold an event", announcing, parts.place);
  card.addEventListener("toggle", () => card.open && host.options.length === 1 && busy(host, () => fillHosts(host)), { once: true });
  return card;
}

/** What its host may do with an event: change it, call off one date or all of it. */
export function hosting({ id, geometry, properties }, date, given, reread) {
  const parts = fields(properties, given, KEPT);
  const changing = form(parts.all, "Change it", async (values) => {
    const wanted = await said(values, properties);
    const changed = Object.entries(wanted).filter(([name, value]) => !same(value, properties[name]));
    const moved = parts.place.chosen() ? where(parts.place, given) : {};
    await patch(`/events/${id}`, { ...Object.fromEntries(changed), ...moved });
    notice("Changed. Those who go are told of another time or place.");
    await reread();
  });
  const callOff = (what, path) => async () => {
    if (!confirm(`Call off ${what}? Those who go are told, and it cannot be taken back.`)) return;
    await put(path);
    notice("It is called off.");
    await reread();
  };
  const one = date && properties.recurrence && !date.properties.cancelled;
  const calling = el(
    "div",
    { class: "votes" },
    one && action("Call off this date", { class: "second" }, callOff("this date", `/events/${id}/dates/${date.id}/cancellation`)),
    action(one ? "Call off all of it" : "Call it off", { class: "second" }, callOff(properties.title, `/events/${id}/cancellation`)),
  );
  return [el("h2", {}, "You hold it"), folded("Change it", changing, parts.place, () => given.map.showSite(geometry)), calling];
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Fields as something stands, for both forms: `all` of them, those that are asked `more` seldom, and the `place` chosen. */
function fields(is, given, lead) {
  const line = (name, more) => el("input", { name, autocomplete: "off", ...more });
  const starts = line("starts_at", { type: "datetime-local", required: true, value: is.starts_at.slice(0, 16) });
  const ends = line("ends_at", { type: "datetime-local", required: true, value: is.ends_at.slice(0, 16) });
  const again = recurring(starts, is.recurrence ?? "");
  const place = placing(given, lead, USUAL_M);
  const more = el(
    "div",
    { class: "inside" },
    field("Time zone", zoneChoice(is.time_zone), "Times are by the clock on the wall there."),
    field("Seats", line("capacity", { type: "number", min: 1, max: 100_000, value: is.capacity }), "Whoever comes later waits and moves up. Empty: as many as like."),
  );
  const all = [
    field("What", line("title", { required: true, minlength: 2, maxlength: 120, value: is.title })),
    field("More of it", el("textarea", { name: "text", maxlength: 4000, rows: 3 }, is.text)),
    el("div", { class: "row when" }, field("Begins", starts), field("Ends", ends)),
    ...again.parts,
    field("Interest", line("topic", { maxlength: 40, value: is.topics.map(topicName)[0] }), "One or two words, such as cycling."),
    place.element,
    el("details", {}, el("summary", {}, "Host, seats and time zone"), more),
  ];
  const refit = () => {
    again.fit();
    place.forget();
  };
  return { all, more, refit, place };
}

/** How often, by the day it begins on, and until when. */
function recurring(starts, rule) {
  const [base, until] = parted(rule);
  const select = el("select", { name: "recurrence" });
  const last = el("input", { name: "last_day", type: "date", value: until && `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6)}` });
  const ending = field("Until", last, "The last day on which it may be. Empty: for good.");
  const fit = () => {
    const kept = select.value || (select.options.length ? "" : base);
    const position = Math.max(0, select.selectedIndex);
    const rules = rulesFor(starts.value);
    if (base && !(base in rules)) rules[base] = inWords(base);
    select.replaceChildren(...Object.entries(rules).map(([value, words]) => el("option", { value }, words)));
    // On another day the same kind of rule: weekly stays weekly.
    if (kept in rules) select.value = kept;
    else select.selectedIndex = position;
    ending.hidden = !select.value || select.value.includes("COUNT=");
  };
  starts.addEventListener("change", fit);
  select.addEventListener("change", fit);
  fit();
  return { parts: [field("Again", select), ending], fit };
}

/** What was chosen, else the middle of the map. */
function where(place, { map }) {
  const { lat, lon } = place.chosen() ?? map.view.centre;
  return { position: { type: "Point", coordinates: [lon, lat] }, radius_m: place.radius() };
}

async function fillHosts(host) {
  const [mine, businesses] = await Promise.all([get("/me/communities"), get("/me/businesses")]);
  host.append(
    ...mine.features.map(({ id, properties }) => el("option", { value: `community:${id}` }, properties.name)),
    ...businesses.items.map(({ id, name }) => el("option", { value: `business:${id}` }, name)),
  );
}

/** What was typed, as the API writes it; what was not touched stays as it is. */
async function said(values, is) {
  const typed = values.get("topic").trim();
  const time = (name) => (values.get(name) === is[name].slice(0, 16) ? is[name] : `${values.get(name)}:00`);
  return {
    title: values.get("title").trim(),
    text: values.get("text").trim(),
    topics: typed === (is.topics.map(topicName)[0] ?? "") ? is.topics : await topicsOf("interest", typed),
    starts_at: time("starts_at"),
    ends_at: time("ends_at"),
    time_zone: values.get("time_zone"),
    recurrence: ruleSaid(values, is.recurrence),
    capacity: Number(values.get("capacity")) || null,
  };
}

function ruleSaid(values, is) {
  const [rule, last] = [values.get("recurrence"), values.get("last_day").replaceAll("-", "")];
  const [base, until] = parted(is ?? "");
  if (rule === base && last === until) return is ?? null;
  return rule ? rule + (last && !rule.includes("COUNT=") ? `;UNTIL=${last}` : "") : null;
}

/** A rule without its last day, and that day as digits, "" where there is none. */
function parted(rule) {
  const [, until] = /;UNTIL=(\d{8})/.exec(rule) ?? [];
  return [rule.replace(/;UNTIL=[^;]*/, ""), until ?? ""];
}
