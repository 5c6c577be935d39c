// Stating a wish: what, about what, where if it matters, until when, and how many must want it.

import { post } from "../api.mjs";
import { el, notice } from "../dom.mjs";
import { rectangle, round } from "../shapes.mjs";
import { topicsOf } from "../topics.mjs";
import { topicName } from "../words.mjs";
import { whereIAm } from "../whereabouts.mjs";
import { choice, field, form } from "./forms.mjs";

const [FEWEST, MOST] = [5, 10_000];
const DAY_MS = 86_400_000;
const AROUND_M = 1_000;
const WHERE = { anywhere: "Anywhere", view: "What the map shows", here: "Around where I am, within 1 km" };

export function stating(community, properties, given, reread) {
  const { map, signal } = given;
  const where = choice("where", WHERE);
  const preview = () => map.showSite(where.value === "view" && !signal.aborted ? rectangle(map.view.bbox) : null);
  where.addEventListener("change", preview);
  const made = form(fields(properties, where), "State it", async (values) => {
    const area = await areaOf(values.get("where"), map);
    await post(`/communities/${community}/wishes`, {
      text: values.get("text").trim(),
      topics: [values.get("topic"), ...(await topicsOf("interest", values.get("topics").trim()))],
      deadline: new Date(`${values.get("deadline")}T23:59`).toISOString(),
      threshold: Number(values.get("threshold")),
      ...(area && { area }),
    });
    made.reset();
    map.showSite(null);
    notice("It is stated, and you have pledged. Tell others of it.");
    await reread();
  });
  return el("details", { class: "card" }, el("summary", {}, "State a wish"), made);
}

function fields({ topics }, where) {
  const day = (ahead) => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
  const deadline = el("input", { name: "deadline", type: "date", required: true, min: day(1), max: day(364), value: day(30) });
  const threshold = el("input", { name: "threshold", type: "number", required: true, min: FEWEST, max: MOST, value: FEWEST });
  return [
    field("What would you have?", el("textarea", { name: "text", required: true, minlength: 2, maxlength: 280, rows: 2 }), "Such as: a repair café on Saturdays near the canal."),
    field("About", choice("topic", Object.fromEntries(topics.map((each) => [each, topicName(each)])))),
    field("And about", el("input", { name: "topics", maxlength: 40, autocomplete: "off" }), "An interest in one or two words, if you like."),
    field("Where", where, "Move the map first, if it is to be what it shows."),
    field("Until when it must be answered", deadline),
    field("How many must want it", threshold, "Then businesses hear of it. Fewer than five would name people."),
  ];
}

async function areaOf(where, map) {
  if (where === "view") return rectangle(map.view.bbox);
  if (where === "here") return round({ ...(await whereIAm(".")), radius_m: AROUND_M }).geometry;
  return null;
}
