// What to find, as a form: words, and how to narrow it. What it asks for is as the API takes it.

import { el, icon } from "../dom.mjs";
import { whereIAm } from "../whereabouts.mjs";
import { topicName } from "../words.mjs";
import { choice, field } from "./forms.mjs";

export const KINDS = {
  "check-in": "Check-ins",
  community: "Communities",
  event: "Events",
  place: "Places",
  offer: "Offers",
  wish: "Wishes",
  piece: "Pieces",
};
const WHERE = {
  "": "Anywhere",
  map: "Where the map looks",
  1000: "Within 1 km of me",
  5000: "Within 5 km of me",
  30000: "Within 30 km of me",
};
const WHEN = {
  "": "Whenever",
  1: "Since yesterday",
  7: "In the last week",
  30: "In the last month",
  365: "In the last year",
};
const SORTS = { "": "What fits best", recent: "The newest first", near: "The nearest first" };
const DAY_MS = 86_400_000;
const FARTHEST_M = 30_000;

export class Asking {
  #map;
  #topic = "";
  #circle = {};
  #kind = choice("kind", { "": "Everything", ...KINDS });
  #where = choice("where", WHERE);
  #when = choice("when", WHEN);
  #sort = choice("sort", SORTS);
  #about = el("div", { class: "facets" });
  #narrow;
  #words = el("input", {
    name: "q",
    type: "search",
    maxlength: 200,
    autocomplete: "off",
    enterkeyhint: "search",
    "aria-label": "What to find",
  });
  element;

  /** `run(query)` is called whenever somebody asks. */
  constructor(map, run) {
    this.#map = map;
    this.#narrow = el("details", { class: "folded" }, el("summary", {}, "Narrow it"), this.#narrower());
    const go = el("button", { type: "submit", class: "main", "aria-label": "Search" }, icon("search"));
    const line = el("div", { class: "line" }, this.#words, go);
    this.element = el("form", { class: "searching", role: "search" }, line, this.#about, this.#narrow);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      run(() => this.#query());
    });
  }

  /** Stand as a question does. */
  show(query) {
    const { lat, lon, radius } = query;
    const known = Object.hasOwn(WHERE, String(radius)) ? radius : "map";
    this.#words.value = query.q ?? "";
    this.#kind.value = query.kind ?? "";
    this.#sort.value = query.sort ?? "";
    this.#where.value = radius ? known : "";
    this.#circle = radius ? { lat, lon, radius } : {};
    this.#when.value = query.since ? daysSince(query.since) : "";
    this.#topic = query.topic ?? "";
    this.#showTopic();
    if (query.kind || radius || query.since || query.sort) this.#narrow.open = true;
  }

  /** What is asked for, once it is known where; whoever asks where they are is asked by the browser first. */
  async #query() {
    await this.#locate();
    const since = this.#when.value && new Date(Date.now() - this.#when.value * DAY_MS).toISOString();
    // There is no near without a circle.
    const sort = this.#sort.value === "near" && !this.#circle.radius ? "" : this.#sort.value;
    const said = { q: this.#words.value.trim(), kind: this.#kind.value, topic: this.#topic, ...this.#circle, since, sort };
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value));
  }

  async #locate() {
    const { centre, reach_m } = this.#map.view;
    const radius = Number(this.#where.value);
    if (!this.#where.value) this.#circle = {};
    else if (!radius) this.#circle = { ...centre, radius: Math.max(1, Math.min(reach_m, FARTHEST_M)) };
    else {
      const { lat, lon } = await whereIAm(", or search where the map looks.");
      this.#circle = { lat, lon, radius };
    }
  }

  #narrower() {
    return el(
      "div",
      { class: "inside" },
      el("div", { class: "row" }, field("Kind", this.#kind), field("Where", this.#where)),
      el("div", { class: "row" }, field("Begun", this.#when), field("In order of", this.#sort)),
    );
  }

  #showTopic() {
    const drop = () => {
      this.#topic = "";
      this.#showTopic();
      this.element.requestSubmit();
    };
    const label = `About ${topicName(this.#topic)}`;
    const look = { type: "button", class: "second strong", onclick: drop, "aria-label": `${label}; take away` };
    this.#about.replaceChildren(...(this.#topic ? [el("button", look, `${label} ×`)] : []));
  }
}

function daysSince(moment) {
  const days = (Date.now() - Date.parse(moment)) / DAY_MS;
  return Object.keys(WHEN).find((each) => each && Number(each) >= Math.floor(days)) ?? "";
}
