// Where people are whom an offer may reach: around a spot of the map, or at places of the business.

import { get } from "../api.mjs";
import { busy, el } from "../dom.mjs";
import { field } from "../views/forms.mjs";
import { placing } from "../views/placing.mjs";
import { addressOf } from "./page.mjs";

const USUAL_M = 500;
const TAP = "Around the middle of the map, unless you tap it elsewhere or choose a place of yours.";
const KEPT = "It stays where it is. Tap the map, or choose a place of yours, to have it elsewhere.";
const INSIDE = "It reaches who is inside one of them. Each is as large as you drew it.";
const MISSING = { errors: [{ at: "/places", says: "choose at least one" }] };

/**
 * A part of a form; `said()` is what the API takes of where it is: the `places` that were ticked, or the area that was chosen,
 * else `is`, else a circle around the middle of the map.
 */
export function areaOf(given, path, is = null, places = []) {
  const kept = places.length ? null : is;
  const place = placing(given, kept ? KEPT : TAP, USUAL_M);
  const stalls = new Stalls(places.map(({ id }) => id), () => look());
  const spot = el("div", { class: "spot" });
  const around = nearOne(given, place);
  // The legend stays where it is; all else of the spot is one thing to be hidden.
  spot.append(...[...place.element.children].slice(1));
  spot.children[0].after(around.element);
  const [atSpot, atPlaces] = ["Around a spot of the map", "At places of yours"].map((label, index) =>
    el("label", { class: "check" }, el("input", { type: "radio", name: "where", checked: index === Number(places.length > 0) }), label),
  );
  const isAtPlaces = () => atPlaces.control.checked;
  const ways = el("div", { class: "ways", hidden: !places.length }, atSpot, atPlaces);
  const none = el("p", { class: "quiet", hidden: true }, "You can also choose among ", el("a", { href: addressOf("business-stands", path.split("/").pop()) }, "places of yours"), ", once there are any.");
  place.element.append(ways, stalls.element, spot, none);
  const draw = () => {
    if (given.signal.aborted || (!isAtPlaces() && place.chosen())) return;
    given.map.showPin(null);
    given.map.showSite(isAtPlaces() ? stalls.ground : kept);
  };
  const look = () => {
    draw();
    if (isAtPlaces() && stalls.ground) given.map.fit([stalls.ground], 16);
  };
  const turn = () => {
    const at = isAtPlaces();
    [stalls.element.hidden, spot.hidden] = [!at, at];
    // What is hidden must not keep the form from being sent.
    for (const each of spot.querySelectorAll("input")) each.disabled = at;
    place.pick(!at);
    if (!at && place.chosen()) place.draw();
    else draw();
  };
  ways.addEventListener("change", turn);
  place.element.dataset.at = "area radius_m position";
  turn();
  busy(place.element, async () => {
    const { features } = await get(`${path}/places`);
    around.fill(features);
    stalls.fill(features);
    ways.hidden = !features.length && !isAtPlaces();
    none.hidden = features.length > 0;
    look();
  });
  if (kept) given.map.fit([kept], 15);
  const said = () => (isAtPlaces() ? { places: stalls.said() } : { area: kept && !place.chosen() ? kept : place.area() });
  return { element: place.element, said };
}

/** Places to be ticked, in the order in which they were. */
class Stalls {
  #ticked;
  #features = [];
  #changed;
  #list = el("div", { class: "ticks" });
  element = el("fieldset", { hidden: true, "data-at": "places" }, el("legend", { class: "aloud" }, "Places of yours"), el("p", { class: "where" }, INSIDE), this.#list);

  constructor(ids, changed) {
    [this.#ticked, this.#changed] = [ids, changed];
  }

  /** One that has gone meanwhile is ticked no more. */
  fill(features) {
    this.#features = features;
    this.#ticked = this.#ticked.filter((id) => features.some((each) => each.id === id));
    this.#list.replaceChildren(...features.map(({ id, properties: { name } }) => this.#tick(id, name)));
  }

  #tick(id, name) {
    const box = el("input", { type: "checkbox", value: id, checked: this.#ticked.includes(id) });
    box.addEventListener("change", () => {
      this.#ticked = [...this.#ticked.filter((each) => each !== id), ...(box.checked ? [id] : [])];
      this.#changed();
    });
    return el("label", { class: "check" }, box, name);
  }

  /** All that are ticked as one area, or null. */
  get ground() {
    const areas = this.#features.filter(({ id }) => this.#ticked.includes(id)).map(({ geometry }) => geometry);
    const coordinates = areas.flatMap(({ type, coordinates: them }) => (type === "Polygon" ? [them] : them));
    return coordinates.length ? { type: "MultiPolygon", coordinates } : null;
  }

  said() {
    if (!this.#ticked.length) throw Object.assign(new Error("Choose at least one place."), MISSING);
    return this.#ticked;
  }
}

/** A spot to be chosen by the name of a place. */
function nearOne(given, place) {
  const around = el("select", {}, el("option", { value: "" }, "–"));
  const element = field("Around a place of yours", around);
  element.hidden = true;
  around.addEventListener("change", () => {
    const [lon, lat] = JSON.parse(around.value || "null") ?? [];
    if (lat === undefined) return;
    place.put({ lat, lon }, `Around ${around.selectedOptions[0].textContent}.`);
    given.map.goTo({ lat, lon });
  });
  // A tap on the map is no place of the list any more.
  given.map.addEventListener("picked", () => (around.value = ""), { signal: given.signal });
  const fill = (features) => {
    around.append(...features.map(({ properties: { name, position } }) => el("option", { value: JSON.stringify(position.coordinates) }, name)));
    element.hidden = !features.length;
  };
  return { element, fill };
}
