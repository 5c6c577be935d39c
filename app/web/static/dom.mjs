// Makes elements. What people wrote only ever becomes text, never markup.

/** `el("p", {class: "quiet", onclick: go}, "Hello ", name)`; `null` children and `false` attributes are left out. */
export function el(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

/** The same for a drawing (SVG). */
export function drawn(name, given = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) if (value !== false && value != null) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

/** A button that says it is at work until what it started has ended, and why it failed if it did. */
export function action(label, given, run) {
  const button = el("button", { type: "button", ...given }, label);
  button.addEventListener("click", () => busy(button, run));
  return button;
}

/** Run something once at a time for an element, which is marked meanwhile; a failure is told in its own words. */
export async function busy(element, run) {
  if (element.ariaBusy === "true") return;
  element.ariaBusy = "true";
  try {
    await run();
  } catch (problem) {
    notice(problem.message);
  } finally {
    element.ariaBusy = null;
  }
}

/** Put other children in. What had the focus has it again, if there is one of its name; else `instead` has it then. */
export function exchange(parent, children, instead) {
  const focused = parent.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  parent.replaceChildren(...children);
  if (focused === null) return;
  const again = [...parent.querySelectorAll("button, a, summary")].find((each) => nameOf(each) === focused);
  (again ?? instead).focus();
}

function nameOf(element) {
  return element.ariaLabel ?? element.textContent;
}

/** A drawing from icons.svg; decoration, so it is hidden from screen readers. */
export function icon(name) {
  const href = `${new URL("icons.svg", import.meta.url).pathname}#${name}`;
  return drawn("svg", { class: "icon", "aria-hidden": "true" }, drawn("use", { href }));
}

const NOTICED_MS = 7000;
const MOST_NOTICES = 3;

/** Say something for a few seconds at the foot of the page, aloud for screen readers; what was said just before stays. */
export function notice(text) {
  const said = el("p", {}, text);
  const all = document.getElementById("notices");
  all.append(said);
  if (all.children.length > MOST_NOTICES) all.firstChild.remove();
  setTimeout(() => said.remove(), NOTICED_MS);
}

/** Give the browser a file to keep. */
export function keep(name, content) {
  const link = el("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Say something to screen readers only. */
export function announce(text) {
  document.getElementById("aloud").textContent = text;
}

/** Listen to several kinds of events until the signal. */
export function listen(target, signal, handlers) {
  for (const [kind, run] of Object.entries(handlers)) target.addEventListener(kind, run, { signal });
}
