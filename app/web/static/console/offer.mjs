// One offer of a business I act for: a draft to be changed and published; what was published, and what can be done with it.

import { get, post, put, remove } from "../api.mjs";
import { action, el, notice } from "../dom.mjs";
import { form, sending } from "../views/forms.mjs";
import { facts } from "./facts.mjs";
import { alike, NOTHING_YET, offerFields, SLUGS } from "./offer-form.mjs";
import { stateBadge } from "./offers.mjs";
import { addressOf, consolePage } from "./page.mjs";
import { reachCard } from "./reach.mjs";
import { returned } from "./return.mjs";

const DAY_MS = 86_400_000;
const LONGEST_MS = 90 * DAY_MS;
const FOREVER = "Publish it? What is published stays as it is: people decide by what it says.";
const UNCHANGED = "What was published is changed no more, as people decided by what it said. To say something else, end it and make another one.";
const STANDS = {
  scheduled: "It is published, and begins by itself.",
  live: "It reaches people who are there, through communities that share its topics.",
  paused: "It reaches nobody more. Whoever has it keeps it.",
  ended: "It has left every inbox, and reaches nobody.",
};
const ENDS = "End it? It leaves every inbox, and does not come back.";

export function businessOffer(given) {
  given.signal.addEventListener("abort", () => given.map.showSite(null));
  const back = ["business-offers", "Offers"];
  return consolePage(given, "An offer", (it) => (it.about ? one(given, it) : fresh(given, it)), back);
}

async function fresh(given, { path, business, title }) {
  title.textContent = "Make an offer";
  const { parts, said } = offerFields(given, path, NOTHING_YET);
  const made = form(parts, "Keep as a draft", async () => {
    const { id } = await post(`${path}/offers`, { ...said(), draft: true });
    notice("Kept. Only those who act for the business see it until you publish it.");
    given.go(addressOf("business-offer", business.id, id).slice(1));
  }, SLUGS);
  return [el("p", { class: "quiet" }, "It begins as a draft, which only those who act for the business see."), made, reaching(path, made, said)];
}

async function one(given, it) {
  const found = await get(`/offers/${it.about}`);
  it.title.textContent = found.properties.title;
  if (found.properties.language) it.title.lang = found.properties.language;
  return found.properties.state === "draft" ? draft(given, it, found) : published(given, it, found);
}

function draft(given, it, { properties, geometry }) {
  const { path, business, about, title } = it;
  const { parts, said } = offerFields(given, path, properties, geometry);
  const save = async () => {
    const changed = await put(`/offers/${about}`, said());
    title.textContent = changed.properties.title;
  };
  const made = form(parts, "Keep it so", async () => {
    await save();
    notice("Kept.");
  }, SLUGS);
  // What was typed is what is published: it is kept first.
  const publish = async () => {
    if (!made.reportValidity()) return;
    const done = await sending(made, async () => {
      await save();
      if (!confirm(FOREVER)) return;
      await put(`/offers/${about}/publication`);
      notice("It is published.");
      await it.again();
    }, SLUGS);
    if (!done) made.scrollIntoView({ block: "nearest" });
  };
  const drop = async () => {
    if (!confirm("Throw this draft away?")) return;
    await remove(`/offers/${about}`);
    notice("The draft is gone.");
    given.go(addressOf("business-offers", business.id).slice(1));
  };
  const publishing = el(
    "div",
    { class: "card" },
    el("p", {}, "What is published stays as it is, for people decide by what it says. It can be paused, and ended."),
    el("div", { class: "votes" }, action("Publish it", { class: "main" }, publish), action("Throw it away", { class: "second" }, drop)),
  );
  return [el("p", { class: "standing" }, stateBadge("draft"), "Only those who act for the business see it."), made, reaching(path, made, said), el("h2", {}, "Publish"), publishing];
}

/** The same that would be made, only asked about; what is wrong with it stands at its field. */
function reaching(path, made, said) {
  return reachCard(async () => {
    let found = null;
    if (made.reportValidity()) await sending(made, async () => (found = await post(`${path}/offers/reach`, said())), SLUGS);
    return found;
  });
}

function published(given, it, { properties, geometry }) {
  given.map.showSite(geometry);
  given.map.fit([geometry], 15);
  const { state, text, language } = properties;
  return [
    el("p", { class: "standing" }, stateBadge(state), STANDS[state]),
    text && el("p", { class: "said", lang: language }, text),
    ...facts(properties),
    el("div", { class: "votes" }, ...acts(given, it, properties, geometry)),
    el("p", { class: "quiet" }, UNCHANGED),
    state === "scheduled" ? null : returned(it.about),
  ];
}

function acts(given, it, properties, geometry) {
  const { state } = properties;
  const path = `/offers/${it.about}`;
  const turn = (run, said) => async () => {
    await run();
    notice(said);
    await it.again();
  };
  const end = async () => {
    if (!confirm(ENDS)) return;
    await turn(() => remove(path), "It has ended.")();
  };
  return [
    ["live", "scheduled"].includes(state) && action("Pause it", { class: "second" }, turn(() => put(`${path}/pause`), "It is paused.")),
    state === "paused" && action("Resume it", { class: "second strong" }, turn(() => remove(`${path}/pause`), "It reaches people again.")),
    state !== "ended" && action("End it", { class: "second" }, end),
    action("Make a draft like it", { class: "second" }, () => another(given, it, properties, geometry)),
  ].filter(Boolean);
}

/** A draft that says the same, for as long, from now on; at the same places, where these are all there. */
async function another(given, { path, business }, is, area) {
  const { title, text, topics, activities, hours, time_zone, quantity, per_person } = is;
  const lasts = Math.min(LONGEST_MS, Math.max(DAY_MS, Date.parse(is.ends_at) - Date.parse(is.starts_at)));
  const ends_at = new Date(Date.now() + lasts - 60_000).toISOString();
  const { features } = is.places.length ? await get(`${path}/places`) : { features: [] };
  const places = is.places.map(({ id }) => id);
  const where = places.length && places.every((id) => features.some((each) => each.id === id)) ? { places } : { area };
  const said = { ...alike(is), title, text, topics, activities, hours, ...(time_zone && { time_zone }), quantity, per_person, ...where, ends_at, draft: true };
  const { id } = await post(`${path}/offers`, said);
  notice("A draft like it is made.");
  given.go(addressOf("business-offer", business.id, id).slice(1));
}
