// What is happening where the map looks, as it happens.

import { action, el, icon, listen } from "../dom.mjs";
import { counted } from "../words.mjs";
import { Feed } from "./feed.mjs";

const A_MINUTE = 60_000;

export function here(given) {
  const { contract, surroundings, map, go, signal } = given;
  const [title, counts] = [el("h1", { tabindex: -1 }), el("p", { class: "quiet" })];
  const nothing = el("div", { class: "nothing" });
  const feed = new Feed(given);
  const tell = () => {
    title.textContent = surroundings.around?.properties.name ?? "Around here";
    counts.textContent = summary(surroundings);
    nothing.replaceChildren(...(feed.empty ? emptiness(given) : []));
  };
  const fill = () => (feed.fill(surroundings.checkIns), tell());
  listen(surroundings, signal, {
    "check-ins": fill,
    "check-in": ({ detail }) => (feed.insert(detail, surroundings.checkIns.length), tell()),
    removed: ({ detail }) => (feed.drop(detail), tell()),
    places: tell,
    presence: tell,
    trouble: tell,
  });
  listen(contract, signal, { change: fill });
  listen(map, signal, { touched: ({ detail }) => feed.show(detail) });
  const clock = setInterval(() => feed.age(), A_MINUTE);
  signal.addEventListener("abort", () => clearInterval(clock));
  fill();
  const invitation = { type: "button", class: "ask", onclick: () => go("check-in") };
  const ask = el("button", invitation, icon("pin"), "What are you doing?");
  return el("section", {}, el("header", {}, title, counts), ask, feed.element, nothing);
}

function summary({ around, presence, checkIns, known, trouble }) {
  if (trouble) return "";
  if (!known) return "Listening …";
  const people = around && presence.get(around.id);
  const told = counted(checkIns.length, "check-in in view", "check-ins in view");
  return people ? `${counted(people, "person", "people")} here now, ${told}` : told;
}

function emptiness({ session, surroundings: { trouble, known }, map }) {
  const find = () => action([icon("aim"), "Go to where I am"], { class: "second" }, () => map.goToMe());
  if (trouble) return [el("p", {}, trouble), find()];
  if (!known) return [];
  const first = session.open ? "Be the first" : "Sign up and be the first";
  return [
    el("p", {}, el("b", {}, "Nobody has checked in here yet.")),
    el("p", {}, `${first}, or move the map to look elsewhere.`),
  ];
}
