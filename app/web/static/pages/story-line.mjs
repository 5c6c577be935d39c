// A time line of check-ins: how much was said when, and each under the hour it was said in, by the clock of its place.

import { clockOf, dayOf, hourOf } from "../dates.mjs";
import { action, el, icon } from "../dom.mjs";
import { counted, listed, topicName, unslugged } from "../words.mjs";

/** As many as a page shows. */
export const MOST_TOLD = 1000;
const PARTS = 24;
const [LOWEST, HIGHEST] = [4, 40];
const NOTHING = { now: "Nothing has been said here yet. Whoever is there and lets everybody know writes it.", then: "Nothing was said here that everybody may know." };

export class TimeLine {
  #date;
  #look;
  #told = [];
  #newestFirst;
  #order = el("div", { class: "votes" });
  #head = el("p", { class: "quiet", role: "status" });
  #density = el("div", { class: "density", "aria-hidden": "true" });
  #list = el("ol", { class: "line", "aria-label": "What was said" });

  /** `look(checkIn)` is run when somebody wants to see where one was said. */
  constructor(date, look) {
    this.#date = date;
    this.#look = look;
    this.#newestFirst = date.lasting;
  }

  get element() {
    return el("div", { class: "inside" }, this.#head, this.#density, this.#order, this.#list);
  }

  /** Have these be the story, newest first; those that were not there before, but for the first time. */
  tell(told) {
    const known = new Set(this.#told.map(({ id }) => id));
    const fresh = this.#told.length ? told.filter(({ id }) => !known.has(id)) : [];
    const same = fresh.length === 0 && told.length === this.#told.length && this.#told.length > 0;
    this.#told = told;
    if (!same) this.#draw(new Set(fresh.map(({ id }) => id)));
    return fresh;
  }

  /** Bring one forward. */
  show(id) {
    const said = this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    said?.scrollIntoView({ block: "center" });
    said?.focus({ preventScroll: true });
  }

  #draw(fresh) {
    const people = new Set(this.#told.map(({ properties }) => properties.handle)).size;
    const said = `${counted(this.#told.length, "check-in", "check-ins")} by ${counted(people, "person", "people")}, as they let everybody know.${this.#told.length < MOST_TOLD ? "" : " These are the newest."}`;
    this.#head.textContent = this.#told.length ? said : NOTHING[this.#date.lasting ? "now" : "then"];
    this.#density.replaceChildren(...(this.#told.length ? this.#scale() : []));
    this.#order.replaceChildren(...(this.#told.length > 1 ? [this.#turning()] : []));
    this.#list.replaceChildren(...this.#rows(fresh));
    this.#list.hidden = !this.#told.length;
  }

  #scale() {
    const { starts_at, ends_at, time_zone } = this.#date;
    const ends = [starts_at, ends_at].map((each) => el("span", {}, clockOf(each, time_zone)));
    return [density(this.#told, this.#date), el("p", { class: "about" }, ends)];
  }

  #turning() {
    const turn = () => {
      this.#newestFirst = !this.#newestFirst;
      this.#draw(new Set());
      this.#order.querySelector("button").focus();
    };
    return action(this.#newestFirst ? "From the beginning" : "Newest first", { class: "second" }, turn);
  }

  #rows(fresh) {
    const ordered = this.#newestFirst ? this.#told : [...this.#told].reverse();
    let hour = null;
    return ordered.flatMap((each) => {
      const begins = hourIn(each, this.#date);
      const head = begins === hour ? [] : [el("li", { class: "hour" }, el("h2", {}, begins))];
      hour = begins;
      return [...head, this.#row(each, fresh.has(each.id))];
    });
  }

  #row(checkIn, isFresh) {
    const { handle, text, activity, topics, received_at } = checkIn.properties;
    const about = listed([activity && unslugged(activity), ...topics.map(topicName)].filter(Boolean));
    const where = action(icon("aim"), { class: "plain", "aria-label": `Show on the map where ${handle} said this`, title: "Show on the map" }, () => this.#look(checkIn));
    return el(
      "li",
      { "data-id": checkIn.id, tabindex: -1, class: isFresh ? "fresh" : null },
      el(
        "div",
        { class: "body" },
        el("p", { class: "who" }, el("b", {}, handle), el("time", { datetime: received_at }, clockOf(received_at, this.#date.time_zone))),
        el("p", { class: "said" }, text || "was here"),
        about && el("p", { class: "about" }, about),
      ),
      where,
    );
  }
}

/** "Tuesday 1 December, 19:00". */
function hourIn({ properties: { received_at } }, { time_zone }) {
  return `${dayOf(received_at, time_zone)}, ${hourOf(received_at, time_zone)}`;
}

/** How much was said in each part of the time it lasts; the busiest is the highest. */
function density(told, { starts_at, ends_at }) {
  const [first, last] = [Date.parse(starts_at), Date.parse(ends_at)];
  const counts = Array(PARTS).fill(0);
  for (const { properties } of told) {
    const part = Math.floor(((Date.parse(properties.received_at) - first) / (last - first)) * PARTS);
    counts[Math.max(0, Math.min(PARTS - 1, part))] += 1;
  }
  const most = Math.max(...counts);
  const bars = counts.map((count, part) => {
    const height = count ? Math.max(LOWEST, (count / most) * HIGHEST) : 1;
    return drawn("rect", { x: part * 10 + 1, y: HIGHEST - height, width: 8, height, rx: 1.5, class: count ? "some" : "none" });
  });
  const whole = drawn("svg", { viewBox: `0 0 ${PARTS * 10} ${HIGHEST}`, preserveAspectRatio: "none" });
  whole.append(...bars);
  return whole;
}

function drawn(name, given) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  return made;
}
