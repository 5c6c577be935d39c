// The page's address, `#view/lat,lon,zoom/thing`, or with `?` and a question in place of a thing: a reload keeps the view, and a link shows others the same part of the map.

import { get } from "./api.mjs";
import { mayLocate, whereIAm } from "./whereabouts.mjs";

const VIEWS = [
  "here",
  "check-in",
  "communities",
  "community",
  "events",
  "event",
  "offers",
  "you",
  "choose",
  "trust",
  "quiet-places",
  "tag",
  "people",
  "statistics",
  "grounds",
  "maturity",
  "search",
  "mesh",
  "reports",
  "cases",
  "case",
  "wishes",
  "pieces",
  "piece",
  "business",
  "business-offers",
  "business-offer",
  "business-return",
  "business-stands",
  "business-communities",
  "business-community",
  "business-till",
  "webhooks",
  "webhook",
  "business-acts",
];
const NEIGHBOURHOOD = 13;
// As long as anybody looks at an empty page.
const PATIENCE_MS = 1500;
const WORLD = { lat: 25, lon: 0, zoom: 1.5 };

export function viewIn(hash) {
  const [name] = hash.slice(1).split("/");
  return VIEWS.includes(name) ? name : "here";
}

/** `{lat, lon, zoom}`, or null if the address names none. */
export function spotIn(hash) {
  const numbers = (hash.split("/")[1] ?? "").split(",").map(Number);
  const [lat, lon, zoom] = numbers;
  const usable =
    numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return usable ? { lat, lon, zoom } : null;
}

/** The id of what a view is about, or null; of an event and its date both, as `event/date`. */
export function thingIn(hash) {
  return /^#[a-z-]+\/[^/]*\/([0-9a-f-]{36}(?:\/[0-9a-f-]{36})?)$/.exec(hash)?.[1] ?? null;
}

/** What a view is asked, as URLSearchParams; empty if nothing. */
export function askedIn(hash) {
  return new URLSearchParams(/^#[a-z-]+\/[^/]*\/\?([^/]*)$/.exec(hash)?.[1] ?? "");
}

/** What stands behind the spot, to be kept when that changes. */
export function restIn(hash) {
  return thingIn(hash) ?? (askedIn(hash).size ? `?${askedIn(hash)}` : null);
}

export function addressOf(view, { centre, zoom }, thing) {
  const spot = `${centre.lat.toFixed(5)},${centre.lon.toFixed(5)},${zoom.toFixed(2)}`;
  return `#${[view, spot, thing].filter(Boolean).join("/")}`;
}

/** Where to begin: as the address says, else where this browser is if it may tell, else where something happened. */
export async function firstSpot(hash) {
  const spot =
    spotIn(hash) ?? (await positionIfAllowed()) ?? (await newestCheckIn()) ?? (await firstCommunity());
  return { ...WORLD, ...spot };
}

async function positionIfAllowed() {
  if (!(await mayLocate())) return null;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const position = await Promise.race([whereIAm().catch(() => null), late]);
  return position && { ...position, zoom: NEIGHBOURHOOD };
}

async function newestCheckIn() {
  const found = await get("/check-ins", { limit: 1 }).catch(() => null);
  return inNeighbourhood(found?.features[0]?.geometry.coordinates);
}

async function firstCommunity() {
  const found = await get("/communities", { kind: "location", limit: 1 }).catch(() => null);
  return inNeighbourhood(found?.features[0]?.geometry.coordinates.flat(Infinity));
}

/** From a position, or the first corner of an area. */
function inNeighbourhood(coordinates) {
  return coordinates ? { lon: coordinates[0], lat: coordinates[1], zoom: NEIGHBOURHOOD } : null;
}
