// About how many people an offer may reach, before it is published.

import { action, el } from "../dom.mjs";

const LEAD = "You are told it in steps of five, with chance added, so that nobody learns of anybody. Too few are not told.";

/** A card that asks when somebody wants to know; `ask()` gives the estimate, or nothing where the form is not right yet. */
export function reachCard(ask) {
  const told = el("div", { class: "then", role: "status" });
  const look = async () => {
    const found = await ask();
    if (!found) return;
    const { sentences, why } = found;
    told.replaceChildren(el("ul", { class: "says" }, sentences.map((each) => el("li", {}, each))), el("p", { class: "quiet" }, why));
  };
  return el("div", { class: "card" }, el("p", {}, el("b", {}, "Ask before you publish. "), LEAD), el("div", {}, action("How many may it reach?", { class: "second strong" }, look)), told);
}
