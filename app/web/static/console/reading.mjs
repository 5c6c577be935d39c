// A reader in this browser: its key, and what it could not tell yet because there was no connection.

import { newKey, patch, post, postAsReader } from "../api.mjs";
import { session } from "../session.mjs";

const KEPT = "hereabouts.tills";
/** In which one was paid last in this browser. */
export const CURRENCY = "hereabouts.currency";
const AGAIN_MS = 15_000;
const AT_ONCE = 100;
const NAME = "Till on the page";
const PURPOSE = "to redeem offers and note purchases at the till";
const WAITING = "Hereabouts cannot be reached. It is kept here, and told as soon as it can be, within a day.";

// Who signs out leaves nothing behind.
session.addEventListener("change", () => session.open || [KEPT, CURRENCY].forEach((each) => localStorage.removeItem(each)));

/** The reader of a business in this browser; `told()` is run when what waited was told. */
export class Till {
  #business;
  #told;
  #telling = false;
  show = () => {};

  constructor(business, signal, told) {
    [this.#business, this.#told] = [business, told];
    const again = setInterval(() => this.#tellWaiting(), AGAIN_MS);
    signal.addEventListener("abort", () => clearInterval(again));
    addEventListener("online", () => this.#tellWaiting(), { signal });
    this.#tellWaiting();
  }

  get open() {
    return this.#kept !== null;
  }

  /** Which reader it is, or null. */
  get id() {
    return this.#kept?.id ?? null;
  }

  async begin() {
    const { id, key } = await post(`/businesses/${this.#business}/readers`, { name: NAME, kind: "handheld", purpose: PURPOSE });
    this.#keep({ id, key, waiting: [] });
  }

  /** Read nothing more, as a reader that is closed. */
  async close() {
    const { id } = this.#kept;
    this.#keep(null);
    await patch(`/readers/${id}`, { open: false });
  }

  /** What the server answers to a code; "waiting" where it cannot be reached. */
  async tell(said) {
    const wanted = { ...without(said), nonce: newKey(), at: new Date().toISOString() };
    const kept = this.#kept;
    // What is kept is told with the same nonce, so that it counts once though its answer was lost.
    this.#keep({ ...kept, waiting: [...kept.waiting, wanted] });
    try {
      const { answers } = await postAsReader(kept.key, `/readers/${kept.id}/redemptions`, { redemptions: [wanted] });
      this.#forget([wanted]);
      this.#told();
      return answers[0];
    } catch (problem) {
      const passing = !problem.status || problem.status === 429 || problem.status >= 500;
      if (passing) return { outcome: "waiting", says: WAITING };
      this.#forget([wanted]);
      throw problem;
    }
  }

  async #tellWaiting() {
    const kept = this.#kept;
    const first = kept?.waiting.slice(0, AT_ONCE) ?? [];
    if (!first.length || this.#telling) return;
    this.#telling = true;
    try {
      const { answers } = await postAsReader(kept.key, `/readers/${kept.id}/redemptions`, { redemptions: first });
      this.#forget(first);
      for (const each of answers) this.show({ ...each, title: "Told of late" });
      this.#told();
    } catch {
      // It is tried again.
    } finally {
      this.#telling = false;
    }
  }

  #forget(told) {
    const nonces = told.map(({ nonce }) => nonce);
    const kept = this.#kept;
    if (kept) this.#keep({ ...kept, waiting: kept.waiting.filter(({ nonce }) => !nonces.includes(nonce)) });
  }

  get #kept() {
    return tills()[this.#business] ?? null;
  }

  #keep(till) {
    const { [this.#business]: _, ...others } = tills();
    localStorage.setItem(KEPT, JSON.stringify(till ? { ...others, [this.#business]: till } : others));
  }
}

function tills() {
  return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
}

/** What was not said is left out. */
function without(said) {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
