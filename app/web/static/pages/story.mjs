// The story of a date of an event: what people said there and then and let everybody know, as map and time line. Anybody
// reads it; while the event lasts it grows by itself.

import { all, get } from "../api.mjs";
import { mySpanOf, spanOf, zoneName } from "../dates.mjs";
import { action, announce, el, icon, notice } from "../dom.mjs";
import { TownMap } from "../map.mjs";
import { session } from "../session.mjs";
import { topicName } from "../words.mjs";
import { MOST_TOLD, TimeLine } from "./story-line.mjs";

const [, , event, date] = location.pathname.split("/");
const PATH = `/events/${event}/dates/${date}`;
const PART = 100;
const ASK_AGAIN_MS = 15_000;
const A_MINUTE_MS = 60_000;
const ROUND = 16;

const place = Object.fromEntries(["cover", "map", "told"].map((id) => [id, document.getElementById(id)]));

try {
  // Whose session has ended reads it as anybody.
  await session.resume();
  await begin();
} catch (problem) {
  place.map.remove();
  place.cover.replaceChildren(el("h1", {}, "This story cannot be read"), el("p", {}, problem.message));
}

async function begin() {
  const asked = get(PATH);
  // Where there is no event, that is what is said, whichever answer is here first.
  asked.catch(() => {});
  const whole = await get(`/events/${event}`);
  const shown = await asked;
  document.title = `${shown.properties.title} · Hereabouts`;
  place.cover.replaceChildren(...cover(shown));
  const [lon, lat] = shown.geometry.coordinates;
  const map = new TownMap(place.map, place.map.dataset.style, { lat, lon, zoom: ROUND });
  map.showSite(whole.geometry);
  map.fit([whole.geometry]);
  const line = new TimeLine(shown.properties, (checkIn) => look(map, checkIn));
  map.addEventListener("touched", ({ detail }) => line.show(detail));
  place.told.replaceChildren(line.element);
  await follow(line, map, shown.properties);
}

/** Read it, and again while it goes on: the longer it is, the more seldom, as it is read as a whole. */
async function follow(line, map, { lasting, ends_at }) {
  const parts = document.hidden ? 1 : await read(line, map).catch((problem) => (notice(problem.message), 1));
  const again = () => follow(line, map, { lasting, ends_at });
  if (lasting && Date.now() < Date.parse(ends_at) + A_MINUTE_MS) setTimeout(again, ASK_AGAIN_MS * parts);
}

/** Show what is told by now; how many parts it came in. What was taken back since is in it no more. */
async function read(line, map) {
  const told = await all(`${PATH}/story`, {}, "features", MOST_TOLD);
  const fresh = line.tell(told);
  map.showCheckIns(told);
  for (const { properties } of fresh) announce(`${properties.handle}: ${properties.text || "was here"}`);
  return Math.ceil(told.length / PART) || 1;
}

function look(map, { geometry: { coordinates } }) {
  map.goTo({ lon: coordinates[0], lat: coordinates[1], zoom: ROUND });
  place.map.scrollIntoView({ block: "nearest" });
}

function cover({ properties }) {
  const { title, host, topics, text, time_zone, cancelled, lasting } = properties;
  const mine = mySpanOf(properties);
  const about = [`by ${host.name}`, ...topics.map(topicName)].join(" · ");
  return [
    el("p", { class: lasting ? "on-now" : "quiet" }, lasting ? "On now" : "The story of"),
    el("h1", {}, title),
    el("p", {}, el("time", { datetime: properties.starts_at }, spanOf(properties)), ` in ${zoneName(time_zone)}`),
    mine && el("p", { class: "quiet" }, `${mine} by your clock`),
    el("p", { class: "quiet" }, about),
    cancelled && el("p", { class: "warning" }, "It was cancelled."),
    text && el("p", { class: "said" }, text),
    el(
      "div",
      { class: "votes" },
      el("a", { class: "second", href: `/v1${PATH}/story.atom`, type: "application/atom+xml" }, icon("feed"), "Subscribe"),
      el("a", { class: "second", href: `/#event//${event}/${date}` }, icon("events"), "The event"),
      action("Copy its address", { class: "second" }, async () => {
        await navigator.clipboard.writeText(location.href);
        notice("Copied. Whoever has it reads what is public.");
      }),
    ),
  ].filter(Boolean);
}
