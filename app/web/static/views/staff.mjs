// Who acts for a business: who is on its staff, inviting, leaving; and the businesses to which I am invited.

import { get, post, put, remove } from "../api.mjs";
import { action, el, notice } from "../dom.mjs";
import { until } from "../words.mjs";
import { choice, field, form, handleInput } from "./forms.mjs";

const ROLES = { owner: "Owner", staff: "Staff" };
const KINDS = { staff: "As staff", owner: "As an owner, who may invite others, too" };

/** What a page about a business says of its staff. */
export async function staffOf({ thing, session }, reread) {
  const path = `/businesses/${thing}`;
  const [{ items }, { items: invited }] = await Promise.all([get(`${path}/staff`), get(`${path}/invitations`)]);
  const me = session.person?.handle;
  const owns = items.some(({ person, role }) => person.handle === me && role === "owner");
  const rows = items.map((each) => member(each, path, me, owns, reread));
  return [
    el("h2", {}, "Who acts for it"),
    el("ul", { class: "list", "aria-label": "Who acts for it", tabindex: -1 }, rows, invited.map((each) => waiting(each, path, owns, reread))),
    owns && inviting(path, reread),
  ].filter(Boolean);
}

function member({ person: { handle }, role }, path, me, owns, reread) {
  const theirs = `${path}/staff/${encodeURIComponent(handle)}`;
  const becomes = role === "owner" ? "staff" : "owner";
  const change = async () => {
    await put(`${theirs}/role`, { role: becomes });
    await reread();
  };
  const leave = async () => {
    if (!confirm("Leave? You act for it again only if an owner invites you.")) return;
    await remove(theirs);
    location.hash = "#business";
  };
  const dismiss = async () => {
    await remove(theirs);
    notice(`${handle} does not act for it any more.`);
    await reread();
  };
  const label = becomes === "owner" ? "Make an owner" : "Make staff";
  const done = [
    owns && action(label, { class: "second", "aria-label": `${label}: ${handle}` }, change),
    handle === me && action("Leave", { class: "second" }, leave),
    owns && handle !== me && action("Remove", { class: "second", "aria-label": `Remove ${handle}` }, dismiss),
  ];
  return line(handle, ROLES[role], done);
}

function waiting({ person: { handle }, expires_at }, path, owns, reread) {
  const withdraw = async () => {
    await remove(`${path}/invitations/${encodeURIComponent(handle)}`);
    await reread();
  };
  const done = [owns && action("Withdraw", { class: "second", "aria-label": `Withdraw the invitation of ${handle}` }, withdraw)];
  return line(handle, `Invited, until ${until(expires_at)}`, done);
}

function inviting(path, reread) {
  const parts = [field("Handle", handleInput()), field("To act for it", choice("role", KINDS))];
  const made = form(parts, "Invite", async (values) => {
    await post(`${path}/invitations`, { handle: values.get("handle").trim(), role: values.get("role") });
    notice("Invited. They say whether they will.");
    await reread();
  });
  return el("details", { class: "card" }, el("summary", {}, "Invite somebody"), made);
}

/** The businesses that would have me on their staff; nothing where there are none. */
export async function invitations(reread) {
  const { items } = await get("/me/invitations");
  const rows = items.map((each) => invitation(each, reread));
  return rows.length ? [el("h2", {}, "You are invited"), el("ul", { class: "list", "aria-label": "You are invited", tabindex: -1 }, rows)] : [];
}

function invitation({ business: { id, name }, role, invited_by, expires_at }, reread) {
  const join = async () => {
    await put(`/me/invitations/${id}/acceptance`);
    notice(`You act for ${name} now.`);
    await reread();
  };
  const decline = async () => {
    await remove(`/me/invitations/${id}`);
    await reread();
  };
  const said = [ROLES[role], invited_by && `by ${invited_by.handle}`, `until ${until(expires_at)}`].filter(Boolean).join(" · ");
  return line(name, said, [
    action("Join", { class: "main", "aria-label": `Join ${name}` }, join),
    action("Decline", { class: "second", "aria-label": `Decline ${name}` }, decline),
  ]);
}

function line(name, about, done) {
  return el("li", {}, el("div", { class: "body" }, el("b", {}, name), el("p", { class: "about" }, about), el("div", { class: "votes" }, done)));
}
