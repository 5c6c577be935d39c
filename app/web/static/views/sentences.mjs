// What a contract says, in its own words.

import { el } from "../dom.mjs";

/** A list of sentences. */
export function sentences(says, given = {}) {
  return el(
    "ul",
    { class: "says", ...given },
    says.map((each) => el("li", {}, sentence(each))),
  );
}

/** A sentence whose names, between asterisks, stand out. */
export function sentence(said) {
  const parts = said.split(/\*(.+?)\*/);
  return parts.map((part, index) => (index % 2 ? el("b", {}, part) : part));
}

/** Where a contract contradicts itself. */
export function warnings({ warnings: said }) {
  return said.map((each) => el("p", { class: "warning" }, el("b", {}, "Mind: "), sentence(each)));
}
