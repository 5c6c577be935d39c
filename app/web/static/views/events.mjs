// Events around where the map looks, those first that fit me, each with why; going to them, and holding one.

import { get, post, put } from "../api.mjs";
import { action, busy, el, icon, listen, notice } from "../dom.mjs";
import { topicsOf } from "../topics.mjs";
import { counted, listed, topicName } from "../words.mjs";
import { choice, field, form } from "./forms.mjs";

const REPLIES = { going: "I go", interested: "Interested", not: "Not for me" };
const SEEN_BY = {
  nobody: "Nobody",
  communities: "Members of my communities",
  followers: "Those who follow me and whom I follow",
  everyone: "Everyone",
};
const FARTHEST_M = 100_000;
const MOST_SHOWN = 50;
const HOUR_MS = 3_600_000;

export function events(given) {
  const seenBy = choice("seen_by", SEEN_BY);
  const list = el("ul", { class: "feed", "aria-label": "Events around here", tabindex: -1 });
  const nothing = el("div", { class: "nothing" });
  const read = () => busy(list, () => fill(list, nothing, seenBy, given));
  const { open } = given.session;
  listen(given.map, given.signal, { moved: read });
  read();
  return el(
    "section",
    {},
    el(
      "header",
      {},
      el("h1", { tabindex: -1 }, "Events"),
      el("p", { class: "quiet" }, open ? "What fits you comes first, and why." : "The soonest first."),
    ),
    open && field("Who may know that I go", seenBy, "Hosts know no more than they; counts begin with five."),
    list,
    nothing,
    open && holding(given, read),
  );
}

async function fill(list, nothing, seenBy, { map, session }) {
  const { centre, reach_m } = map.view;
  const around = { lat: centre.lat, lon: centre.lon, radius: Math.max(1, Math.min(reach_m, FARTHEST_M)) };
  const asked = session.open ? { ...around, for: "me" } : around;
  const { features } = await get("/events", { ...asked, limit: MOST_SHOWN });
  list.replaceChildren(...features.map((each) => date(each, seenBy, session.open)));
  nothing.replaceChildren(...(features.length ? [] : [el("p", {}, "Nothing is announced where the map looks.")]));
}

function date({ id, properties }, seenBy, open) {
  const { title, text, topics, host, going, reasons, lasting } = properties;
  const people = going && counted(going, "person goes", "people go");
  const about = [host.name, ...topics.map(topicName), people].filter(Boolean).join(" · ");
  const why = reasons?.length ? listed(reasons) : "";
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, title), el("time", { datetime: properties.starts_at }, whenOf(properties))),
      el("p", { class: "about" }, lasting ? `On now · ${about}` : about),
      text && el("p", { class: "said" }, text),
      why && el("p", { class: "why" }, icon("why"), el("span", {}, `${why[0].toUpperCase()}${why.slice(1)}.`)),
      open && answering(id, properties, seenBy),
    ),
  );
}

/** Whether I go: one of the buttons is pressed, and another press changes it. */
function answering(id, { event_id, title, mine }, seenBy) {
  const path = `/events/${event_id}/dates/${id}/reply`;
  const buttons = el("div", { class: "votes" });
  const stand = (said) =>
    buttons.replaceChildren(
      ...Object.entries(REPLIES).map(([reply, label]) => {
        const pressed = said?.reply === reply;
        const look = { class: pressed ? "second strong" : "second", "aria-pressed": String(pressed) };
        return action(label, { ...look, "aria-label": `${label}: ${title}` }, () => say(reply));
      }),
      said?.waiting ? el("span", { class: "about" }, "You wait for a seat.") : "",
    );
  const say = async (reply) => {
    const { properties } = await put(path, { reply, seen_by: seenBy.value });
    stand(properties.mine);
    buttons.querySelector("[aria-pressed=true]").focus();
    if (reply === "going") notice(properties.mine.waiting ? "All seats are taken; you move up by yourself." : "See you there.");
  };
  stand(mine);
  return buttons;
}

/** By the clock of where it is, which is not always mine. */
function whenOf({ starts_at, time_zone }) {
  const look = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(undefined, { ...look, timeZone: time_zone }).format(Date.parse(starts_at));
}

function holding({ map }, read) {
  const line = (name, more) => el("input", { name, required: true, autocomplete: "off", ...more });
  const begins = new Date(Date.now() + 24 * HOUR_MS);
  const fields = [
    field("What", line("title", { maxlength: 80 })),
    field("More of it", el("textarea", { name: "text", maxlength: 2000, rows: 3 })),
    field("Begins", line("starts_at", { type: "datetime-local", value: local(begins) })),
    field("Ends", line("ends_at", { type: "datetime-local", value: local(new Date(+begins + 2 * HOUR_MS)) })),
    field("Interest", line("topic", { maxlength: 40, required: false }), "One or two words, such as cycling."),
    el("p", { class: "quiet" }, "It is where the middle of the map is now."),
  ];
  const made = form(fields, "Announce it", async (values) => {
    const { centre } = map.view;
    await post("/events", {
      title: values.get("title").trim(),
      text: values.get("text").trim(),
      topics: await topicsOf("interest", values.get("topic").trim()),
      position: { type: "Point", coordinates: [centre.lon, centre.lat] },
      starts_at: `${values.get("starts_at")}:00`,
      ends_at: `${values.get("ends_at")}:00`,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    made.reset();
    notice("It is announced.");
    await read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Hold an event"), made);
}

/** A moment as this browser's clock has it, to the minute: "2026-12-01T19:30". */
function local(moment) {
  return new Date(+moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
