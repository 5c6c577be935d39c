// What a business stands for, with what shows it and who doubts it; and where it is.

import { get, post, put, remove } from "../api.mjs";
import { action, el, exchange, notice } from "../dom.mjs";
import { field, form } from "../views/forms.mjs";
import { folded, placing } from "../views/placing.mjs";
import { look } from "../views/wishes.mjs";
import { topicName } from "../words.mjs";
import { badge, consolePage, line } from "./page.mjs";
import { kindOf, topicPicking } from "./topics.mjs";

const LEAD = "Up to ten interests, goals and values, which everybody reads. A value needs evidence: a page that says so. Members of communities that share the value may doubt it.";
const NOTHING = "It stands for nothing yet.";
const NOWHERE = "It is nowhere yet. Say where people find it.";
const CERTAIN = "Shown to be there, by a reading of one of your readers at this place.";
const SAID = "You say so. A reading of one of your readers at this place shows it.";
const TAP = "In the middle of the map, unless you tap the map elsewhere.";
const [USUAL_M, LARGEST_M] = [50, 560];

export function businessStands(given) {
  given.signal.addEventListener("abort", () => given.map.showSite(null));
  return consolePage(given, "Topics and places", (it) => fill(given, it));
}

async function fill(given, { path, business }) {
  const topics = el("div", { class: "part" });
  const places = el("div", { class: "part" });
  const read = async () => {
    const { topics: claims, places: spots } = await get(path);
    exchange(topics, [el("ul", { class: "list", "aria-label": "What it stands for", tabindex: -1 }, claims.length ? claims.map((each) => claim(each, claims, path, read)) : el("li", { class: "nothing" }, NOTHING))], topics);
    exchange(places, [el("ul", { class: "list", "aria-label": "Where it is", tabindex: -1 }, spots.length ? spots.map((each) => place(each, path, given, read)) : el("li", { class: "nothing" }, NOWHERE))], places);
  };
  topics.tabIndex = places.tabIndex = -1;
  await read();
  return [
    el("h2", {}, "What it stands for"),
    el("p", { class: "quiet" }, LEAD),
    topics,
    standing(path, read),
    el("h2", {}, "Where it is"),
    places,
    adding(path, business, given, read),
  ];
}

function claim({ key, evidence, doubts, doubted }, claims, path, read) {
  const drop = async () => {
    await put(`${path}/topics`, { topics: claims.filter((each) => each.key !== key).map(asGiven) });
    notice(`It stands for ${topicName(key)} no more. Doubts stay with those who have them.`);
    await read();
  };
  const shown = evidence && el("a", { href: evidence.url, rel: `${evidence.rel} noreferrer noopener`, target: "_blank" }, evidence.says || evidence.url);
  return line(
    el("p", { class: "who between" }, el("b", {}, topicName(key)), doubted ? badge("Doubted", "bad") : el("span", { class: "count" }, kindOf(key))),
    shown,
    doubts ? doubting(path, key, doubts) : null,
    el("div", { class: "votes" }, action("Take it away", { class: "second", "aria-label": `Take ${topicName(key)} away` }, drop)),
  );
}

/** How many doubt a value, and their reasons once somebody opens them. */
function doubting(path, key, doubts) {
  const inside = el("ul", { class: "says" });
  const card = el("details", { class: "folded" }, el("summary", {}, `Doubted by ${doubts} or more: why`), inside);
  card.addEventListener("toggle", async () => {
    if (!card.open || inside.children.length) return;
    const { reasons } = await get(`${path}/topics/${encodeURIComponent(key)}/doubts`).catch(({ message }) => ({ reasons: [message] }));
    inside.replaceChildren(...(reasons.length ? reasons : ["Nobody said why."]).map((each) => el("li", {}, each)));
  });
  return card;
}

function asGiven({ key, evidence }) {
  return { key, ...(evidence && { evidence: { url: evidence.url, says: evidence.says } }) };
}

function standing(path, read) {
  const url = el("input", { name: "url", type: "url", maxlength: 500, placeholder: "https://", autocomplete: "off", inputmode: "url" });
  const says = el("input", { name: "says", maxlength: 280, autocomplete: "off" });
  const evidence = el("div", { class: "inside", hidden: true, "data-at": "topics" }, field("Evidence", url, "The address of a page that says so, such as a certificate."), field("What one finds there", says, "In a sentence, if you like."));
  const fit = ([key]) => {
    evidence.hidden = !key?.startsWith("value:");
    url.required = !evidence.hidden;
  };
  const topic = topicPicking({ label: "Topic", at: "topic", most: 1, adding: true, changed: fit, hint: "An interest, a goal or a value." });
  const made = form([topic.element, evidence], "Stand for it", async () => {
    const [key] = topic.values;
    if (!key) throw Object.assign(new Error("Choose a topic."), { errors: [{ at: "/topic", says: "choose one of those that are found" }] });
    const { topics } = await get(path);
    const added = { key, ...(!evidence.hidden && { evidence: { url: url.value.trim(), says: says.value.trim() } }) };
    await put(`${path}/topics`, { topics: [...topics.filter((each) => each.key !== key).map(asGiven), added] });
    topic.choose([]);
    made.reset();
    notice(`It stands for ${topicName(key)}.`);
    await read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Stand for something"), made);
}

function place({ id, geometry, properties: { name, verified } }, path, given, read) {
  const gone = async () => {
    if (!confirm(`Remove ${name}? Where it was verified is forgotten.`)) return;
    await remove(`${path}/places/${id}`);
    notice(`${name} is removed.`);
    await read();
  };
  return line(
    el("p", { class: "who between" }, el("b", {}, name), verified ? badge("Verified", "good") : badge("Not verified", "over")),
    el("p", { class: "about" }, verified ? CERTAIN : SAID),
    el(
      "div",
      { class: "votes" },
      action("Show where", { class: "second", "aria-label": `Show where: ${name}` }, () => look(geometry, given.map)),
      action("Remove", { class: "second", "aria-label": `Remove ${name}` }, gone),
    ),
  );
}

function adding(path, { name: business }, given, read) {
  const spot = placing(given, TAP, USUAL_M);
  spot.element.dataset.at = "position area radius_m";
  spot.element.querySelector("input").max = LARGEST_M;
  const name = el("input", { name: "name", required: true, maxlength: 80, autocomplete: "off", value: business });
  const made = form([field("Name", name, "As people call it, such as the street."), spot.element], "Add it", async (values) => {
    const { lat, lon } = spot.chosen() ?? given.map.view.centre;
    const position = { type: "Point", coordinates: [lon, lat] };
    await post(`${path}/places`, { name: values.get("name").trim(), position, radius_m: spot.radius() });
    made.reset();
    spot.forget();
    notice("It is added.");
    await read();
  }, { "bad-area": "area" });
  return folded("Add a place", made, spot);
}
