// What was published of an offer, line by line.

import { mySpanOf, myZone, spanOf, zoneName } from "../dates.mjs";
import { el, icon } from "../dom.mjs";
import { listed, topicName, unslugged } from "../words.mjs";
import { linked } from "../views/pieces.mjs";
import { hoursInWords } from "./hours.mjs";

export function facts(offer) {
  const { topics, activities, hours, time_zone, quantity, per_person, wish_id, places, pieces } = offer;
  const span = { ...offer, time_zone: time_zone ?? myZone };
  const fact = (drawing, ...words) => el("li", {}, icon(drawing), el("span", {}, ...words));
  return [
    el(
      "ul",
      { class: "facts", "aria-label": "What it is" },
      fact("clock", spanOf(span), time_zone && mySpanOf(span) && ` (${zoneName(time_zone)})`),
      hours.length ? fact("again", hoursInWords(hours), ` (${zoneName(time_zone)})`) : null,
      places.length ? fact("pin", `At ${listed(places.map(({ name }) => name))}`) : null,
      fact("communities", wish_id ? "For those who pledged the wish that it answers" : `Through communities about ${listed(topics.map(topicName))}`),
      activities.length ? fact("here", `For who is ${listed(activities.map(unslugged))}`) : null,
      ...besides(offer).map((words) => fact("you", ...words)),
      fact("offers", `${quantity ? `${quantity.toLocaleString()} in all` : "As many as like"}, ${per_person === 1 ? "once" : `${per_person.toLocaleString()} times`} for each person`),
      offer.hold_out ? fact("why", `Held out from ${offer.hold_out} of a hundred, by lot`) : null,
    ),
    linked(pieces),
  ];
}

/** For whom it is besides: each condition in words. */
function besides({ collective, returning, event_id }) {
  return [
    collective && [`For ${collective} members of a community at the same time`],
    returning && [`For whom your readers saw ${returning} times or more within 30 days`],
    event_id && ["For those who go to ", el("a", { href: `#event//${event_id}` }, "an event")],
  ].filter(Boolean);
}
