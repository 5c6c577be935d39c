// Where people are whom an offer may reach: around a spot of the map, or around a place of the business.

import { get } from "../api.mjs";
import { busy, el } from "../dom.mjs";
import { field } from "../views/forms.mjs";
import { placing } from "../views/placing.mjs";

const USUAL_M = 500;
const TAP = "Around the middle of the map, unless you tap it elsewhere or choose a place of yours.";
const KEPT = "It stays where it is. Tap the map, or choose a place of yours, to have it elsewhere.";

/**
 * A part of a form; `said()` is the area that was chosen, else `is`, else a circle around the middle of the map; `changed()` says
 * whether one was chosen.
 */
export function areaOf(given, path, is = null) {
  const place = placing(given, is ? KEPT : TAP, USUAL_M);
  const around = el("select", {}, el("option", { value: "" }, "–"));
  const shown = field("Around a place of yours", around);
  shown.hidden = true;
  around.addEventListener("change", () => {
    const [lon, lat] = JSON.parse(around.value || "null") ?? [];
    if (lat === undefined) return;
    place.put({ lat, lon }, `Around ${around.selectedOptions[0].textContent}.`);
    given.map.goTo({ lat, lon });
  });
  busy(around, async () => {
    const { features } = await get(`${path}/places`);
    around.append(...features.map(({ properties: { name, position } }) => el("option", { value: JSON.stringify(position.coordinates) }, name)));
    shown.hidden = !features.length;
  });
  place.element.dataset.at = "area radius_m";
  place.element.querySelector("legend").after(shown);
  // A tap on the map is no place of the list any more.
  given.map.addEventListener("picked", () => (around.value = ""), { signal: given.signal });
  place.pick(true);
  if (is) {
    given.map.showSite(is);
    given.map.fit([is], 15);
  }
  return { element: place.element, said: () => (is && !place.chosen() ? is : place.area()), changed: () => place.chosen() !== null };
}
