// For who acts for a business: who else does, what it stands for, what people wish for that it may answer, and answering.

import { all, get, post } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { counted, topicName, until } from "../words.mjs";
import { claimsOf, placesOf } from "./claims.mjs";
import { entrance } from "./entrance.mjs";
import { field, form } from "./forms.mjs";
import { folded, placing } from "./placing.mjs";
import { invitations, staffOf } from "./staff.mjs";
import { look } from "./wishes.mjs";

const NONE = "Nothing is open now. A wish is told to businesses once enough people pledged.";
const NOT_STAFF = "You act for no business.";
const AFTER = "It reaches none but those who pledged, where it is to be had, if they let offers reach them. You learn how many, and never who.";
const TAP = "Around the middle of the map, unless you tap it elsewhere.";
const BECAME = { answered: "It stands.", kept: "Kept, as they say.", broken: "Broken, as they say.", unsaid: "Too few said whether it was kept." };
const USUAL_M = 1_000;
const WEEK_MS = 7 * 86_400_000;
const MOST = 300;

export function business(given) {
  if (!given.session.open) return entrance(given);
  const title = el("h1", { tabindex: -1 }, "Businesses you act for");
  const body = el("div", { class: "about-it" });
  const read = () => (given.thing ? fill(title, body, given, read) : list(title, body, read));
  given.signal.addEventListener("abort", () => given.map.showSite(null));
  busy(body, read);
  return el("section", {}, el("header", {}, title), body);
}

async function list(title, body, reread) {
  const [{ items }, invited] = await Promise.all([get("/me/businesses"), invitations(reread)]);
  const rows = items.map(({ id, name, about }) =>
    el("li", {}, el("div", { class: "body" }, el("a", { href: `#business//${id}` }, el("b", {}, name)), about && el("p", { class: "about" }, about))),
  );
  const mine = rows.length ? el("ul", { class: "list", "aria-label": "Businesses" }, rows) : el("p", { class: "quiet" }, NOT_STAFF);
  exchange(body, [mine, ...invited], title);
}

async function fill(title, body, given, read) {
  const path = `/businesses/${given.thing}`;
  const [about, record, open, answers, staff] = await Promise.all([
    get(path),
    get(`${path}/record`),
    all(`${path}/wishes`, {}, "features", MOST),
    all(`${path}/wishes/answered`, {}, "features", MOST),
    staffOf(given, read),
  ]);
  title.textContent = about.name;
  exchange(
    body,
    [
      el("p", { class: "about" }, recordOf(record)),
      el("h2", {}, "What people wish for"),
      rows("What people wish for", open, (each) => wish(each, given, read), NONE),
      ...(answers.length ? [el("h2", {}, "What you answered"), rows("What you answered", answers, answer)] : []),
      ...claimsOf(about),
      ...placesOf(about, given.map),
      ...staff,
      el("p", { class: "quiet" }, el("a", { href: "#business" }, "All you act for")),
    ],
    title,
  );
}

/** "3 wishes answered: 2 kept, 1 undecided". */
function recordOf({ answered, kept, broken, unsaid, undecided }) {
  const parts = Object.entries({ kept, broken, unsaid, undecided }).filter(([, count]) => count);
  const said = parts.map(([what, count]) => `${count} ${what}`).join(", ");
  return [counted(answered, "wish answered", "wishes answered"), said].filter(Boolean).join(": ");
}

function rows(label, found, row, nothing) {
  return el("ul", { class: "list wishes", "aria-label": label, tabindex: -1 }, found.length ? found.map(row) : el("li", { class: "nothing" }, nothing));
}

function wish({ id, geometry, properties }, given, reread) {
  const { text, topics, pledged, community, deadline } = properties;
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, text),
      el("p", { class: "about" }, [community, ...topics.map(topicName), `until ${until(deadline)}`].join(" · ")),
      el("p", { class: "count some" }, `${pledged} people or more want it`),
      geometry && el("div", { class: "votes" }, action("Show where", { class: "second", "aria-label": `Show where: ${text}` }, () => look(geometry, given.map))),
      answering(id, properties, given, reread),
    ),
  );
}

function answering(wish_id, { topics, text }, given, reread) {
  const place = placing(given, TAP, USUAL_M);
  const ends = new Date(Date.now() + WEEK_MS);
  const local = new Date(+ends - ends.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const parts = [
    field("What you offer", el("input", { name: "title", required: true, maxlength: 80, autocomplete: "off" })),
    field("More of it", el("textarea", { name: "text", maxlength: 400, rows: 2 })),
    field("Until", el("input", { name: "ends_at", type: "datetime-local", required: true, value: local })),
    place.element,
    el("p", { class: "quiet" }, AFTER),
  ];
  const made = form(parts, "Answer with it", async (values) => {
    const [title, more] = ["title", "text"].map((name) => values.get(name).trim());
    const ends_at = new Date(values.get("ends_at")).toISOString();
    await post(`/businesses/${given.thing}/offers`, { title, text: more, topics, area: place.area(), ends_at, wish_id });
    place.forget();
    notice("Answered. Those who pledged say whether you keep it.");
    await reread();
  });
  const card = folded("Answer it", made, place);
  card.querySelector("summary").ariaLabel = `Answer it: ${text}`;
  return card;
}

function answer({ properties: { text, pledged, state, answer_ends_at, answered_at } }) {
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, text),
      el("p", { class: "about" }, [answered_at && `${pledged} people or more`, `until ${until(answer_ends_at)}`].filter(Boolean).join(" · ")),
      el("p", {}, BECAME[state] ?? ""),
    ),
  );
}
