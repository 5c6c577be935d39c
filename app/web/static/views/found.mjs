// What was found: each with the way to the thing itself, and what narrows or widens the search.

import { get } from "../api.mjs";
import { action, el } from "../dom.mjs";
import { ago, topicName } from "../words.mjs";
import { KINDS } from "./asking.mjs";
import { pageOf } from "./community.mjs";

const ONE = {
  "check-in": "Check-in",
  community: "Community",
  event: "Event",
  place: "Place",
  offer: "Offer",
  wish: "Wish",
  piece: "Piece",
};
const MOST_TOPICS = 8;
// As near as one finds something on the map.
const ZOOM = 16;

export function item(found) {
  const { title, text, language, begun_at } = found.properties;
  const exactly = new Date(begun_at).toLocaleString();
  const time = el("time", { datetime: begun_at, title: exactly }, ago(begun_at));
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, wayTo(found, title), time),
      text && el("p", { class: "said", lang: language }, text),
      el("p", { class: "about" }, aboutOf(found)),
    ),
  );
}

function aboutOf({ geometry, properties: { kind, by, topics, metres, disclosed } }) {
  const around = kind === "check-in" && geometry && disclosed !== "exact" && `somewhere in this ${disclosed}`;
  return [ONE[kind] ?? kind, by, ...topics.map(topicName), farOf(metres), around].filter(Boolean).join(" · ");
}

/** "350 m" or "2.4 km"; nothing where it is not known. */
function farOf(metres) {
  if (metres === null || metres === undefined) return "";
  if (metres < 950) return `${Math.max(50, Math.round(metres / 50) * 50)} m`;
  return `${(metres / 1000).toFixed(1)} km`;
}

/** Its page, or where it is on the map. */
function wayTo({ id, geometry, properties: { kind, path, language } }, title) {
  if (kind === "community") return el("a", { href: pageOf(id) }, el("b", {}, title));
  if (kind === "piece") return el("a", { href: `#piece//${id}` }, el("b", { lang: language }, title));
  if (kind === "wish") return action(title, { class: "linking" }, () => toCommunityOf(path));
  const [lon, lat] = geometry?.coordinates ?? [];
  if (lat === undefined) return el("b", { lang: language }, title);
  return el("a", { href: `#${kind === "event" ? "events" : "here"}/${lat},${lon},${ZOOM}` }, el("b", { lang: language }, title));
}

/** A wish stands in its community. */
async function toCommunityOf(path) {
  const { community_id, properties } = await get(path.replace(/^\/v1/, ""));
  location.hash = pageOf(community_id ?? properties.community_id);
}

/** Kinds and topics of what anybody would find, as buttons that narrow it; a kind that is chosen as one that widens it. */
export function narrowing({ kinds, topics }, query, turn) {
  const { kind, ...rest } = query;
  const chosen = { type: "button", class: "second strong", "aria-label": `${KINDS[kind]} alone; show everything` };
  const ofKinds = kind
    ? [el("button", { ...chosen, onclick: () => turn(rest) }, `${KINDS[kind]} ×`)]
    : mostFirst(kinds).map(([each, many]) => facet(KINDS[each] ?? each, many, () => turn({ ...query, kind: each })));
  const others = mostFirst(topics).filter(([topic]) => topic !== query.topic);
  const ofTopics = others
    .slice(0, MOST_TOPICS)
    .map(([topic, many]) => facet(topicName(topic), many, () => turn({ ...query, topic })));
  return [...ofKinds, ...ofTopics];
}

function facet(label, many, onclick) {
  const about = many ? `about ${many}` : "a few";
  return el("button", { type: "button", class: "second", onclick }, label, el("small", {}, ` ${about}`));
}

function mostFirst(counts) {
  return Object.entries(counts).sort(([, one], [, other]) => other - one);
}

/** What to say before anything is asked. */
export function beginning() {
  return [
    el(
      "p",
      {},
      "People’s check-ins, communities, events, places, offers, what to look for and the wishes of your communities: by words in English, German, Spanish, French or Catalan.",
    ),
    el(
      "p",
      {},
      "“A phrase” in quotation marks, or for either, and a minus for not: ",
      el("code", {}, 'bike -"mountain bike"'),
      ".",
    ),
    el("p", {}, "Without words, choose where under “Narrow it”, and see what is there."),
  ];
}

/** What to say where nothing is found, and what may help. */
export function nothing(query, turn) {
  const without = (...names) => Object.fromEntries(Object.entries(query).filter(([each]) => !names.includes(each)));
  const wider = [
    query.kind && ["Look for everything", without("kind")],
    query.topic && query.q && ["On whatever topic", without("topic")],
    query.radius && (query.q || query.topic) && ["Anywhere", without("lat", "lon", "radius", "sort")],
    query.since && ["Whenever it was", without("since")],
  ].filter(Boolean);
  const look = (to) => ({ type: "button", class: "second", onclick: () => turn(to) });
  return [
    el("p", {}, el("b", {}, "Nothing is found.")),
    el(
      "p",
      {},
      "Names are found where they are misspelt a little, texts by their words alone: try fewer or other ones. What is new is found some seconds later, and what you may not know is never found.",
    ),
    el("div", { class: "facets" }, wider.map(([label, to]) => el("button", look(to), label))),
  ];
}
