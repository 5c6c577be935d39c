// Forms: labelled fields, one place for what went wrong, and the field it is about brought forward.

import { busy, el } from "../dom.mjs";
import { complain, forgive } from "./blame.mjs";

let fields = 0;

/** A label above its control, with an optional hint; both are read out together. */
export function field(label, control, hint) {
  const id = `field-${++fields}`;
  control.id = id;
  const said = hint && el("small", { id: `${id}-hint` }, hint);
  if (said) control.setAttribute("aria-describedby", said.id);
  return el("div", { class: "field" }, el("label", { for: id }, label), control, said);
}

export function choice(name, options) {
  return el(
    "select",
    { name },
    Object.entries(options).map(([value, label]) => el("option", { value }, label)),
  );
}

/** A field for text of so many characters at most, which says how many are left. */
export function limited(label, control, most, hint) {
  control.maxLength = most;
  const left = el("small", { class: "left", "aria-hidden": "true" });
  const tell = () => (left.textContent = most - control.value.length);
  control.addEventListener("input", tell);
  tell();
  const made = field(label, control, hint);
  made.classList.add("saying");
  made.append(left);
  return made;
}

/** A field for a time zone. */
export function zoneChoice(is) {
  const names = Intl.supportedValuesOf?.("timeZone") ?? [];
  const select = el("select", { name: "time_zone" }, [...new Set([is, ...names])].map((each) => el("option", { value: each }, each.replaceAll("_", " "))));
  select.value = is;
  return select;
}

/** A field for a password; `known` says whether it is one that is known already, for whoever keeps passwords. */
export function password(name, known) {
  const rule = known ? { autocomplete: "current-password" } : { autocomplete: "new-password", minlength: 8 };
  return el("input", { name, type: "password", required: true, maxlength: 200, ...rule });
}

/** A field for somebody's handle. */
export function handleInput() {
  const plainly = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
  return el("input", { name: "handle", required: true, maxlength: 30, ...plainly });
}

/** A switch that runs `change(on)`, and stands as `show(on)` said last. */
export function toggle(label, change, hint) {
  const id = `field-${++fields}`;
  const box = el("input", {
    type: "checkbox",
    role: "switch",
    id,
    "aria-describedby": `${id}-hint`,
    disabled: true,
  });
  let stands = false;
  const show = (on) => {
    stands = on;
    box.disabled = false;
    box.checked = on;
  };
  box.addEventListener("change", () => busy(box, () => change(box.checked)).then(() => show(stands)));
  const named = el("label", { for: id }, el("b", {}, label), box);
  return {
    show,
    element: el("div", { class: "consent" }, named, el("p", { id: `${id}-hint`, class: "quiet" }, hint)),
  };
}

/** A form that runs `send(values)` and shows a problem in its own words, beside the field that it is about. */
export function form(parts, submit, send, slugs = {}) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const button = el("button", { type: "submit", class: "main" }, submit);
  const made = el("form", {}, ...parts, wrong, el("div", { class: "foot" }, button));
  // What counts what was typed counts again.
  made.addEventListener("reset", () => setTimeout(() => made.querySelectorAll("input, textarea").forEach((each) => each.dispatchEvent(new Event("input")))));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(button, () => sending(made, () => send(new FormData(made)), slugs));
  });
  return made;
}

/** Run what sends a form; whether nothing was wrong. `slugs` says which field a problem without one is about. */
export async function sending(made, send, slugs = {}) {
  const wrong = made.querySelector(":scope > .wrong");
  wrong.textContent = "";
  forgive(made);
  try {
    await send();
    return true;
  } catch (problem) {
    complain(made, wrong, problem, slugs);
    return false;
  }
}
