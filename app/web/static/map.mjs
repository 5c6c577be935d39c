// The map: neighbourhoods, quarters and check-ins from our own data, over an optional background.

import { AttributionControl, Map as Chart, Marker, NavigationControl } from "./lib/maplibre-gl.mjs";
import { action, el, icon, notice } from "./dom.mjs";
import { layersOver, own, plain, SOURCES } from "./map-style.mjs";
import { Cells, collection, labelled, quartersWithin, round } from "./shapes.mjs";
import { whereIAm } from "./whereabouts.mjs";

const SETTLED_MS = 300;
const HALF_THE_WORLD = 180;
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Dispatches "moved" (detail: the view), "touched" (detail: a check-in's id) and "picked" (detail: {lat, lon}). */
export class TownMap extends EventTarget {
  #chart;
  #shown = Object.fromEntries(SOURCES.map((name) => [name, collection([])]));
  #cells = new Cells();
  #checkIns = [];
  #pin = new Marker({
    element: el("div", { class: "pin", role: "img" }),
    anchor: "bottom",
  });
  #me = new Marker({ element: el("div", { class: "me", role: "img", "aria-label": "Where you are" }) });
  #styleUrl;
  #settling;
  picking = false;

  constructor(container, styleUrl, { lat, lon, zoom }) {
    super();
    this.#styleUrl = styleUrl;
    this.#chart = new Chart({
      container,
      style: styleUrl || plain(),
      center: [lon, lat],
      zoom,
      minZoom: 1,
      maxZoom: 19,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: { "Map.Title": "Map. Move it with the arrow keys, zoom with plus and minus." },
    });
    if (styleUrl) this.#chart.addControl(new AttributionControl({ compact: true }));
    this.#chart.addControl(this.#locating(), "bottom-right");
    this.#chart.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    this.#chart.touchZoomRotate.disableRotation();
    this.#chart.on("style.load", () => this.#dress());
    this.#chart.on("click", (click) => this.#clicked(click));
    this.#chart.on("moveend", () => this.#moved());
    this.#chart.once("error", () => this.#chart.isStyleLoaded() || this.#dressPlainly());
    dark.addEventListener("change", () => this.#styleUrl || this.#dressPlainly());
  }

  /** What the map shows: `{bbox, centre, reach_m, zoom}`. */
  get view() {
    const [bounds, centre] = [this.#chart.getBounds(), this.#chart.getCenter().wrap()];
    const bbox = [
      wrapped(bounds.getWest()),
      clamped(bounds.getSouth()),
      wrapped(bounds.getEast()),
      clamped(bounds.getNorth()),
    ];
    if (bounds.getEast() - bounds.getWest() >= 360) [bbox[0], bbox[2]] = [-180, 180];
    const reach_m = this.#chart.getCenter().distanceTo(bounds.getNorthEast());
    return {
      bbox: bbox.map(rounded),
      centre: { lat: rounded(centre.lat), lon: rounded(centre.lng) },
      reach_m: Math.ceil(reach_m),
      zoom: this.#chart.getZoom(),
    };
  }

  goTo({ lat, lon, zoom = Math.max(this.#chart.getZoom(), 13) }) {
    const there = { center: [lon, lat], zoom };
    if (still.matches) this.#chart.jumpTo(there);
    else this.#chart.easeTo({ ...there, duration: 600 });
  }

  /** Go to where this browser is, or say why not. */
  async goToMe() {
    try {
      this.goTo(await whereIAm());
    } catch (error) {
      notice(error.message);
    }
  }

  showCheckIns(checkIns) {
    this.#checkIns = checkIns;
    this.#drawCheckIns();
  }

  showCommunities(communities, presence, mine) {
    const drawn = communities
      .filter((each) => each.geometry)
      .map((each) => ({ ...each, properties: { mine: mine.has(each.id) } }));
    this.#draw("areas", drawn);
    this.#draw(
      "names",
      communities.filter((each) => each.geometry).map((each) => labelled(each, presence.get(each.id))),
    );
  }

  /** Where this person is; null takes the mark away. */
  showMe(position) {
    place(this.#me, position, this.#chart);
  }

  /** A pin for what is about to be there; null takes it away. */
  showPin(position, label = "Where you check in") {
    this.#pin.getElement().ariaLabel = label;
    place(this.#pin, position, this.#chart);
  }

  /** The area of one event; null takes it away. */
  showSite(geometry) {
    this.#draw("site", geometry ? [{ type: "Feature", geometry, properties: {} }] : []);
  }

  /** Circles in which nobody may know anything, `{lat, lon, radius_m}`. */
  showQuiet(circles) {
    this.#draw("quiet", circles.map(round));
  }

  /** Areas with how many `people` were counted there, the darker the more. */
  showCounted(features) {
    const most = Math.max(...features.map(({ properties }) => properties.people));
    const drawn = features.map((each) => ({
      ...each,
      properties: { shade: 0.15 + 0.5 * (each.properties.people / most) },
    }));
    this.#draw("counted", drawn);
    this.#draw("numbers", features.map((each) => labelled({ ...each, properties: { name: `${each.properties.people}` } })));
  }

  /** Show all of these geometries, with room around them; what crosses the antimeridian is left to whoever looks. */
  fit(geometries, maxZoom = 16) {
    const corners = geometries.flatMap(({ type, coordinates }) => coordinates.flat(type === "Polygon" ? 1 : 2));
    const [lons, lats] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
    const bounds = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
    if (bounds[2] - bounds[0] > HALF_THE_WORLD) return;
    this.#chart.fitBounds(bounds, { padding: { top: 72, bottom: 40, left: 40, right: 56 }, maxZoom, animate: false });
  }

  async #moved() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(
      () => this.dispatchEvent(new CustomEvent("moved", { detail: this.view })),
      SETTLED_MS,
    );
    const { bbox, reach_m } = this.view;
    this.#draw("quarters", await quartersWithin(bbox, reach_m));
    this.#drawCheckIns();
  }

  async #drawCheckIns() {
    const spots = this.#checkIns.filter((each) => each.properties.disclosed === "exact");
    this.#draw(
      "spots",
      spots.map(({ id, geometry }) => ({ type: "Feature", geometry, properties: { id } })),
    );
    this.#drawAround();
    if (await this.#cells.learn(this.#around, this.view.reach_m)) this.#drawAround();
  }

  #drawAround() {
    this.#draw("around", this.#cells.drawn(this.#around, this.view.reach_m));
  }

  get #around() {
    return this.#checkIns.filter((each) => each.properties.disclosed !== "exact");
  }

  #draw(source, features) {
    this.#shown[source] = collection(features);
    this.#chart.getSource(own(source))?.setData(this.#shown[source]);
  }

  /** Do without a background map: none was set, or it cannot be had. */
  #dressPlainly() {
    this.#styleUrl = "";
    this.#chart.setStyle(plain(), { diff: false });
  }

  #dress() {
    for (const name of SOURCES)
      this.#chart.addSource(own(name), { type: "geojson", data: this.#shown[name] });
    const background = this.#styleUrl ? this.#chart.getStyle() : null;
    for (const layer of layersOver(background)) this.#chart.addLayer(layer);
    this.#moved();
  }

  #locating() {
    const button = action(icon("aim"), { "aria-label": "Go to where I am", title: "Where I am" }, () =>
      this.goToMe(),
    );
    const control = el("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, button);
    return { onAdd: () => control, onRemove: () => control.remove() };
  }

  #clicked({ lngLat, point }) {
    if (this.picking) {
      const { lat, lng } = lngLat.wrap();
      this.dispatchEvent(new CustomEvent("picked", { detail: { lat: rounded(lat), lon: rounded(lng) } }));
      return;
    }
    const reach = [
      [point.x - 12, point.y - 12],
      [point.x + 12, point.y + 12],
    ];
    const [touched] = this.#chart.queryRenderedFeatures(reach, { layers: [own("spots"), own("around")] });
    if (touched) this.dispatchEvent(new CustomEvent("touched", { detail: touched.properties.id }));
  }
}

function place(marker, position, chart) {
  if (position) marker.setLngLat([position.lon, position.lat]).addTo(chart);
  else marker.remove();
}

const rounded = (degrees) => Math.round(degrees * 1e6) / 1e6;
const clamped = (lat) => Math.max(-90, Math.min(90, lat));
const wrapped = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;
