// Redeeming an offer at the till: by the code of my tag, or by the code that the till shows.

import { newKey, post } from "../api.mjs";
import { announce, el } from "../dom.mjs";
import { field, form } from "./forms.mjs";
import { shownCode } from "./tag.mjs";

const BY_TAG = "Show this at the till. What it learns of you is what your contract lets readers learn.";
const BY_TILL = "It is shown at the till, and good for some minutes. The business learns that somebody redeemed it, and not who.";
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What is opened at the till. */
export function redeeming({ offer_id, title }, given) {
  const inside = el("div", { class: "inside" });
  const card = el("details", { class: "redeeming folded" }, el("summary", { "aria-label": `Redeem it: ${title}` }, "Redeem it"), inside);
  // Codes are drawn only for who wants one.
  card.addEventListener("toggle", () => card.open && !inside.children.length && inside.append(...ways(offer_id, given, inside)));
  return card;
}

function ways(offer, given, inside) {
  return [el("p", { class: "quiet" }, BY_TAG), shownCode(given), typing(offer, given, inside)];
}

function typing(offer, given, inside) {
  const code = el("input", { name: "code", required: true, maxlength: 40, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", class: "secret" });
  // The same try again is the same redemption, should its answer have been lost.
  let tried = { code: null, nonce: null };
  return form([field("Or type what the till shows", code, BY_TILL)], "Redeem it", async () => {
    const typed = code.value.trim();
    if (tried.code !== typed) tried = { code: typed, nonce: newKey() };
    const { at } = await post(`/me/offers/${offer}/redemptions`, tried);
    tried = { code: null, nonce: null };
    const done = el("p", { class: "done", tabindex: -1 }, el("b", {}, "Redeemed"), el("time", { datetime: at }, `at ${clock.format(Date.parse(at))}`));
    inside.replaceChildren(done, el("p", { class: "quiet" }, "Let the till see this."));
    done.focus();
    announce("Redeemed.");
    await given.reread();
  });
}
