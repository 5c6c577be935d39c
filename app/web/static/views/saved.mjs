// Saved searches, and what is new of each since I looked last on this browser.

import { get, getPart, put, remove } from "../api.mjs";
import { action, busy, el, exchange, listen, notice } from "../dom.mjs";
import { session } from "../session.mjs";
import { slugged, titled, topicName } from "../words.mjs";
import { field, form } from "./forms.mjs";

const LOOKED = "hereabouts.looked";
const MOST_NEW = 20;

// Who signs out leaves nothing behind.
session.addEventListener("change", () => session.open || localStorage.removeItem(LOOKED));

export class SavedSearches {
  #list = el("ul", { class: "list", "aria-label": "Saved searches", tabindex: -1 });
  #turn;
  #open;
  element;

  /** `turn(query)` is called to look at one again. */
  constructor(given, turn) {
    this.#turn = turn;
    this.#open = given.session.open;
    this.element = el("div", { class: "part", hidden: true }, el("h2", {}, "Saved searches"), this.#list);
    const read = () => busy(this.#list, () => this.#read());
    if (!this.#open) return;
    read();
    listen(given.live, given.signal, { found: read, found_more: read });
  }

  /** What saves a search under a name. */
  offer(query) {
    if (!this.#open) return "";
    const name = el("input", { name: "name", required: true, maxlength: 40, autocomplete: "off", value: nameFor(query) });
    const made = form([field("Name", name, "You find it below, with what is new.")], "Save it", async (values) => {
      const slug = slugged(values.get("name"));
      if (!slug) throw new Error("Give it a name with a letter or a digit.");
      await put(`/me/searches/${slug}`, query);
      look(slug);
      folded.open = false;
      notice("Saved.");
      await this.#read();
    });
    const folded = el("details", { class: "folded" }, el("summary", {}, "Save this search"), made);
    return folded;
  }

  async #read() {
    const { items } = await get("/me/searches");
    const looked = lookedAt();
    const found = await Promise.all(
      items.map(({ name, saved_at }) => getPart(`/me/searches/${name}/found`, { since: looked[name] ?? saved_at, limit: MOST_NEW })),
    );
    exchange(this.#list, items.map((each, place) => this.#row(each, found[place])), this.#list);
    this.element.hidden = !items.length;
  }

  #row({ name, query }, { found: { features }, next: more }) {
    const number = features.length;
    const open = () => {
      look(name);
      this.#turn(saidIn(query));
      document.getElementById("panel").scrollTop = 0;
      count.textContent = "";
    };
    const drop = async () => {
      await remove(`/me/searches/${name}`);
      await this.#read();
    };
    const count = el("span", { class: number ? "count some" : "count" }, number ? `${number}${more ? " and more" : ""} new` : "nothing new");
    return el(
      "li",
      {},
      el("div", { class: "body" }, el("button", { type: "button", class: "linking", onclick: open }, titled(name)), count),
      action("Forget", { class: "second", "aria-label": `Forget ${titled(name)}` }, drop),
    );
  }
}

function nameFor({ q, topic, kind }) {
  return slugged(q || (topic && topicName(topic)) || kind || "around here");
}

/** What a saved search says, without what it does not. */
function saidIn(query) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value));
}

/** When each was looked at last, by name. */
function lookedAt() {
  return JSON.parse(localStorage.getItem(LOOKED) ?? "{}");
}

function look(name) {
  localStorage.setItem(LOOKED, JSON.stringify({ ...lookedAt(), [name]: new Date().toISOString() }));
}
