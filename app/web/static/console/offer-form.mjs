// What an offer is to be, as a form: for a new draft, and for changing one.

import { localMinute } from "../dates.mjs";
import { el } from "../dom.mjs";
import { ACTIVITIES } from "../views/check-in.mjs";
import { field, limited } from "../views/forms.mjs";
import { slugged, unslugged } from "../words.mjs";
import { areaOf } from "./area.mjs";
import { conditionsOf } from "./conditions.mjs";
import { piecesOf } from "./helping.mjs";
import { hoursOfWeek } from "./hours.mjs";
import { Picking } from "./picking.mjs";
import { topicPicking } from "./topics.mjs";

const WEEK_MS = 7 * 86_400_000;
const [LONGEST_TITLE, LONGEST_TEXT, MOST, MOST_EACH] = [80, 400, 1_000_000, 100];
export const NOTHING_YET = { title: "", text: "", topics: [], activities: [], starts_at: null, hours: [], time_zone: null, quantity: null, per_person: 1, hold_out: 10 };
/** What this form does not ask, and keeps as it is. */
const KEPT = ["rollback_minutes"];
/** What another draft like it says besides. */
const ALIKE = [...KEPT, "language", "hold_out", "collective", "returning", "event_id"];
/** Which field a problem is about that names none. */
export const SLUGS = { "bad-area": "area", "unknown-topic": "topics", "unknown-place": "places" };

/** `parts` of a form as an offer stands, and what was `said` there as the API takes it. */
export function offerFields(given, path, is, geometry = null) {
  const title = el("input", { name: "title", required: true, autocomplete: "off", value: is.title });
  const text = el("textarea", { name: "text", rows: 3 }, is.text);
  const topics = topicPicking({ label: "Topics", hint: "It reaches only people of communities that share one of these." }, is.topics);
  const activities = activityPicking(is.activities);
  const area = areaOf(given, path, geometry, is.places);
  const week = hoursOfWeek(is);
  const moment = (name, value, required) => el("input", { name, type: "datetime-local", required, value });
  const starts = moment("starts_at", is.starts_at && Date.parse(is.starts_at) > Date.now() ? localMinute(new Date(is.starts_at)) : "", false);
  const ends = moment("ends_at", localMinute(new Date(is.ends_at ?? Date.now() + WEEK_MS)), true);
  const quantity = el("input", { name: "quantity", type: "number", min: 1, max: MOST, inputmode: "numeric", value: is.quantity });
  const conditions = conditionsOf(given, path, is);
  const pieces = piecesOf(path, is.pieces);
  const each = el("input", { name: "per_person", type: "number", min: 1, max: MOST_EACH, required: true, inputmode: "numeric", value: is.per_person });
  const parts = [
    limited("Title", title, LONGEST_TITLE, "What it is, in a few words, such as: a free coffee."),
    limited("More of it", text, LONGEST_TEXT),
    topics.element,
    activities.element,
    area.element,
    el("div", { class: "row when" }, field("Begins", starts, "Empty: as soon as it is published."), field("Ends", ends, "90 days after it begins at the latest.")),
    week.element,
    el("div", { class: "row" }, field("How many in all", quantity, "Empty: as many as like."), field("For each person", each)),
    pieces.element,
    conditions.element,
  ];
  const said = () => ({
    ...known(is, KEPT),
    title: title.value.trim(),
    text: text.value.trim(),
    topics: chosen(topics),
    activities: activities.values,
    ...area.said(),
    ...(starts.value && { starts_at: new Date(starts.value).toISOString() }),
    ends_at: new Date(ends.value).toISOString(),
    ...week.said(),
    quantity: Number(quantity.value) || null,
    per_person: Number(each.value),
    pieces: pieces.said(),
    ...conditions.said(),
  });
  return { parts, said };
}

/** What an offer like `is` says besides what each of them asks anew. */
export function alike(is) {
  return { pieces: is.pieces.map(({ id }) => id), ...known(is, ALIKE) };
}

function known(is, names) {
  return Object.fromEntries(names.filter((name) => is[name] != null).map((name) => [name, is[name]]));
}

/** Those that were chosen; what was only typed is no topic yet. */
function chosen(topics) {
  const says = topics.typed ? "choose one of those that are found for what you typed" : "choose at least one";
  if (!topics.values.length || topics.typed) throw Object.assign(new Error(says), { errors: [{ at: "/topics", says }] });
  return topics.values;
}

function activityPicking(is) {
  const one = (slug) => ({ value: slug, name: unslugged(slug) });
  const suggest = async (typed) => {
    const slug = slugged(typed);
    const fitting = ACTIVITIES.filter((each) => each.startsWith(slug));
    return [...fitting, ...(slug && !fitting.includes(slug) ? [slug] : [])].map(one);
  };
  const hint = "What people do when it is for them, such as riding. None: whatever they do.";
  return new Picking({ label: "Activities", hint, at: "activities", most: 10, suggest }, is.map(one));
}
