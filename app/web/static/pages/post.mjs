// The page behind what a post shows: what it is, who it belongs to and what it is for; and to be read by it, or not.

import { get, post } from "../api.mjs";
import { action, el } from "../dom.mjs";
import { session } from "../session.mjs";
import { entrance } from "../views/entrance.mjs";
import { whereIAm } from "../whereabouts.mjs";

const ASKS = {
  person: "It learns at most that a person was there.",
  pseudonym: "It learns at most a name by which only this business knows you.",
  handle: "It learns at most your handle.",
};
const LEARNT = {
  person: "It learnt that a person was here.",
  pseudonym: "It learnt a name by which only this business knows you.",
  handle: "It learnt your handle.",
};

const place = document.getElementById("said");
const code = location.pathname.split("/").pop();

session.addEventListener("change", turn);
if (session.open) await session.resume();
else turn();

function turn() {
  show().catch(complain);
}

async function show() {
  const reader = await get(`/posts/${code}`);
  const name = `${reader.name}, ${reader.business.name}`;
  const what = [el("p", {}, `It reads tags for this: ${reader.purpose}.`), el("p", {}, ASKS[reader.asks])];
  if (!reader.open) return put(heading(name), ...what, el("p", {}, "It is closed now and reads nobody."), home());
  if (!session.open) return put(entrance({ session }, `Sign in or up for ${name}`), ...what);
  put(
    heading(name),
    ...what,
    el("p", { class: "quiet" }, "It gets what your contract lets it know. Your position goes to Hereabouts alone, to see that you stand here."),
    action("Let it read my tag", { class: "main" }, () => beRead().catch(complain)),
    el("p", {}, el("a", { href: "/#trust" }, "What my contract says")),
  );
}

async function beRead() {
  const { lat, lon, accuracy_m } = await whereIAm(".");
  const position = { type: "Point", coordinates: [lon, lat] };
  const { disclosed, business } = await post("/me/tag/readings", { post: code, position, accuracy_m });
  put(
    heading("Read"),
    el("p", {}, `${LEARNT[disclosed] ?? "It learnt nothing of you."} It is in your log, and yours to erase, for ${business.name} as well.`),
    el("p", {}, el("a", { href: "/#tag" }, "My tag and its log")),
  );
}

function complain(problem) {
  put(heading("This does not work"), el("p", {}, problem.message), home());
}

function put(...parts) {
  place.replaceChildren(...parts);
  place.querySelector("h1").focus();
}

function heading(words) {
  return el("h1", { tabindex: -1 }, words);
}

function home() {
  return el("p", {}, el("a", { href: "/" }, "To Hereabouts"));
}
