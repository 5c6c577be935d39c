// One community: what it is for, belonging to it, and what its members decide.

import { get, put, remove } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { counted, topicName } from "../words.mjs";
import { field, form } from "./forms.mjs";
import { motions } from "./motions.mjs";
import { reportLink } from "./report.mjs";

export const KINDS = { interest: "Interest", goal: "Goal", value: "Value", location: "Neighbourhood" };
const NONE = "No community is named here.";

export function community(given) {
  const title = el("h1", { tabindex: -1 }, "Community");
  const body = el("div", { class: "about-it" });
  const read = () => fill(title, body, given, read);
  if (given.thing) busy(body, read);
  else body.replaceChildren(noCommunity());
  return el("section", {}, el("header", {}, title), body);
}

async function fill(title, body, given, read) {
  const { id, properties } = await get(`/communities/${given.thing}`);
  const mine = given.session.open ? await get("/me/communities") : { features: [] };
  const belongs = mine.features.some((each) => each.id === id);
  const { items: stewards } = await get(`/communities/${id}/stewards`);
  const keepsHouse = stewards.some(({ person }) => person.handle === given.session.person?.handle);
  title.textContent = properties.name;
  body.replaceChildren(
    el("p", { class: "about" }, aboutOf(properties)),
    properties.notice ? el("p", { class: "pinned" }, properties.notice) : "",
    el("p", { class: "said" }, properties.purpose),
    growing(properties),
    belonging(id, properties, belongs, given, read),
    properties.kind !== "location" && !properties.forming ? numbers(id) : "",
    belongs && properties.kind === "goal" ? el("a", { class: "second", href: `#wishes//${id}` }, "What members wish for") : "",
    el("a", { class: "second", href: `#pieces//${id}` }, "What to look for"),
    ...(belongs ? motions(id, properties, given, read) : []),
    ...(stewards.length ? [el("h2", {}, "Who keeps house"), keepers(stewards)] : []),
    keepsHouse ? pinning(id, properties, read) : "",
    given.session.open ? reportLink(`Report ${properties.name}`, [{ label: properties.name, what: "community", id }], given) : "",
    toAll(),
  );
}

/** "Interest · cycling · 12 members", or how far it has grown. */
export function aboutOf({ kind, topics, members, forming }) {
  const grown = forming
    ? `forming: ${forming.joined} of ${forming.grows_at} are there`
    : counted(members, "member", "members");
  return [KINDS[kind], ...topics.map(topicName), grown].join(" · ");
}

/** One community in a list: its name, what it is, what else is `said` of it, and what may be done `beside` it. */
export function communityRow({ id, properties }, said, ...beside) {
  const name = el("a", { href: pageOf(id) }, el("b", {}, properties.name));
  return el("li", {}, el("div", { class: "body" }, name, el("p", { class: "about" }, aboutOf(properties)), ...said), ...beside);
}

/** Where its page is. */
export function pageOf(id) {
  return `#community//${id}`;
}

/** Where another part of it is shown, such as its statistics. */
export function partOf(view, id) {
  return `#${view}//${id}`;
}

/** What to show where an address names none. */
export function noCommunity() {
  return toAll(NONE);
}

function toAll(words) {
  return el("p", { class: "quiet" }, words && `${words} `, el("a", { href: "#communities" }, "All communities"));
}

function numbers(id) {
  const row = (view, name, about) =>
    el("li", {}, el("div", { class: "body" }, el("a", { href: partOf(view, id) }, name), el("p", { class: "about" }, about)));
  return el(
    "ul",
    { class: "list", "aria-label": "What it is like" },
    row("statistics", "In numbers", "Who takes part, in what, when and where; whom it shares members with."),
    row("maturity", "How mature it is", "By which numbers, what to beware of, and how it came there."),
  );
}

function growing({ forming }) {
  if (!forming) return "";
  const still = counted(forming.grows_at - forming.joined, "person more has", "people more have");
  return el(
    "div",
    { class: "card" },
    el("p", {}, `Until ${still} joined, only who has the address of this page finds it. Show it to some.`),
    el("progress", { max: forming.grows_at, value: forming.joined, "aria-label": "How far it has grown" }),
    action("Copy its address", { class: "second" }, async () => {
      await navigator.clipboard.writeText(location.href);
      notice("Copied.");
    }),
  );
}

function belonging(id, { name, kind }, belongs, given, read) {
  if (!given.session.open) return action("Sign up to join", { class: "second strong" }, () => given.go("you"));
  const turn = async () => {
    await (belongs ? remove : put)(`/communities/${id}/membership`);
    notice(belongs ? `You left ${name}.` : `You belong to ${name}.`);
    given.surroundings.refresh();
    await read();
  };
  const label = belongs ? "Leave" : kind === "location" ? "I belong here" : "Join";
  return action(label, { class: belongs ? "second" : "second strong" }, turn);
}

function keepers(stewards) {
  return el(
    "ul",
    { class: "list" },
    stewards.map(({ person }) => el("li", {}, el("b", {}, person.handle))),
  );
}

function pinning(id, properties, read) {
  const words = el("textarea", { name: "notice", maxlength: 280, rows: 2 }, properties.notice);
  const made = form([field("Notice", words, "What members read first. Empty takes it down.")], "Pin it", async (values) => {
    await put(`/communities/${id}/notice`, { notice: values.get("notice").trim() });
    await read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Keep house"), made);
}
