// People: whom I follow, who follows me, my circles, and whom I mute.

import { get, put, remove } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { circles } from "./circles.mjs";
import { entrance } from "./entrance.mjs";
import { field, form, handleInput } from "./forms.mjs";
import { reportButton } from "./report.mjs";

const MOST = 100;
// Where what is muted stands, by its kind.
const PARTS = { person: "people", community: "communities", business: "businesses", topic: "topics" };
const LEAD =
  "Following somebody lets you know no more of them than they let you anyway. Nobody is told whom you mute.";

export function people(given) {
  if (!given.session.open) return entrance(given);
  const title = el("h2", { tabindex: -1 }, "Whom you follow");
  const lists = { follows: card(), followers: card(), mutes: card() };
  const read = () => fill(lists, title, given, read);
  busy(lists.follows, read);
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "People"), el("p", { class: "quiet" }, LEAD)),
    finding(given, read),
    title,
    lists.follows,
    el("h2", {}, "Who follows you"),
    lists.followers,
    el("h2", {}, "Your circles"),
    circles(),
    el("h2", {}, "Whom you mute"),
    lists.mutes,
  );
}

function card() {
  return el("div", { class: "card" });
}

/** Somebody by handle: to follow, or to hear no more of. */
function finding(given, read) {
  const made = form(
    [field("Handle", handleInput(), "As it stands beside their check-ins.")],
    "Follow",
    async (values) => {
      await follow(values.get("handle").trim());
      made.reset();
      await read();
    },
  );
  const silence = async () => {
    if (!made.reportValidity()) return;
    await mute(made.elements.handle.value.trim(), given);
    made.reset();
    await read();
  };
  made.querySelector(".foot").append(action("Mute", { class: "second" }, silence));
  return el("div", { class: "card" }, made);
}

async function fill({ follows, followers, mutes }, title, given, read) {
  const [mine, theirs, muted] = await Promise.all(
    ["follows", "followers", "mutes"].map((each) => get(`/me/${each}`, { limit: MOST })),
  );
  const silenced = new Set(muted.items.filter(({ kind }) => kind === "person").map(({ which }) => which));
  const row = (each, labels) => person(each, labels, given, silenced, read);
  const followed = mine.items.map((each) =>
    row(each, { follows: true, about: each.follows_back && "follows you back" }),
  );
  exchange(follows, [listOf(followed, "Nobody yet.")], title);
  const following = theirs.items.map((each) =>
    row(each, { follows: each.follows_back, about: each.follows_back && "you follow them back" }),
  );
  exchange(followers, [listOf(following, "Nobody yet.")], title);
  exchange(
    mutes,
    [
      listOf(
        muted.items.map((each) => unmuting(each, given, read)),
        "Nobody, and nothing.",
      ),
    ],
    title,
  );
}

function listOf(rows, nobody) {
  return rows.length ? el("ul", { class: "list" }, rows) : el("p", { class: "quiet" }, nobody);
}

function person({ person: { handle } }, { follows, about }, given, silenced, read) {
  const turn = async () => {
    await (follows ? unfollow(handle) : follow(handle));
    await read();
  };
  const silence = async () => {
    await mute(handle, given);
    await read();
  };
  const verb = follows ? "Unfollow" : "Follow";
  return el(
    "li",
    {},
    el("div", { class: "body" }, el("b", {}, handle), about && el("p", { class: "about" }, about)),
    action(verb, { class: "second", "aria-label": `${verb} ${handle}` }, turn),
    reportButton(`Report ${handle}`, [{ label: handle, what: "person", handle }], given),
    !silenced.has(handle) && action("Mute", { class: "second", "aria-label": `Mute ${handle}` }, silence),
  );
}

function unmuting({ kind, which, name }, given, read) {
  const run = async () => {
    await remove(`/me/mutes/${PARTS[kind]}/${encodeURIComponent(which)}`);
    given.surroundings.refresh();
    await read();
  };
  const called = kind === "person" ? which : name;
  return el(
    "li",
    {},
    el("b", {}, called),
    action("Unmute", { class: "second", "aria-label": `Unmute ${called}` }, run),
  );
}

async function follow(handle) {
  const { follows_back } = await put(`/me/follows/${encodeURIComponent(handle)}`);
  notice(follows_back ? `You and ${handle} follow each other.` : `You follow ${handle}.`);
}

async function unfollow(handle) {
  await remove(`/me/follows/${encodeURIComponent(handle)}`);
  notice(`You follow ${handle} no more.`);
}

async function mute(handle, { surroundings }) {
  const { which } = await put(`/me/mutes/people/${encodeURIComponent(handle)}`);
  surroundings.forgetPerson(which);
  notice(`You hear of ${which} no more.`);
}
