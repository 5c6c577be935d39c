// What was wrong with a form: each error stands at the field that it is about.

import { el } from "../dom.mjs";

let blamed = 0;

/** Each error stands at its field, and the first is read out; what belongs to none stands at the foot. */
export function complain(made, wrong, problem, slugs) {
  const named = slugs[problem.slug] ? [{ at: `/${slugs[problem.slug]}`, says: problem.message }] : [];
  const all = (problem.errors?.length ? problem.errors : named).map(({ at, says }) => [fieldAt(made, at.split("/")[1]), says]);
  const shown = all.filter(([control]) => control);
  if (shown.length < all.length || !all.length) wrong.textContent = problem.message;
  if (!shown.length) return;
  for (const [index, [control, says]] of shown.entries()) blame(control, says, index === 0);
  firstIn(shown[0][0]).focus();
}

/** A control by its name, or what says by `data-at` that it stands for several. */
function fieldAt(made, name) {
  const group = name && made.querySelector(`[data-at~="${CSS.escape(name)}"]`);
  const control = group || (name && made.elements.namedItem(name));
  return control instanceof HTMLElement && !control.closest("[hidden]") ? control : null;
}

function firstIn(control) {
  if (control.matches("input, select, textarea")) return control;
  return [...control.querySelectorAll("input, select, textarea, button")].find((each) => !each.hidden && !each.disabled) ?? control;
}

function blame(control, says, first) {
  const sentence = `${[labelOf(control), says].filter(Boolean).join(": ").replace(/\.$/, "")}.`;
  const id = `wrong-${++blamed}`;
  const said = el("p", { class: "wrong", id, role: first ? "alert" : null, "data-blame": true }, sentence);
  const box = control.closest(".field") ?? control;
  for (let outer = box.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
  if (box.querySelector(":scope > [data-blame]")) return;
  box.append(said);
  const marked = firstIn(control);
  marked.setAttribute("aria-invalid", "true");
  marked.setAttribute("aria-describedby", [marked.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
}

/** Have nothing be wrong any more. */
export function forgive(made) {
  for (const said of made.querySelectorAll("[data-blame]")) {
    for (const each of made.querySelectorAll(`[aria-describedby~="${said.id}"]`)) {
      const others = each.getAttribute("aria-describedby").split(" ").filter((id) => id !== said.id);
      if (others.length) each.setAttribute("aria-describedby", others.join(" "));
      else each.removeAttribute("aria-describedby");
    }
    said.remove();
  }
  for (const each of made.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
}

function labelOf(control) {
  if (control.matches("fieldset")) return control.querySelector("legend")?.textContent;
  return (control.labels?.[0] ?? control.querySelector("label"))?.textContent;
}
