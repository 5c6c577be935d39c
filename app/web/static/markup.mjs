// Markup of what people wrote, as the server made and cleaned it: taken in one element at a time, by a list of our own. What a mistake there let through would still do nothing here.

import { el } from "./dom.mjs";

const KEPT = {
  a: ["href", "rel", "referrerpolicy"],
  ol: ["start"],
  ...Object.fromEntries(
    ["blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre", "strong", "ul"].map((name) => [name, []]),
  ),
};
const LEADS = /^https?:\/\//i;

/** The children of an element, from `html`; of what is not on the list the words alone. */
export function markup(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].flatMap(taken);
}

function taken(node) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const inside = [...node.childNodes].flatMap(taken);
  const name = node.localName;
  if (!Object.hasOwn(KEPT, name)) return inside;
  const given = Object.fromEntries(KEPT[name].map((each) => [each, node.getAttribute(each)]));
  if (given.href && !LEADS.test(given.href)) delete given.href;
  return [el(name, given, inside)];
}
