// For whom an offer is besides, and in which language it is said: as far as the server knows of these.

import { el } from "../dom.mjs";
import { field } from "../views/forms.mjs";

const NUMBERS = [
  ["collective", "Members at once", 2, 10_000, "So many members of the community must be in its area at once. Empty: it does not matter."],
  ["returning", "From which visit on", 2, 100, "As your readers saw within 30 days. Empty: it does not matter."],
  ["hold_out", "Held out, of a hundred", 0, 50, "By lot it reaches so many less, so that what it brings can be measured."],
];

/** What is asked seldom, folded away; `said()` is what the API takes, nothing where none of it is known. */
export function conditionsOf(is) {
  const inputs = NUMBERS.filter(([name]) => name in is).map(([name, label, min, max, hint]) => {
    const input = el("input", { name, type: "number", min, max, inputmode: "numeric", value: is[name] });
    return [name, input, field(label, input, hint)];
  });
  const language = "language" in is && el("input", { name: "language", maxlength: 35, autocapitalize: "none", value: is.language });
  const parts = [...inputs.map(([, , shown]) => shown), language && field("Language", language, "Of title and text, as in en, ca or pt-BR.")].filter(Boolean);
  const numbers = () => Object.fromEntries(inputs.map(([name, { value }]) => [name, value === "" ? (name === "hold_out" ? 0 : null) : Number(value)]));
  const said = () => ({ ...numbers(), ...(language && { language: language.value.trim() || null }) });
  const element = parts.length ? el("details", { class: "folded" }, el("summary", {}, "Conditions and language"), el("div", { class: "inside" }, parts)) : "";
  return { element, said };
}
