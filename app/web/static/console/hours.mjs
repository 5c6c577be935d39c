// Hours of the week, by the clock of a time zone: always, or at some only.

import { myZone } from "../dates.mjs";
import { el } from "../dom.mjs";
import { field, zoneChoice } from "../views/forms.mjs";

export const DAYS = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };
const USUAL = { days: ["mon", "tue", "wed", "thu", "fri"], since: "09:00", until: "18:00" };
const MOST = 21;
let many = 0;

/** A part of a form; `said()` is what the API takes of it. */
export function hoursOfWeek({ hours, time_zone }) {
  const box = el("input", { type: "checkbox", checked: hours.length > 0 });
  const rows = el("div", { class: "spans" });
  const zone = zoneChoice(time_zone ?? myZone);
  const add = (is) => {
    rows.append(span(is, () => fit()));
    fit();
  };
  const another = el("button", { type: "button", class: "second", onclick: () => (add({ ...USUAL, days: ["sat"] }), rows.lastElementChild.querySelector("input").focus()) }, "Add other hours");
  const fit = () => {
    times.hidden = !box.checked;
    for (const each of times.querySelectorAll("input, select")) each.disabled = !box.checked;
    another.hidden = rows.children.length >= MOST;
    for (const row of rows.children) row.querySelector(".drop").hidden = rows.children.length === 1;
  };
  const times = el("div", { class: "times" }, rows, another, field("Time zone", zone, "Hours are by the clock on the wall there."));
  for (const each of hours.length ? hours : [USUAL]) rows.append(span(each, () => fit()));
  box.addEventListener("change", fit);
  fit();
  const element = el("fieldset", { class: "hours", "data-at": "hours time_zone" }, el("legend", { class: "aloud" }, "Hours"), el("label", { class: "check" }, box, "Only at certain hours of the week"), times);
  const said = () => (box.checked ? { hours: [...rows.children].map(spanSaid), time_zone: zone.value } : { hours: [] });
  return { element, said };
}

function span(is, dropped) {
  const number = ++many;
  const days = Object.entries(DAYS).map(([value, label]) =>
    el("label", { class: "chip" }, el("input", { type: "checkbox", value, checked: is.days.includes(value) }), el("span", {}, label)),
  );
  const time = (name) => el("input", { type: "time", required: true, "data-name": name, value: is[name] });
  const drop = () => {
    const near = row.previousElementSibling ?? row.nextElementSibling;
    row.remove();
    dropped();
    near.querySelector("input").focus();
  };
  const row = el(
    "div",
    { class: "span", role: "group", "aria-label": `Hours ${number}` },
    el("div", { class: "chips" }, days),
    el("div", { class: "row" }, field("From", time("since")), field("Until", time("until"))),
    el("button", { type: "button", class: "second drop", onclick: drop }, "Take these hours away"),
  );
  return row;
}

function spanSaid(row) {
  const days = [...row.querySelectorAll("[type=checkbox]:checked")].map(({ value }) => value);
  const time = (name) => row.querySelector(`[data-name=${name}]`).value;
  if (!days.length) throw Object.assign(new Error("Choose at least one day."), { errors: [{ at: "/hours", says: "choose at least one day" }] });
  return { days, since: time("since"), until: time("until") };
}

/** "Mon, Tue and Fri 09:00–17:30; Sat 22:00–02:00", or nothing where it is always. */
export function hoursInWords(hours) {
  return hours.map(({ days, since, until }) => `${daysInWords(days)} ${since}–${until}`).join("; ");
}

/** Three or more days in a row as "Mon–Fri". */
function daysInWords(days) {
  const order = Object.keys(DAYS);
  const places = days.map((day) => order.indexOf(day)).sort((a, b) => a - b);
  const together = places.length > 2 && places.at(-1) - places[0] === places.length - 1;
  if (places.length === 7) return "Every day";
  return together ? `${DAYS[order[places[0]]]}–${DAYS[order[places.at(-1)]]}` : places.map((place) => DAYS[order[place]]).join(", ");
}
