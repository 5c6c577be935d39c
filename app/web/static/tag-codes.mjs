// The codes that the tag shows, fetched a day ahead and kept in this browser, so that they are there without a connection.

import { post, token } from "./api.mjs";

const KEPT = "hereabouts.codes";
const NOTHING = { state: null, address: "", windows: [], window: null, used: 0 };
// Fetched anew when an hour of the day is over.
const ENOUGH_MS = 23 * 3_600_000;

export class TagCodes {
  #kept = { ...NOTHING, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };

  /** Whether the tag answers or is silent, as far as this browser knows; null if it never asked. */
  get state() {
    return this.#kept.state;
  }

  /** Until when there are codes; null if there are none. */
  get until() {
    return this.#kept.windows.at(-1)?.valid_until ?? null;
  }

  /** Another code for a moment than before: `{address, code, until}`; null if there is none. */
  next(now) {
    const at = now.toISOString();
    const window = this.#kept.windows.find(
      ({ valid_from, valid_until }) => valid_from <= at && at < valid_until,
    );
    if (!window) return null;
    const used = this.#kept.window === window.valid_from ? this.#kept.used : 0;
    this.#keep({ window: window.valid_from, used: used + 1 });
    return {
      address: this.#kept.address,
      code: window.codes[used % window.codes.length],
      until: window.valid_until,
    };
  }

  /** Remember how the tag stands, with codes for a day if it answers. Whether there are others than before. */
  async keep(state) {
    this.#keep({ state });
    if (state === "silent") this.#keep({ address: "", windows: [] });
    if (state === "silent" || Date.parse(this.until ?? 0) - Date.now() > ENOUGH_MS) return false;
    const mine = token.get();
    const { address, windows } = await post("/me/tag/codes");
    if (mine !== token.get()) return false;
    this.#keep({ address, windows });
    return true;
  }

  forget() {
    this.#kept = NOTHING;
    localStorage.removeItem(KEPT);
  }

  #keep(more) {
    this.#kept = { ...this.#kept, ...more };
    localStorage.setItem(KEPT, JSON.stringify(this.#kept));
  }
}
