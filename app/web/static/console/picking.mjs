// Choosing by typing: what is found stands below the field, what is chosen above it (the combobox of ARIA's patterns).

import { announce, el, notice } from "../dom.mjs";
import { field } from "../views/forms.mjs";

const PAUSE_MS = 200;
let pickers = 0;

/**
 * A field by which to choose `most` at the most of what `suggest(typed)` finds, each `{value, name, about?, make?}`;
 * `make()` is run before one of these is chosen, as it is not there yet. `at` is what the API calls it.
 */
export class Picking {
  #most;
  #suggest;
  #nothing;
  #changed;
  #chosen = [];
  #found = [];
  #active = -1;
  #asked = 0;
  #later;
  #list = el("ul", { class: "options", role: "listbox", hidden: true });
  #taken = el("ul", { class: "names taken" });
  #input = el("input", { type: "text", maxlength: 60, role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  element;

  constructor({ label, hint, at, most = 1, suggest, nothing = "Nothing fits.", changed = () => {} }, chosen = []) {
    [this.#most, this.#suggest, this.#nothing, this.#changed] = [most, suggest, nothing, changed];
    this.#list.id = `options-${++pickers}`;
    this.#list.ariaLabel = label;
    this.#taken.ariaLabel = `Chosen: ${label}`;
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.element = field(label, this.#input, hint);
    this.element.classList.add("picking");
    this.element.dataset.at = at;
    this.element.insertBefore(this.#taken, this.#input);
    this.#input.after(this.#list);
    this.#input.addEventListener("input", () => this.#soon());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#close());
    this.choose(chosen);
  }

  /** What is chosen, by its values. */
  get values() {
    return this.#chosen.map(({ value }) => value);
  }

  /** What was typed and not chosen. */
  get typed() {
    return this.#input.value.trim();
  }

  /** Have these be chosen, and no others. */
  choose(chosen) {
    this.#chosen = [...chosen];
    this.#show();
  }

  #show() {
    const full = this.#chosen.length >= this.#most;
    this.#taken.replaceChildren(...this.#chosen.map((each) => el("li", {}, this.#dropping(each))));
    this.#taken.hidden = !this.#chosen.length;
    this.#input.hidden = full && this.#most === 1;
    this.#input.disabled = full;
    this.#changed(this.values);
  }

  #dropping(one) {
    const drop = () => {
      this.#chosen = this.#chosen.filter((each) => each !== one);
      this.#show();
      this.#input.focus();
    };
    return el("button", { type: "button", onclick: drop, "aria-label": `Take away ${one.name}` }, one.name, el("span", { "aria-hidden": "true" }, "×"));
  }

  #soon() {
    clearTimeout(this.#later);
    if (!this.typed) return this.#close();
    this.#later = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const [turn, typed] = [++this.#asked, this.typed];
    const found = await this.#suggest(typed).catch((problem) => (notice(problem.message), []));
    // An answer that comes late is to a question that nobody asks any more.
    if (turn !== this.#asked || typed !== this.typed || document.activeElement !== this.#input) return;
    this.#found = found.filter(({ value }) => !this.values.includes(value));
    this.#active = this.#found.length ? 0 : -1;
    this.#open();
  }

  #open() {
    const rows = this.#found.map((each, place) => this.#option(each, place));
    this.#list.replaceChildren(...(rows.length ? rows : [el("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, this.#nothing)]));
    this.#list.hidden = false;
    this.#input.ariaExpanded = "true";
    if (!rows.length) announce(this.#nothing);
    this.#mark();
  }

  #option({ name, about }, place) {
    const chosen = (event) => {
      // The field keeps the focus.
      event.preventDefault();
      this.#take(place);
    };
    return el("li", { id: `${this.#list.id}-${place}`, role: "option", "aria-selected": "false", onmousedown: chosen }, el("b", {}, name), about && el("small", {}, about));
  }

  #mark() {
    for (const [place, each] of [...this.#list.children].entries()) {
      each.ariaSelected = String(place === this.#active);
      if (place === this.#active) each.scrollIntoView({ block: "nearest" });
    }
    if (this.#active < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${this.#active}`);
  }

  #close() {
    clearTimeout(this.#later);
    this.#asked++;
    [this.#found, this.#active] = [[], -1];
    this.#list.hidden = true;
    this.#input.ariaExpanded = "false";
    this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      // Not the form is sent by it, but something chosen.
      event.preventDefault();
      if (this.#active >= 0) this.#take(this.#active);
      else if (this.typed) this.#ask();
    } else if (event.key === "Escape" && !this.#list.hidden) this.#close();
    else if (step && this.#found.length) {
      event.preventDefault();
      this.#active = (this.#active + step + this.#found.length) % this.#found.length;
      this.#mark();
    }
  }

  async #take(place) {
    const one = this.#found[place];
    this.#close();
    try {
      await one.make?.();
    } catch (problem) {
      return notice(problem.message);
    }
    this.#input.value = "";
    this.#chosen.push(one);
    this.#show();
    announce(`${one.name} is chosen.`);
    if (this.#input.disabled) this.#taken.querySelector("li:last-child button")?.focus();
  }
}
