// A list of check-ins, newest first, that keeps its place while others come and go.

import { put, remove } from "../api.mjs";
import { action, el, icon, notice } from "../dom.mjs";
import { ago, topicName, unslugged } from "../words.mjs";
import { reportButton } from "./report.mjs";
import { talk } from "./talk.mjs";

const AROUND = {
  street: "somewhere in this street",
  quarter: "somewhere in this quarter",
  city: "somewhere in this city",
};
// How near to look at what is known less exactly than a quarter.
const ZOOMS = { city: 10 };

export class Feed {
  #given;
  element = el("ol", { class: "feed", "aria-label": "Check-ins, newest first" });

  constructor(given) {
    this.#given = given;
  }

  get empty() {
    return this.element.children.length === 0;
  }

  fill(checkIns) {
    this.element.replaceChildren(...checkIns.map((checkIn) => item(checkIn, this.#given)));
  }

  /** Put one where its time is, which is not always first; keep no more than `most`. */
  insert(checkIn, most) {
    const added = item(checkIn, this.#given);
    added.classList.add("fresh");
    const older = [...this.element.children].find((each) => each.dataset.id < checkIn.id);
    this.element.insertBefore(added, older ?? null);
    while (this.element.children.length > most) this.element.lastElementChild.remove();
  }

  drop(id) {
    this.#item(id)?.remove();
  }

  show(id) {
    this.#item(id)?.scrollIntoView({ block: "center" });
    this.#item(id)?.focus();
  }

  /** Let the times pass. */
  age() {
    for (const time of this.element.querySelectorAll("time")) time.textContent = ago(time.dateTime);
  }

  #item(id) {
    return this.element.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }
}

function item(checkIn, given) {
  const { handle, disclosed } = checkIn.properties;
  const shape = disclosed === "exact" ? "face" : "face area";
  const face = el("span", { class: shape, "aria-hidden": "true" }, handle[0].toUpperCase());
  return el(
    "li",
    { "data-id": checkIn.id, tabindex: -1 },
    face,
    body(checkIn, given),
    acts(checkIn, given),
  );
}

function body(checkIn, given) {
  const { handle, text, activity, topics, disclosed, received_at } = checkIn.properties;
  const { session, contract } = given;
  const about = [activity && unslugged(activity), ...topics.map(topicName), AROUND[disclosed]]
    .filter(Boolean)
    .join(" · ");
  const exactly = new Date(received_at).toLocaleString();
  const when = el("time", { datetime: received_at, title: exactly }, ago(received_at));
  const said = text || (about ? null : "is here");
  return el(
    "div",
    { class: "body" },
    el("p", { class: "who" }, el("b", {}, handle), when),
    said && el("p", { class: "said" }, said),
    about && el("p", { class: "about" }, about),
    handle === session.person?.handle && contract.reachesNobody && onlyMine(),
    talk(checkIn, given),
  );
}

/** What to say beside one's own check-in while nobody may know of it. */
export function onlyMine() {
  return el(
    "p",
    { class: "only" },
    "Only you can see this. ",
    el("a", { href: "#choose" }, "Choose what others may know."),
  );
}

function acts(checkIn, given) {
  const { session, surroundings, map } = given;
  const { handle, disclosed } = checkIn.properties;
  const [lon, lat] = checkIn.geometry.coordinates;
  const mine = session.person?.handle === handle;
  return el(
    "div",
    { class: "acts" },
    plain("aim", `Show ${handle} on the map`, () => map.goTo({ lat, lon, zoom: ZOOMS[disclosed] })),
    mine && plain("bin", "Take this check-in back", () => takeBack(checkIn, surroundings)),
    session.open && !mine && reporting(checkIn, given),
    session.open && !mine && plain("block", `Block ${handle}`, () => block(handle, surroundings)),
  );
}

function reporting({ id, properties: { handle } }, given) {
  const things = [
    { label: `What ${handle} says here`, what: "check-in", id },
    { label: `${handle}, whatever they say`, what: "person", handle },
  ];
  return reportButton(`Report what ${handle} says`, things, given);
}

function plain(drawing, label, run) {
  return action(icon(drawing), { class: "plain", "aria-label": label, title: label }, run);
}

async function block(handle, surroundings) {
  if (!confirm(`Block ${handle}? You will see nothing of each other. You can take it back under “You”.`))
    return;
  await put(`/me/blocks/${handle}`);
  surroundings.forgetPerson(handle);
  notice(`You and ${handle} see nothing of each other any more.`);
}

async function takeBack({ id }, surroundings) {
  await remove(`/check-ins/${id}`);
  surroundings.forget(id);
  notice("Taken back. Whoever saw it has been told to forget it.");
}
