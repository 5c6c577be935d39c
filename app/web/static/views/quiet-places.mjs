// Quiet places: circles in which nobody may know anything of me, such as home.

import { asGiven } from "../contract.mjs";
import { action, busy, el, exchange, icon, listen, notice } from "../dom.mjs";
import { whereIAm } from "../whereabouts.mjs";
import { entrance } from "./entrance.mjs";
import { field, form } from "./forms.mjs";

const [SMALLEST_M, USUAL_M, LARGEST_M] = [100, 300, 5000];
const LEAD =
  "Where you are quiet nobody may know anything of you, whatever your contract says. Nobody else sees these circles.";

export function quietPlaces(given) {
  if (!given.session.open) return entrance(given);
  const { contract, map, signal } = given;
  const title = el("h2", { tabindex: -1 }, "Your quiet places");
  const places = el("div", { class: "card" });
  const { made, sketch } = marking(given);
  const draw = () => {
    if (!contract.held) return;
    exchange(places, [list(contract, map)], title);
    map.showQuiet([...contract.held.quiet_places, ...sketch()]);
  };
  made.addEventListener("input", draw);
  listen(map, signal, { picked: draw });
  listen(contract, signal, { change: draw });
  signal.addEventListener("abort", () => {
    map.picking = false;
    map.showPin(null);
    map.showQuiet([]);
  });
  draw();
  busy(places, () => contract.read());
  const head = el(
    "header",
    {},
    el("h1", { tabindex: -1 }, "Quiet places"),
    el("p", { class: "quiet" }, LEAD),
  );
  return el("section", {}, head, title, places, el("h2", {}, "Add one"), made);
}

function list(contract, map) {
  const { quiet_places, terms } = contract.held;
  if (!quiet_places.length) return el("p", { class: "quiet" }, "None yet.");
  const remove = (place) => async () => {
    await contract.agree({
      terms: asGiven(terms),
      quiet_places: quiet_places.filter((each) => each !== place),
    });
    notice(`${place.name} is not quiet any more.`);
  };
  const rows = quiet_places.map((place) => {
    const look = action(icon("aim"), { class: "plain", "aria-label": `Show ${place.name} on the map` }, () =>
      map.goTo(place),
    );
    const take = action("Remove", { class: "second", "aria-label": `Remove ${place.name}` }, remove(place));
    const words = el(
      "div",
      { class: "body" },
      el("b", {}, place.name),
      el("p", { class: "about" }, `${Math.round(place.radius_m)} m around it`),
    );
    return el("li", {}, words, look, take);
  });
  return el("ul", { class: "list" }, rows);
}

/** The form for another one, and what it stands for so far, to be drawn. */
function marking({ contract, map, signal }) {
  const chosen = { position: null };
  const where = el("p", { class: "where", role: "status" }, "Tap the map where it is to be quiet.");
  const put = (position, words) => {
    if (signal.aborted) return;
    chosen.position = position;
    where.textContent = words;
    map.showPin(position, "Where it is to be quiet");
    made.dispatchEvent(new Event("input"));
  };
  map.picking = true;
  listen(map, signal, { picked: ({ detail }) => put(detail, "Where you tapped the map.") });
  const made = form(fields(where, put, map), "Let it be quiet here", async (values) => {
    if (!chosen.position) throw new Error("Say where first: tap the map, or use one of the two buttons.");
    await add(contract, { ...placeAt(chosen.position, made), name: values.get("name").trim() });
    chosen.position = null;
    map.showPin(null);
    made.reset();
    where.textContent = "Tap the map where it is to be quiet.";
    made.dispatchEvent(new Event("input"));
  });
  return { made, sketch: () => (chosen.position ? [placeAt(chosen.position, made)] : []) };
}

function fields(where, put, map) {
  const locate = async () => {
    const position = await whereIAm();
    put(position, "Where this browser is.");
    map.goTo(position);
  };
  const mine = action([icon("aim"), "Where I am"], { class: "second" }, locate);
  const middle = action("Map’s middle", { class: "second" }, () =>
    put(map.view.centre, "The middle of the map."),
  );
  const radius = {
    name: "radius_m",
    type: "number",
    min: SMALLEST_M,
    max: LARGEST_M,
    step: 50,
    value: USUAL_M,
    required: true,
  };
  return [
    el("fieldset", {}, el("legend", {}, "Where"), where, el("div", { class: "row" }, mine, middle)),
    field(
      "Name",
      el("input", { name: "name", required: true, maxlength: 60, autocomplete: "off" }),
      "Only you see it, such as home.",
    ),
    field("Metres around it", el("input", radius), `From ${SMALLEST_M} to ${LARGEST_M}.`),
  ];
}

function placeAt({ lat, lon }, made) {
  return { lat, lon, radius_m: Number(made.elements.radius_m.value) || USUAL_M };
}

async function add(contract, place) {
  const { terms, quiet_places } = contract.held;
  await contract.agree({ terms: asGiven(terms), quiet_places: [...quiet_places, place] });
  notice(`Around ${place.name} nobody may know anything of you from now on.`);
}
