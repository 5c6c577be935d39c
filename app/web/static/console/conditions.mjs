// For whom an offer is besides, and in which language it is said.

import { all, get } from "../api.mjs";
import { beginningOf } from "../dates.mjs";
import { busy, el } from "../dom.mjs";
import { field } from "../views/forms.mjs";

const NUMBERS = [
  ["collective", "Members at once", 2, 100, "So many members of one community must be in its area at the same time. Empty: it does not matter."],
  ["returning", "From which visit on", 2, 100, "As far as your readers saw them within 30 days. Empty: it does not matter."],
];
const HELD_OUT = "By lot it is not shown to so many, so that you learn what it brings. 0: it is shown to all.";
const LANGUAGE = "Of title and text, as in en, ca or pt-BR. Empty: as in your last offer.";
const EVENTS = "Of yours, and of those within 5 km of the middle of the map that everybody may see.";
const [NEAR_M, MOST_EVENTS] = [5_000, 100];

/** What is asked seldom, folded away; `said()` is what the API takes. What answers a wish is for all who pledged it. */
export function conditionsOf({ map }, path, is) {
  const answers = Boolean(is.wish_id);
  const numeric = (name, min, max, value) => el("input", { name, type: "number", min, max, inputmode: "numeric", value });
  const inputs = NUMBERS.map(([name, label, min, max, hint]) => [name, numeric(name, min, max, is[name]), label, hint]);
  const held = numeric("hold_out", 0, 50, is.hold_out);
  const event = el("select", { name: "event_id" }, el("option", { value: "" }, "–"), is.event_id && el("option", { value: is.event_id, selected: true }, "The one that was chosen"));
  const language = el("input", { name: "language", maxlength: 35, autocapitalize: "none", autocomplete: "off", spellcheck: "false", value: is.language });
  const parts = [...inputs.map(([, input, label, hint]) => field(label, input, hint)), field("For those who go to", event, EVENTS), field("Held out, of a hundred", held, HELD_OUT)];
  const inside = el("div", { class: "inside" }, answers ? el("p", { class: "quiet" }, "It answers a wish, so it is for all who pledged it.") : parts, field("Language", language, LANGUAGE));
  const element = el("details", { class: "folded" }, el("summary", {}, "Conditions and language"), inside);
  let asked = answers;
  element.addEventListener("toggle", () => {
    if (!element.open || asked) return;
    asked = true;
    busy(event, () => fill(event, path, map, is.event_id));
  });
  const numbers = () => Object.fromEntries(inputs.map(([name, { value }]) => [name, value === "" ? null : Number(value)]));
  const said = () => ({ ...(!answers && { ...numbers(), hold_out: Number(held.value), event_id: event.value || null }), language: language.value.trim() || null });
  return { element, said };
}

async function fill(event, path, { view }, chosen) {
  const { lat, lon } = view.centre;
  const business = path.split("/").pop();
  const dates = (query) => all("/events", query, "features", MOST_EVENTS);
  const [own, near] = await Promise.all([dates({ business }), dates({ lat, lon, radius: NEAR_M })]);
  const seen = new Set();
  const fresh = (found) => found.filter(({ properties: { event_id, visibility, cancelled } }) => visibility === "public" && !cancelled && !seen.has(event_id) && seen.add(event_id));
  const groups = [["Yours", fresh(own)], ["Around here", fresh(near)]].filter(([, found]) => found.length);
  if (chosen && !seen.has(chosen)) event.selectedOptions[0].textContent = await get(`/events/${chosen}`).then(({ properties }) => properties.title, () => "One that is not there any more");
  else if (chosen) event.querySelector(`[value="${chosen}"]`).remove();
  event.append(...groups.map(([label, found]) => el("optgroup", { label }, found.map((each) => option(each, chosen)))));
  if (!groups.length && !chosen) event.options[0].textContent = "– There is none";
}

function option({ properties }, chosen) {
  return el("option", { value: properties.event_id, selected: properties.event_id === chosen }, `${properties.title}, ${beginningOf(properties)}`);
}
