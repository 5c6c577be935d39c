// One event and one of its dates: what, when by the clock there and by mine, where, why it may be for me, who goes.

import { all, fileAt, get } from "../api.mjs";
import { mySpanOf, spanOf, zoneName } from "../dates.mjs";
import { action, busy, el, exchange, icon, keep, listen } from "../dom.mjs";
import { inWords } from "../recurrence.mjs";
import { counted, listed, slugged, topicName } from "../words.mjs";
import { hosting } from "./event-form.mjs";
import { field } from "./forms.mjs";
import { answering, seenBySelect, WHO_KNOWS } from "./going.mjs";
import { storyLink, whoIsHere } from "./happening.mjs";
import { reportLink } from "./report.mjs";

const NONE = "No event is named here.";
const OVER = "This event has no dates to come.";
const MOST_NAMED = 200;
const MOST_DATES = 12;

/** Where its page is. */
export function eventAddress(event, date) {
  return `#event//${[event, date].filter(Boolean).join("/")}`;
}

export function event(given) {
  const title = el("h1", { tabindex: -1 }, "Event");
  const body = el("div", { class: "about-it" });
  const [id, date] = (given.thing ?? "").split("/");
  const read = () => fill({ title, body, id, date }, given, read);
  const again = ({ detail }) => detail.event_id === id && busy(body, read);
  given.signal.addEventListener("abort", () => {
    given.map.showSite(null);
    given.map.showPin(null);
  });
  if (!id) body.replaceChildren(toAll(NONE));
  else busy(body, read);
  listen(given.live, given.signal, { notice: again });
  return el("section", {}, el("header", {}, title), body);
}

async function fill({ title, body, id, date }, given, read) {
  const [whole, { features }] = await Promise.all([get(`/events/${id}`), get(`/events/${id}/dates`, { limit: MOST_DATES })]);
  const shown = date ? await get(`/events/${id}/dates/${date}`) : features[0];
  if (given.signal.aborted) return;
  title.textContent = whole.properties.title;
  const others = features.filter((each) => each.id !== shown?.id);
  exchange(
    body,
    [
      ...(shown ? about(shown, whole, given) : [el("p", {}, OVER)]),
      ...(others.length ? [el("h2", {}, "Other dates"), dates(others)] : []),
      ...(whole.properties.hosting && !whole.properties.cancelled ? hosting(whole, shown, given, read) : []),
      given.session.open && !whole.properties.hosting && reporting(whole, given),
      toAll(),
    ].filter(Boolean),
    title,
  );
  if (shown) onTheMap(shown, whole, given.map);
}

function about(date, { properties: { recurrence, hosting: mineToHold } }, given) {
  const { properties } = date;
  const { title, text, host, topics, cancelled, capacity, ends_at, lasting } = properties;
  const open = given.session.open && !cancelled && Date.parse(ends_at) > Date.now();
  const mine = mySpanOf(properties);
  return [
    cancelled && el("p", { class: "warning" }, "It is cancelled."),
    lasting && el("p", { class: "on-now" }, "On now"),
    el(
      "ul",
      { class: "facts" },
      fact("clock", el("time", { datetime: properties.starts_at }, spanOf(properties)), ` in ${zoneName(properties.time_zone)}`),
      mine && fact("clock", `${mine} by your clock`),
      recurrence && fact("again", inWords(recurrence)),
      fact("pin", action("Show where it is", { class: "second" }, () => given.map.goTo(spotOf(date, 16)))),
      fact("communities", ...hostedBy(host)),
      topics.length > 0 && fact("why", `About ${listed(topics.map(topicName))}`),
      capacity && fact("you", counted(capacity, "seat", "seats")),
    ),
    text && el("p", { class: "said" }, text),
    open && !mineToHold && suggestion(date),
    open && going(date, given),
    lasting && whoIsHere(date, given),
    el(
      "div",
      { class: "votes" },
      storyLink(date),
      !cancelled && action([icon("events"), "Add to my calendar"], { class: "second" }, () => keepIt(date.id, properties.event_id, title)),
    ),
  ].filter(Boolean);
}

function reporting({ id, properties: { title } }, given) {
  return reportLink(`Report ${title}`, [{ label: title, what: "event", id }], given);
}

function fact(drawing, ...said) {
  return el("li", {}, icon(drawing), el("span", {}, ...said));
}

function hostedBy({ kind, id, name }) {
  return kind === "community" ? ["Hosted by ", el("a", { href: `#community//${id}` }, name)] : [`Hosted by ${name}`];
}

function spotOf({ geometry: { coordinates } }, zoom) {
  return { lon: coordinates[0], lat: coordinates[1], zoom };
}

/** Mark it, and look there if the map looks elsewhere. */
function onTheMap(date, { geometry, properties }, map) {
  const spot = spotOf(date);
  const [west, south, east, north] = map.view.bbox;
  const across = west <= east ? spot.lon >= west && spot.lon <= east : spot.lon >= west || spot.lon <= east;
  map.showSite(geometry);
  map.showPin(spot, `Where it is: ${properties.title}`);
  if (!across || spot.lat < south || spot.lat > north) map.goTo({ ...spot, zoom: 15 });
}

/** Why it is suggested to me, if it is. How far it is says nothing here, as the map looks at it. */
function suggestion({ id, properties: { host, starts_at, ends_at } }) {
  const why = el("p", { class: "why", hidden: true });
  const by = { [host.kind === "person" ? "host" : host.kind]: host.kind === "person" ? host.name : host.id };
  const read = async () => {
    const { features } = await get("/events", { for: "me", from: starts_at, to: ends_at, limit: 100, ...by });
    const reasons = features.find((each) => each.id === id)?.properties.reasons ?? [];
    const said = listed(reasons);
    why.replaceChildren(icon("why"), el("span", {}, `Suggested to you: ${said}.`));
    why.hidden = !said;
  };
  read().catch(() => why.remove());
  return why;
}

function going(date, { session }) {
  const { id, properties } = date;
  const seenBy = seenBySelect(properties.mine);
  const people = el("div", { class: "inside" });
  const tally = el("p", { class: "about", role: "status" }, tallied(properties));
  const path = `/events/${properties.event_id}/dates/${id}`;
  const read = async () => people.replaceChildren(...named(await all(`${path}/people`, {}, "items", MOST_NAMED), session));
  const reread = async () => {
    tally.textContent = tallied((await get(path)).properties);
    await read();
  };
  const buttons = answering(id, properties, seenBy, () => busy(people, reread));
  seenBy.addEventListener("change", buttons.again);
  busy(people, read);
  return el("div", { class: "card going" }, el("h2", {}, "Do you go?"), buttons.element, field("Who may know that I go", seenBy, WHO_KNOWS), tally, people);
}

/** "12 go, 7 are interested, 3 wait for a seat": what is shown, from five on. */
function tallied({ going: go, interested, waiting }) {
  const said = [
    go && counted(go, "goes", "go"),
    interested && counted(interested, "is interested", "are interested"),
    waiting && counted(waiting, "waits for a seat", "wait for a seat"),
  ].filter(Boolean);
  return said.length ? `${listed(said)}.` : "";
}

function named(people, session) {
  if (!people.length) return [el("p", { class: "quiet" }, "Nobody lets you know yet that they go.")];
  const handles = people.map(({ handle }) => el("li", { class: handle === session.person?.handle ? "me-too" : null }, handle));
  return [el("p", { class: "quiet" }, "Of those who go, these let you know:"), el("ul", { class: "names", "aria-label": "Who goes" }, handles)];
}

function dates(others) {
  const rows = others.map(({ id, properties }) =>
    el(
      "li",
      {},
      el("a", { href: eventAddress(properties.event_id, id) }, spanOf(properties)),
      properties.cancelled ? el("span", { class: "count" }, "cancelled") : properties.mine?.reply === "going" && el("span", { class: "count some" }, "I go"),
    ),
  );
  return el("ul", { class: "list", "aria-label": "Other dates" }, rows);
}

async function keepIt(id, event, title) {
  keep(`${slugged(title) || "event"}.ics`, await fileAt(`/events/${event}/dates/${id}/calendar.ics`, {}, "text/calendar"));
}

function toAll(words) {
  return el("p", { class: "quiet" }, words && `${words} `, el("a", { href: "#events" }, "All events"));
}
