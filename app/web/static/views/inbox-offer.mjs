// One offer that reached me: why, what I say of it, having one kept for me, and redeeming it at the till.

import { put, remove } from "../api.mjs";
import { action, announce, el, icon, notice } from "../dom.mjs";
import { until } from "../words.mjs";
import { linked } from "./pieces.mjs";
import { redeeming } from "./redeeming.mjs";

const OPINIONS = { useful: "Useful", noise: "Noise" };
const SECOND_MS = 1000;
const NEVER = "What of it is here goes, and none comes again. It stands in your trust contract, where you can take it out.";

export class InboxOffer {
  #given;
  #offer;
  #ticking;
  #looking;
  #keeping = el("div", { class: "keeping" });
  #redeeming;
  element;

  /** `given` has besides the usual: `reread()` reads the inbox anew, `drop(offer)` takes one out of it. */
  constructor(delivery, given) {
    this.#given = given;
    const { offer_id, business, title, text, language, pieces, ends_at, why, opinion } = delivery;
    const end = el("time", { datetime: ends_at }, `until ${until(ends_at)}`);
    this.#redeeming = redeeming(delivery, given);
    this.element = el(
      "li",
      { "data-offer": offer_id },
      el(
        "div",
        { class: "body" },
        el("p", { class: "who" }, el("b", {}, business), end),
        el("h2", { lang: language }, title),
        text && el("p", { class: "said", lang: language }, text),
        el("p", { class: "why" }, icon("why"), el("span", {}, el("b", {}, "Why you: "), why.sentence)),
        linked(pieces),
        this.#keeping,
        this.#redeeming,
        judging(offer_id, opinion, this.#never()),
      ),
    );
    this.stand(delivery);
    if (!delivery.seen_at) this.#watch();
  }

  /** As it stands now: how many are left, and whether one is kept for me. */
  stand(delivery) {
    this.#offer = delivery;
    clearInterval(this.#ticking);
    const { held_until, left, redeemed } = delivery;
    const held = held_until && Date.parse(held_until) > Date.now();
    const had = redeemed > 0 && `You redeemed it${redeemed > 1 ? ` ${redeemed} times` : ""}.`;
    const some = typeof left === "number" && (left ? `${left.toLocaleString()} left` : "None is left");
    const focused = this.#keeping.contains(document.activeElement);
    this.#keeping.replaceChildren(
      ...(had ? [el("p", { class: "outcome" }, had)] : []),
      ...(held ? this.#held(held_until) : this.#free(some, left)),
    );
    if (focused) (this.#keeping.querySelector("button") ?? this.element.querySelector("summary, button")).focus();
  }

  /** Take it out of a list, and the focus to where it goes on. */
  leave(list) {
    this.end();
    const focused = this.element.contains(document.activeElement);
    this.element.remove();
    if (focused) list.focus();
  }

  /** Nobody looks at it any more. */
  end() {
    clearInterval(this.#ticking);
    this.#looking?.disconnect();
  }

  #free(some, left) {
    const keep = async () => {
      const { held_until } = await put(`/me/offers/${this.#offer.offer_id}/hold`);
      this.stand({ ...this.#offer, held_until, left: typeof left === "number" ? left - 1 : left });
      announce("One is kept for you, for 15 minutes.");
    };
    const label = { class: "second", "aria-label": `Keep one for me: ${this.#offer.title}` };
    // Where there is no bound nobody need keep any.
    const button = typeof left === "number" && left > 0 && action("Keep one for me", label, keep);
    return [some || button ? el("p", { class: "left-of" }, some && el("span", { class: "count some" }, some), button) : ""].filter(Boolean);
  }

  #held(held_until) {
    const left = el("time", { class: "counting", role: "timer", "aria-label": "How long it is still kept" });
    const tick = () => {
      const ms = Date.parse(held_until) - Date.now();
      left.textContent = clockOf(ms);
      if (ms > 0) return;
      clearInterval(this.#ticking);
      announce("It is kept for you no more.");
      this.#given.reread().catch((problem) => notice(problem.message));
    };
    this.#ticking = setInterval(tick, SECOND_MS);
    tick();
    const back = async () => {
      await remove(`/me/offers/${this.#offer.offer_id}/hold`);
      await this.#given.reread();
    };
    const label = { class: "second", "aria-label": `Let it go: ${this.#offer.title}` };
    return [el("p", { class: "held" }, el("span", {}, "One is kept for you: ", left), action("Let it go", label, back))];
  }

  #never() {
    return async () => {
      const { offer_id, business } = this.#offer;
      if (!confirm(`Never anything of ${business}? ${NEVER}`)) return;
      await put(`/me/offers/${offer_id}/never`);
      await this.#given.contract.read();
      notice(`Nothing of ${business} reaches you any more.`);
      await this.#given.reread();
    };
  }

  /** Say that I saw it, once it was in sight for as long as it takes to read a title. */
  #watch() {
    let staying;
    this.#looking = new IntersectionObserver(([{ isIntersecting }]) => {
      clearTimeout(staying);
      if (isIntersecting) staying = setTimeout(() => this.#seen(), SECOND_MS);
    }, { threshold: 0.5 });
    this.#looking.observe(this.element);
  }

  #seen() {
    if (document.hidden || !this.element.isConnected) return;
    this.#looking.disconnect();
    // Should it fail it is told the next time.
    put(`/me/offers/${this.#offer.offer_id}/seen`).catch(() => {});
  }
}

/** "14:05", minutes and seconds. */
function clockOf(ms) {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Two buttons, of which the pressed one is what I said; pressed again it is said no more. And never again. */
function judging(offer, opinion, never) {
  const path = `/me/offers/${offer}/opinion`;
  const buttons = Object.entries(OPINIONS).map(([said, words]) => {
    const say = async () => {
      const again = button.getAttribute("aria-pressed") === "true";
      await (again ? remove(path) : put(path, { opinion: said }));
      for (const each of buttons) each.setAttribute("aria-pressed", each === button && !again);
    };
    const button = action(words, { class: "second", "aria-pressed": said === opinion }, say);
    return button;
  });
  return el("div", { class: "votes", role: "group", "aria-label": "What do you say of it?" }, ...buttons, action("Never this business", { class: "second" }, never));
}
