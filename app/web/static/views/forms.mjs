// Forms: labelled fields, one place for what went wrong, and the field it is about brought forward.

import { busy, el } from "../dom.mjs";

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

/** A form that runs `send(values)` and shows a problem in its own words. */
export function form(parts, submit, send) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const button = el("button", { type: "submit", class: "main" }, submit);
  const made = el("form", {}, ...parts, wrong, el("div", { class: "foot" }, button));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong.textContent = "";
    for (const control of made.elements) control.removeAttribute("aria-invalid");
    busy(button, () => send(new FormData(made)).catch((problem) => complain(made, wrong, problem)));
  });
  return made;
}

function complain(made, wrong, problem) {
  const [first] = problem.errors ?? [];
  const name = first?.at.split("/")[1];
  const control = name && made.elements.namedItem(name);
  wrong.textContent = control ? `${labelOf(control)}: ${first.says}.` : problem.message;
  if (!(control instanceof HTMLElement)) return;
  control.setAttribute("aria-invalid", "true");
  control.focus();
}

function labelOf(control) {
  return control.labels?.[0]?.textContent ?? control[0]?.labels[0]?.textContent;
}
