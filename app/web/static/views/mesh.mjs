// The mesh: the communities of the communities I am in, as a picture and as a list.

import { fileAt, get } from "../api.mjs";
import { action, el, keep, notice } from "../dom.mjs";
import { period } from "../measures.mjs";
import { counted } from "../words.mjs";
import { KINDS, pageOf } from "./community.mjs";
import { entrance } from "./entrance.mjs";
import { choice, field } from "./forms.mjs";
import { STEPS, picture, tiesOf } from "./mesh-picture.mjs";

const FAR = { 1: "One step: they share members with mine", 2: "Two steps", 3: "Three steps" };
const MOST_SAID = 3;
const LEAD = "Two communities are joined where statistics publish that they share members. What is too small is not shown.";

export function mesh(given) {
  if (!given.session.open) return entrance(given, "Sign in or up to see your mesh");
  const far = choice("steps", FAR);
  const body = el("div", { class: "about-it" });
  const read = () => fill(body, far).catch((problem) => notice(problem.message));
  far.value = "2";
  far.addEventListener("change", read);
  read();
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "The mesh around you"), el("p", { class: "quiet" }, LEAD)),
    field("How far", far),
    body,
  );
}

async function fill(body, far) {
  const steps = far.value;
  const { since, communities, shared } = await get("/mesh", { steps });
  if (far.value !== steps) return;
  if (!communities.length) return body.replaceChildren(...lonely());
  const ties = shared.map(({ one, other, people }) => ({ one, other, weight: people }));
  const take = async () =>
    keep("mesh.graphml", await fileAt("/mesh.graphml", { steps }, "application/graphml+xml"));
  body.replaceChildren(
    ...(ties.length ? picture(communities, ties) : [el("p", {}, nothingShared(since))]),
    ...STEPS.flatMap((label, step) => ring(label, communities.filter((each) => each.steps === step), communities, ties)),
    el("p", { class: "about" }, since ? `Of the four weeks ${period(since)}. Each number is a little off by chance.` : ""),
    action("Take it along as GraphML", { class: "second" }, take),
    el("p", { class: "quiet" }, "Gephi, yEd, R and others read it."),
  );
}

function lonely() {
  return [
    el("p", {}, "You belong to no community yet, so there is no mesh around you."),
    el("p", {}, el("a", { href: "#communities" }, "Look at those there are")),
  ];
}

function nothingShared(since) {
  if (!since) return "No numbers are published yet. They come when four weeks are over.";
  return "None of your communities shares so many members with another that it is shown.";
}

function ring(label, inside, communities, ties) {
  if (!inside.length) return [];
  const names = new Map(communities.map((each) => [each.id, each.name]));
  const row = ({ id, name, kind, members }) => {
    const most = tiesOf(id, ties).slice(0, MOST_SAID);
    const sharing = most.map(([other, people]) => `${people} with ${names.get(other)}`).join(", ");
    return el(
      "li",
      {},
      el(
        "div",
        { class: "body" },
        el("a", { href: pageOf(id) }, el("b", {}, name)),
        el("p", { class: "about" }, `${KINDS[kind]} · ${counted(members, "member", "members")}`),
        sharing && el("p", { class: "about" }, `Shares about ${sharing}`),
      ),
    );
  };
  return [el("h2", {}, label), el("ul", { class: "list", "aria-label": label }, inside.map(row))];
}
