// For who acts for a business: who else does, what it stands for, what people wish for that it may answer, and answering.

import { all, get, post } from "../api.mjs";
import { communitiesInWords } from "../console/communities.mjs";
import { countsOf } from "../console/offers.mjs";
import { addressOf } from "../console/page.mjs";
import { localMinute } from "../dates.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { counted, topicName, until } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { field, form, limited } from "./forms.mjs";
import { folded, placing } from "./placing.mjs";
import { invitations, staffOf } from "./staff.mjs";
import { look } from "./wishes.mjs";

const NONE = "Nothing is open now. A wish is told to businesses once enough people pledged.";
const PARTS = [
  ["business-offers", "Offers", "Making, publishing, pausing and ending them."],
  ["business-return", "What came of it", "How many your offers reached, what they brought, and how you are spoken of."],
  ["business-till", "The till", "Redeeming, what was redeemed, and taking it back."],
  ["business-stands", "Topics and places", "What it stands for, and where people find it."],
  ["business-communities", "Communities", "Asking to be welcome, hearing, speaking, and its public record."],
  ["webhooks", "Webhooks", "Having your own server told what concerns it."],
  ["business-acts", "Who did what", "Everything that was done in its name."],
];
const REGISTERING = "You are its owner, and may invite others. It is known to everybody; who acts for it is not.";
const LONGEST_ABOUT = 400;
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
  exchange(body, [mine, ...invited, registering()], title);
}

function registering() {
  const name = el("input", { name: "name", required: true, minlength: 2, maxlength: 80, autocomplete: "organization" });
  const about = el("textarea", { name: "about", rows: 3 });
  const made = form([field("Name", name), limited("What it is", about, LONGEST_ABOUT)], "Register it", async (values) => {
    const { id } = await post("/businesses", { name: values.get("name").trim(), about: values.get("about").trim() });
    notice("It is registered, and you are its owner.");
    location.hash = addressOf("business", id);
  });
  return el("details", { class: "card" }, el("summary", {}, "Register a business"), el("p", { class: "quiet" }, REGISTERING), made);
}

async function fill(title, body, given, read) {
  const path = `/businesses/${given.thing}`;
  // By itself, so that what is typed beside it stays.
  const staff = el("div", { class: "part", tabindex: -1 });
  const readStaff = async () => exchange(staff, await staffOf(given, readStaff), staff);
  const [about, record, open, answers, parts] = await Promise.all([
    get(path),
    get(`${path}/record`),
    all(`${path}/wishes`, {}, "features", MOST),
    all(`${path}/wishes/answered`, {}, "features", MOST),
    partsOf(given.thing, path),
    readStaff(),
  ]);
  title.textContent = about.name;
  exchange(
    body,
    [
      about.about ? el("p", { class: "said" }, about.about) : "",
      parts,
      el("p", { class: "about" }, recordOf(record)),
      el("h2", {}, "What people wish for"),
      rows("What people wish for", open, (each) => wish(each, given, read), NONE),
      ...(answers.length ? [el("h2", {}, "What you answered"), rows("What you answered", answers, answer)] : []),
      staff,
      el("p", { class: "quiet" }, el("a", { href: "#business" }, "All you act for")),
    ],
    title,
  );
}

/** Where each part of acting for it is, with how that stands. */
async function partsOf(id, path) {
  const [{ features: offers }, { items: communities }] = await Promise.all([get(`${path}/offers`, { limit: 100 }), get(`${path}/communities`, { limit: 100 })]);
  const said = { "business-offers": countsOf(offers), "business-communities": communitiesInWords(communities) };
  const row = ([view, name, about]) =>
    el("li", {}, el("div", { class: "body" }, el("a", { href: addressOf(view, id) }, name), el("p", { class: "about" }, about), said[view] && el("p", { class: "count some" }, said[view])));
  return el("ul", { class: "list", "aria-label": "What you do for it" }, PARTS.map(row));
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
  const parts = [
    field("What you offer", el("input", { name: "title", required: true, maxlength: 80, autocomplete: "off" })),
    field("More of it", el("textarea", { name: "text", maxlength: 400, rows: 2 })),
    field("Until", el("input", { name: "ends_at", type: "datetime-local", required: true, value: localMinute(new Date(Date.now() + WEEK_MS)) })),
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
