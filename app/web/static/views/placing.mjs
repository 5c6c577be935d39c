// Choosing where something is to be, on the map.

import { action, el, listen } from "../dom.mjs";
import { round } from "../shapes.mjs";
import { field } from "./forms.mjs";

// Those whose forms are open: only they hear where the map is tapped.
const asking = new Set();

/**
 * Where something is to be: a spot tapped on the map and how far around it, drawn as it is chosen. `chosen()` is null until
 * one is; `area()` is the circle, around the middle of the map until then; `pick(on)` lets the map be tapped for it;
 * `put(position, words)` chooses one for it; `draw()` shows again what is chosen.
 */
export function placing({ map, signal }, lead, usual_m) {
  let position = null;
  const told = el("p", { class: "where", role: "status" }, lead);
  const radius = el("input", { name: "radius_m", type: "number", min: 10, max: 50_000, value: usual_m, required: true });
  const metres = () => Number(radius.value) || usual_m;
  const area = () => round({ ...(position ?? map.view.centre), radius_m: metres() }).geometry;
  const draw = () => {
    if (!position || signal.aborted) return;
    map.showPin(position, "Where it is to be");
    map.showSite(area());
  };
  const put = (there, words) => {
    position = there;
    told.textContent = words;
    draw();
  };
  radius.addEventListener("input", draw);
  listen(map, signal, { picked: ({ detail }) => asking.has(element) && put(detail, "Where you tapped the map.") });
  signal.addEventListener("abort", () => {
    pick(false);
    map.showSite(null);
    map.showPin(null);
  });
  const middle = action("Map’s middle", { class: "second" }, () => put(map.view.centre, "The middle of the map."));
  const element = el(
    "fieldset",
    {},
    el("legend", {}, "Where"),
    told,
    el("div", { class: "then" }, el("div", { class: "row" }, middle), field("Metres around it", radius)),
  );
  const pick = (on) => {
    if (on) asking.add(element);
    else asking.delete(element);
    map.picking = asking.size > 0;
  };
  const forget = () => {
    position = null;
    told.textContent = lead;
    map.showSite(null);
    map.showPin(null);
  };
  return { element, forget, area, radius: metres, chosen: () => position, pick, put, draw };
}

/** A card to be opened; the map is tapped for it only while it is open. */
export function folded(summary, content, place, closed = () => {}) {
  const card = el("details", { class: "card" }, el("summary", {}, summary), content);
  card.addEventListener("toggle", ({ target }) => {
    if (target !== card) return;
    place.pick(card.open);
    if (!card.open) closed();
  });
  return card;
}
