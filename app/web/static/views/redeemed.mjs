// What I redeemed, and bought by my tag.

import { busy, el } from "../dom.mjs";
import { parted } from "../console/page.mjs";
import { on } from "../words.mjs";

/** A part that is read once somebody opens it. */
export function redeemedBefore() {
  const list = parted("What you redeemed, newest first", "/me/redemptions", "items", row, "You have redeemed nothing yet.");
  const card = el("details", { class: "card" }, el("summary", {}, "What you redeemed"), list.element);
  card.addEventListener("toggle", () => card.open && busy(list.list, list.read));
  return card;
}

function row({ business, title, language, at, amount, currency, rolled_back_at }) {
  const about = [business, amount && `${amount} ${currency}`, rolled_back_at && `taken back ${on(rolled_back_at)}`].filter(Boolean).join(" · ");
  return el("li", {}, el("div", { class: "body" }, el("p", { class: "who" }, el("b", { lang: language }, title ?? "Bought by your tag"), el("time", { datetime: at }, on(at))), el("p", { class: "about" }, about)));
}
