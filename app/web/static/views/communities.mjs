// Communities: the neighbourhoods around, which one is part of by being there, and those one chooses.

import { get, put, remove } from "../api.mjs";
import { action, busy, el, listen, notice } from "../dom.mjs";
import { communityRow, pageOf } from "./community.mjs";
import { founding } from "./founding.mjs";
import { suggested } from "./suggested.mjs";

const CHOSEN = ["interest", "goal", "value"];
const MOST_AROUND = 4;

export function communities(given) {
  const chosen = el("ul", { class: "list" });
  const read = () => fill(chosen, given);
  busy(chosen, read);
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "Communities")),
    el("h2", {}, "By being there"),
    el(
      "p",
      { class: "quiet" },
      "You are part of a neighbourhood from when you check in there until you leave.",
    ),
    neighbourhoods(given),
    suggested(given, read),
    el("h2", {}, "By choice"),
    chosen,
    given.session.open &&
      el("p", { class: "quiet" }, el("a", { href: "#mesh" }, "The mesh around you"), ": the communities of your communities."),
    founding(given, read),
  );
}

function neighbourhoods({ surroundings, signal }) {
  const list = el("ul", { class: "list" });
  const draw = () => {
    const found = surroundings.communities.filter((each) => each.properties.kind === "location");
    list.replaceChildren(
      ...found.slice(0, MOST_AROUND).map((each) => neighbourhood(each, surroundings.presence)),
    );
    if (!found.length)
      list.append(nothing("No neighbourhood is drawn here yet. Start one as large as the map shows."));
  };
  listen(surroundings, signal, { places: draw, presence: draw });
  draw();
  return list;
}

function neighbourhood({ id, properties }, presence) {
  const here = presence.get(id);
  const count = el("span", { class: here ? "count some" : "count" }, here ? `${here} here` : "nobody here");
  return el("li", {}, el("div", { class: "body" }, el("a", { href: pageOf(id) }, el("b", {}, properties.name))), count);
}

async function fill(list, given) {
  const [mine, ...kinds] = await Promise.all([
    given.session.open ? get("/me/communities") : { features: [] },
    ...CHOSEN.map((kind) => get("/communities", { kind, limit: 50 })),
  ]);
  const joined = new Set(mine.features.map((each) => each.id));
  const others = kinds.flatMap((each) => each.features).filter((each) => !joined.has(each.id));
  const reread = () => fill(list, given);
  const shown = [...mine.features, ...others].map((each) =>
    community(each, joined.has(each.id), given, reread),
  );
  list.replaceChildren(...shown);
  if (!shown.length)
    list.append(nothing("There are none yet. Start the first; neighbours will find it here."));
}

function community(each, joined, given, reread) {
  const { name, purpose } = each.properties;
  const label = joined ? "Leave" : "Join";
  const look = { class: joined ? "second" : "second strong", "aria-label": `${label} ${name}` };
  const turn = async () => {
    if (!given.session.open) return given.go("you");
    await (joined ? remove : put)(`/communities/${each.id}/membership`);
    notice(joined ? `You left ${name}.` : `You joined ${name}. You hear what its members say to each other.`);
    given.surroundings.refresh();
    await reread();
  };
  return communityRow(each, [purpose && el("p", { class: "said" }, purpose)], action(label, look, turn));
}

function nothing(words) {
  return el("li", { class: "nothing" }, words);
}
