// Check in: where I am, what I am doing, for whom.

import { get, newKey, post } from "../api.mjs";
import { mostKnown, quietAt } from "../contract.mjs";
import { action, busy, el, icon, listen, notice } from "../dom.mjs";
import { mayLocate, whereIAm } from "../whereabouts.mjs";
import { listed, slugged, topicName, until } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { onlyMine } from "./feed.mjs";
import { choice, field, form } from "./forms.mjs";

const LONGEST = 280;
const MOST_TOPICS = 10;
const MOST_SHOWN = 40;
export const ACTIVITIES =
  "walking riding running eating drinking reading working waiting shopping playing listening".split(" ");
const ABOUT_ACTIVITIES = "One or two words, such as riding. Offers for that activity can find you.";
const AUDIENCES = {
  public: "All my contract lets know",
  communities: "My communities",
  followers: "People I follow back",
  me: "Only me",
};
const EXACTNESS = {
  exact: "The exact spot",
  street: "The street",
  quarter: "Only the quarter",
  city: "Only the city",
};

const GROUPS = {
  everyone: () => "everyone",
  signed_in: () => "everyone who is signed in",
  here: () => "people who are here",
  communities: () => "members of your communities",
  community: (name) => `members of ${name}`,
  follow_back: () => "people you follow back",
  circle: (name) => `people of your circle ${name}`,
  person: (name) => name,
};
const KNOWING = {
  exact: "exactly where you are",
  street: "which street you are in",
  quarter: "which quarter you are in",
  city: "which city you are in",
};

export function checkIn(given) {
  if (!given.session.open) return entrance(given, "Sign up to check in");
  const { map, contract, signal } = given;
  // One key for all attempts: what was lost on the way is not written twice.
  const sending = { key: newKey(), position: null };
  const where = el("p", { class: "where", role: "status" }, "Tap the map where you are.");
  const choose = (position, words) => {
    if (signal.aborted) return;
    sending.position = position;
    where.textContent = words;
    map.showPin(position);
    tell();
  };
  map.picking = true;
  listen(map, signal, { picked: ({ detail }) => choose(detail, "Where you tapped the map.") });
  signal.addEventListener("abort", () => {
    map.picking = false;
    map.showPin(null);
  });
  const allowed = el("div", { class: "allowed", role: "status" });
  const fields = [saying(), spot(given, where, choose), activity(), topics(given), audience(), allowed];
  const made = form(fields, "Check in", (values) => send(given, sending, values));
  const tell = () => allowed.replaceChildren(...atMost(contract, sending, new FormData(made)));
  for (const name of ["visibility", "exactness"]) made.elements[name].addEventListener("change", tell);
  listen(contract, signal, { change: tell });
  tell();
  return el("section", {}, el("header", {}, el("h1", { tabindex: -1 }, "Check in")), made);
}

function saying() {
  const text = el("textarea", { name: "text", rows: 3, maxlength: LONGEST });
  const left = el("small", { class: "left", "aria-hidden": "true" }, LONGEST);
  text.addEventListener("input", () => (left.textContent = LONGEST - text.value.length));
  return el("div", { class: "saying" }, field("What are you doing?", text), left);
}

function spot({ map }, where, choose) {
  const locate = async () => {
    try {
      const position = await whereIAm();
      choose(position, `Where this browser is, give or take ${position.accuracy_m} m.`);
      map.goTo(position);
    } catch (error) {
      where.textContent = error.message;
    }
  };
  const mine = action([icon("aim"), "Where I am"], { class: "second" }, locate);
  const middle = action("Map’s middle", { class: "second" }, () =>
    choose(map.view.centre, "The middle of the map."),
  );
  mayLocate().then((may) => may && busy(mine, locate));
  return el("fieldset", {}, el("legend", {}, "Where"), where, el("div", { class: "row" }, mine, middle));
}

function activity() {
  const input = el("input", { name: "activity", list: "activities", maxlength: 40, autocomplete: "off" });
  const known = ACTIVITIES.map((each) => el("option", { value: each }));
  return el(
    "div",
    {},
    field("Activity", input, ABOUT_ACTIVITIES),
    el("datalist", { id: "activities" }, known),
  );
}

function topics() {
  const chips = el("div", { class: "chips" }, el("small", {}, "Looking for topics …"));
  const read = async () => {
    const [mine, all] = await Promise.all([get("/me/communities"), get("/topics", { limit: MOST_SHOWN })]);
    const mineFirst = [
      ...mine.features.flatMap((each) => each.properties.topics),
      ...all.items.map(({ key }) => key),
    ];
    chips.replaceChildren(...[...new Set(mineFirst)].slice(0, MOST_SHOWN).map(chip));
    if (!mineFirst.length) chips.append(el("small", {}, "There are none yet. Start a community to add one."));
  };
  busy(chips, read);
  return el("fieldset", {}, el("legend", {}, "Topics"), chips);
}

function chip(key) {
  const box = el("input", { type: "checkbox", name: "topics", value: key });
  return el("label", { class: "chip" }, box, el("span", {}, topicName(key)));
}

function audience() {
  return el(
    "div",
    { class: "row" },
    field("Who hears it", choice("visibility", AUDIENCES)),
    field("Strangers see", choice("exactness", EXACTNESS)),
  );
}

/** What the contract lets be known of it at most. */
function atMost({ held }, { position }, values) {
  if (!held) return [];
  const quiet = position && quietAt(held, position);
  if (quiet) return [el("p", {}, `You are at ${quiet}, a quiet place of yours. Only you can see this.`)];
  if (values.get("visibility") === "me") return [el("p", {}, "Only you can see this.")];
  const known = mostKnown(held, values.get("visibility"), values.get("exactness"));
  return [known.length ? el("p", {}, `Your contract lets ${whoKnowsWhat(known)}.`) : onlyMine()];
}

function whoKnowsWhat(known) {
  const parts = Object.keys(KNOWING)
    .map((exactness) => [exactness, known.filter((each) => each.exactness === exactness)])
    .filter(([, some]) => some.length);
  const named = parts.map(
    ([exactness, some]) =>
      `${listed(some.map(({ who }) => GROUPS[who.group](who.name)))} know ${KNOWING[exactness]}`,
  );
  return named.join(", and ");
}

async function send({ contract, surroundings, readMine, go }, sending, values) {
  if (!sending.position) throw new Error("Say where first: tap the map, or use one of the two buttons.");
  const chosen = values.getAll("topics");
  if (chosen.length > MOST_TOPICS) throw new Error(`Choose at most ${MOST_TOPICS} topics.`);
  const { memberships, ...checkIn } = await post(
    "/check-ins",
    bodyOf(sending.position, values, chosen),
    sending.key,
  );
  surroundings.add(checkIn);
  notice(welcome(memberships, contract));
  readMine();
  go("here");
}

function bodyOf({ lat, lon, accuracy_m, fixed_at }, values, topics) {
  return {
    position: { type: "Point", coordinates: [lon, lat] },
    accuracy_m,
    fixed_at,
    topics,
    text: values.get("text").trim(),
    activity: slugged(values.get("activity")) || undefined,
    visibility: values.get("visibility"),
    exactness: values.get("exactness"),
  };
}

function welcome(memberships, { reachesNobody }) {
  const done = reachesNobody ? "Checked in; only you can see it." : "Checked in.";
  if (!memberships.length) return done;
  const names = listed(memberships.map((each) => each.name));
  return `${done} Until ${until(memberships[0].until)} you are part of ${names}.`;
}
