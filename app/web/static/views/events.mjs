// Events around where the map looks, those first that fit me, each with why; going to them, and holding one.

import { get } from "../api.mjs";
import { beginningOf } from "../dates.mjs";
import { busy, el, icon, listen } from "../dom.mjs";
import { counted, listed, topicName } from "../words.mjs";
import { myCalendar } from "./calendar.mjs";
import { eventAddress } from "./event.mjs";
import { making } from "./event-form.mjs";
import { field } from "./forms.mjs";
import { answering, seenBySelect, WHO_KNOWS } from "./going.mjs";

const FARTHEST_M = 100_000;
const MOST_SHOWN = 50;

export function events(given) {
  const seenBy = seenBySelect();
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
    open && field("Who may know that I go", seenBy, WHO_KNOWS),
    list,
    nothing,
    open && making(given, read),
    open && myCalendar(),
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
      el(
        "p",
        { class: "who" },
        el("a", { href: eventAddress(properties.event_id, id) }, el("b", {}, title)),
        el("time", { datetime: properties.starts_at }, beginningOf(properties)),
      ),
      el("p", { class: "about" }, lasting ? `On now · ${about}` : about),
      text && el("p", { class: "said" }, text),
      why && el("p", { class: "why" }, icon("why"), el("span", {}, `${why[0].toUpperCase()}${why.slice(1)}.`)),
      open && answering(id, properties, seenBy).element,
    ),
  );
}
