// What a business stands for and what shows it, and where it is: as everybody reads it.

import { action, el } from "../dom.mjs";
import { topicName } from "../words.mjs";
import { look } from "./wishes.mjs";

const VERIFIED = { true: "Shown to be there", false: "Says so itself" };

export function claimsOf({ topics }) {
  return topics.length ? [el("h2", {}, "What it stands for"), listed("What it stands for", topics.map(claim))] : [];
}

function claim({ key, evidence, doubts, doubted }) {
  const said = [key.split(":")[0], doubts && `doubted by ${doubts} or more`].filter(Boolean).join(" · ");
  const shown = evidence && el("a", { href: evidence.url, rel: `${evidence.rel} noreferrer noopener`, target: "_blank" }, evidence.says || evidence.url);
  return el("li", {}, el("div", { class: "body" }, el("b", {}, topicName(key)), doubted && " (doubted)", el("p", { class: "about" }, said), shown));
}

export function placesOf({ places }, map) {
  return places.length ? [el("h2", {}, "Where it is"), listed("Where it is", places.map((each) => place(each, map)))] : [];
}

function place({ geometry, properties: { name, verified } }, map) {
  const show = action("Show where", { class: "second", "aria-label": `Show where: ${name}` }, () => look(geometry, map));
  return el("li", {}, el("div", { class: "body" }, el("b", {}, name), el("p", { class: "about" }, VERIFIED[verified]), el("div", { class: "votes" }, show)));
}

function listed(label, rows) {
  return el("ul", { class: "list", "aria-label": label, tabindex: -1 }, rows);
}
