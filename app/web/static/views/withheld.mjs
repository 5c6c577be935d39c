// What is to be had where I am and did not reach me, and why.

import { get } from "../api.mjs";
import { action, busy, el } from "../dom.mjs";

const LEAD = "What is to be had where you are now. It is worked out when you ask, and kept nowhere; no business learns of it.";
const NONE = "Nothing is withheld: there is nothing to be had where you are, or it is not known where you are.";

/** A part that is read once somebody opens it. */
export function withheld() {
  const list = el("ul", { class: "list", "aria-label": "What did not reach you", tabindex: -1 });
  const read = async () => {
    const { items } = await get("/me/offers/withheld");
    list.replaceChildren(...(items.length ? items.map(row) : [el("li", { class: "nothing" }, NONE)]));
  };
  const inside = el("div", { class: "inside" }, el("p", { class: "quiet" }, LEAD), list, action("Look again", { class: "second" }, read));
  const card = el("details", { class: "card" }, el("summary", {}, "What did not reach you, and why"), inside);
  card.addEventListener("toggle", () => card.open && busy(list, read));
  return card;
}

function row({ business, title, language, metres, says }) {
  return el(
    "li",
    {},
    el("div", { class: "body" }, el("p", { class: "who" }, el("b", { lang: language }, title), el("span", { class: "about" }, [business, farOf(metres)].join(" · "))), el("p", { class: "about" }, says)),
  );
}

function farOf(metres) {
  return metres < 950 ? `${metres ? `${metres} m away` : "right here"}` : `${(metres / 1000).toFixed(1)} km away`;
}
