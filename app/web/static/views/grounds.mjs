// Where a community is: the areas in which people took part, as hexagons on the map, and a list of them.

import { get } from "../api.mjs";
import { action, busy, drawn, el, icon } from "../dom.mjs";
import { shades, table } from "../figures.mjs";
import { ask, longDay, sureness } from "../measures.mjs";
import { cellsNamed, middle } from "../shapes.mjs";
import { counted } from "../words.mjs";
import { noCommunity, pageOf, partOf } from "./community.mjs";

const WIDE = 340;
const MOST_HIGH = 260;
// As near as a hexagon fills the map of a phone.
const ZOOM = 12;
const NONE = "No area has enough people to be shown.";

/** A small picture of the areas, north up, and the way to the map. */
export function areas(id, name, said) {
  const made = el(
    "div",
    { class: "part" },
    el("h2", {}, name),
    el("p", { class: "about" }, `${counted(said.cells.length, "area", "areas")} of some 2.5 km across. ${sureness(said)}`),
    el("p", {}, el("a", { href: partOf("grounds", id) }, "Look at them on the map")),
  );
  busy(made, async () => made.firstChild.after(picture(await outlined(said))));
  return made;
}

export function grounds(given) {
  const title = el("h1", { tabindex: -1 }, "Where it is");
  const body = el("div", { class: "about-it" });
  if (given.thing) busy(body, () => fill(title, body, given));
  else body.replaceChildren(noCommunity());
  given.signal.addEventListener("abort", () => given.map.showCounted([]));
  return el("section", {}, el("header", {}, title), body);
}

async function fill(title, body, { thing, map, signal }) {
  const { properties } = await get(`/communities/${thing}`);
  title.textContent = `Where ${properties.name} is`;
  const said = await ask(thing, { measure: "people", by: "area" }).catch((problem) => problem);
  const back = el("p", { class: "quiet" }, el("a", { href: partOf("statistics", thing) }, `${properties.name} in numbers`));
  if (said instanceof Error) return body.replaceChildren(el("p", {}, said.message), el("a", { href: pageOf(thing) }, properties.name));
  const newest = said.cells.map((each) => each.starts_on).sort().at(-1);
  const features = await outlined({ cells: said.cells.filter((each) => each.starts_on === newest) });
  if (signal.aborted) return;
  map.showCounted(features);
  if (features.length) map.fit(features.map(({ geometry }) => geometry), 13);
  body.replaceChildren(
    el("p", { class: "quiet" }, features.length ? `People who took part, in the four weeks from ${longDay(newest)}.` : NONE),
    el("ol", { class: "list", "aria-label": "Areas, the most first" }, features.map((each) => row(each, map))),
    el("p", { class: "about" }, sureness(said)),
    back,
  );
}

function row({ geometry, properties }, map) {
  const [lon, lat] = middle(geometry);
  const where = whereabouts(lat, lon);
  const look = { class: "plain", "aria-label": `Show ${where} on the map` };
  return el(
    "li",
    {},
    el("div", { class: "body" }, el("b", {}, where), el("p", { class: "about" }, counted(properties.people, "person", "people"))),
    action(icon("aim"), look, () => map.goTo({ lat, lon, zoom: ZOOM })),
  );
}

/** The areas of an answer as GeoJSON with how many `people`, the most first. */
async function outlined({ cells }) {
  const sorted = cells.toSorted((one, other) => other.value - one.value);
  const features = await cellsNamed(sorted.map(({ slice }) => slice.area));
  return features.map((each, place) => ({ ...each, properties: { people: sorted[place].value } }));
}

function picture(features) {
  if (!features.length) return "";
  const corners = features.flatMap(({ geometry }) => geometry.coordinates[0]);
  const [west, east] = [Math.min(...corners.map(([lon]) => lon)), Math.max(...corners.map(([lon]) => lon))];
  const [south, north] = [Math.min(...corners.map(([, lat]) => lat)), Math.max(...corners.map(([, lat]) => lat))];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(WIDE / ((east - west) * narrow), MOST_HIGH / (north - south));
  const x = (lon) => ((lon - (west + east) / 2) * narrow * scale + WIDE / 2).toFixed(1);
  const y = (lat) => ((north - lat) * scale).toFixed(1);
  const shade = shades(features.map(({ properties }) => properties.people));
  const hexagon = ({ geometry, properties: { people } }) => {
    const [lon, lat] = middle(geometry);
    const points = geometry.coordinates[0].map((corner) => `${x(corner[0])},${y(corner[1])}`).join(" ");
    return drawn(
      "g",
      { class: shade(people) },
      drawn("polygon", { points }),
      (narrow * scale * 0.025 > 20) && drawn("text", { x: x(lon), y: Number(y(lat)) + 4, "text-anchor": "middle" }, people.toLocaleString()),
    );
  };
  const rows = features.map(({ geometry, properties }) => {
    const [lon, lat] = middle(geometry);
    return [whereabouts(lat, lon), properties.people.toLocaleString()];
  });
  const high = ((north - south) * scale).toFixed(1);
  return el(
    "div",
    { class: "figure" },
    drawn("svg", { class: "hexagons", viewBox: `0 0 ${WIDE} ${high}`, "aria-hidden": "true" }, features.map(hexagon)),
    el("details", { class: "folded" }, el("summary", {}, "The numbers"), table("Where", ["Around", "People"], rows)),
  );
}

/** "41.40° N, 2.16° E": areas have no names. */
function whereabouts(lat, lon) {
  const degrees = (number, plus, minus) => `${Math.abs(number).toFixed(2)}° ${number < 0 ? minus : plus}`;
  return `${degrees(lat, "N", "S")}, ${degrees(lon, "E", "W")}`;
}
