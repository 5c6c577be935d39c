// What was written for a community, and one piece of it: reading, saying what it is worth, and changing one's own.

import { all, get, patch, put, remove } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { markup } from "../markup.mjs";
import { ago, counted, topicName } from "../words.mjs";
import { noCommunity, pageOf } from "./community.mjs";
import { choice, field } from "./forms.mjs";
import { changing, writing } from "./piece-form.mjs";
import { reportLink } from "./report.mjs";

const LEAD = "What to look for, before anybody says what to buy. Everybody may read it.";
const NONE = "Nobody has written anything yet.";
const SORTS = { newest: "Newest first", useful: "Most useful first" };
const OPINIONS = { useful: "Useful", noise: "Noise" };
const MOST = 300;

export function pieces(given) {
  const title = el("h1", { tabindex: -1 }, "What to look for");
  const body = el("div", { class: "about-it" });
  const sort = choice("sort", SORTS);
  const read = () => fill(title, body, sort, given, read);
  sort.addEventListener("change", () => busy(body, read));
  if (given.thing) busy(body, read);
  else body.replaceChildren(noCommunity());
  return el("section", {}, el("header", {}, title, el("p", { class: "quiet" }, LEAD)), body);
}

async function fill(title, body, sort, given, read) {
  const { id, properties } = await get(`/communities/${given.thing}`);
  const found = await all(`/communities/${id}/pieces`, { sort: sort.value }, "items", MOST);
  const authors = given.session.open ? await whoIMayBe(id) : [];
  title.textContent = `What to look for: ${properties.name}`;
  exchange(
    body,
    [
      field("Order", sort),
      el("ul", { class: "list", "aria-label": "What was written" }, found.length ? found.map(row) : el("li", { class: "nothing" }, NONE)),
      authors.length && properties.topics.length ? writing(id, properties, authors, read) : "",
      el("p", { class: "quiet" }, el("a", { href: pageOf(id) }, properties.name)),
    ],
    title,
  );
}

/** As whom I may write: as a member, and for each business I act for; whether that is welcome the server knows. */
async function whoIMayBe(community) {
  const [mine, businesses] = await Promise.all([get("/me/communities"), get("/me/businesses")]);
  const member = mine.features.some(({ id }) => id === community) ? [["", "Myself, as a member"]] : [];
  return [...member, ...businesses.items.map(({ id, name }) => [id, name])];
}

function row({ id, title, excerpt, language, is_hidden, ...about }) {
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("a", { href: `#piece//${id}`, lang: language }, el("b", {}, title)),
      el("p", { class: "about" }, aboutOf(about)),
      el("p", { class: "said", lang: language }, excerpt),
      is_hidden && el("p", { class: "about" }, "Hidden by a moderator from everybody but you."),
    ),
  );
}

/** Those that an offer links to, or nothing where it links to none. */
export function linked(pieces) {
  if (!pieces?.length) return null;
  const one = ({ id, title, language, by }) => el("li", {}, el("a", { href: `#piece//${id}`, lang: language }, title), el("span", { class: "about" }, ` by ${by.name}`));
  return el("div", { class: "linked" }, el("b", {}, "What to look for"), el("ul", {}, pieces.map(one)));
}

/** "by ana, a member · 3 days ago · hiking · about 10 call it useful". */
function aboutOf({ by, topics, created_at, useful, noise }) {
  const author = by.kind === "business" ? `by ${by.name}, a business` : `by ${by.name}, a member`;
  return [author, ago(created_at), ...topics.map(topicName), worth(useful, noise)].filter(Boolean).join(" · ");
}

function worth(useful, noise) {
  const said = [useful && `${useful} or more call it useful`, noise && `${noise} or more call it noise`];
  return said.filter(Boolean).join(", ");
}

export function piece(given) {
  const title = el("h1", { tabindex: -1 }, "What to look for");
  const body = el("div", { class: "about-it" });
  const read = () => show(title, body, given, read);
  if (given.thing) busy(body, read);
  else body.replaceChildren(noCommunity());
  return el("section", {}, el("header", {}, title), body);
}

async function show(title, body, given, read) {
  const found = await get(`/pieces/${given.thing}`);
  const { id, community, community_id, html, language, revision, changed_at, is_mine, is_hidden, may_say, my_opinion, written_by } = found;
  title.textContent = found.title;
  title.lang = language;
  exchange(
    body,
    [
      el("p", { class: "about" }, aboutOf(found)),
      revision ? el("p", { class: "about" }, `Changed ${counted(revision, "time", "times")}, last ${ago(changed_at)}`) : "",
      written_by ? el("p", { class: "about" }, `Written down by ${written_by}, which only your staff see`) : "",
      is_hidden ? el("p", { class: "pinned" }, "A moderator hid this from everybody but you. You may object under “You”, “Reports”.") : "",
      el("article", { class: "markup", lang: language }, markup(html)),
      may_say ? judging(id, my_opinion, read) : "",
      is_mine ? changing(found, async (changes) => {
        await patch(`/pieces/${id}`, changes);
        notice("It is changed, and says so.");
        await read();
      }) : "",
      is_mine ? action("Take it back", { class: "second" }, async () => {
        await remove(`/pieces/${id}`);
        notice("It is gone.");
        given.go(`pieces//${community_id}`);
      }) : "",
      given.session.open && !is_mine ? reportLink("Report this", [{ label: found.title, what: "piece", id }], given) : "",
      el("p", { class: "quiet" }, "For ", el("a", { href: `#pieces//${community_id}` }, community)),
    ],
    title,
  );
}

/** Two buttons, of which the pressed one is what I said; pressed again it is said no more. */
function judging(id, opinion, reread) {
  const path = `/pieces/${id}/opinion`;
  const buttons = Object.entries(OPINIONS).map(([said, label]) =>
    action(label, { class: "second", "aria-pressed": String(said === opinion) }, async () => {
      await (said === opinion ? remove(path) : put(path, { opinion: said }));
      notice("Nobody learns what you said.");
      await reread();
    }),
  );
  return el("div", { class: "votes", role: "group", "aria-label": "What do you say of it?" }, ...buttons);
}
