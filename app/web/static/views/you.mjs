// Who I am here, where I am as far as known, and the way out.

import { file, get, post, put, remove } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { unslugged, until } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { field, form, password } from "./forms.mjs";

const ALL = "Everything that Hereabouts keeps of you, as one file that explains itself.";
const GONE =
  "Everything of yours is erased at once and cannot be brought back: your name, your check-ins, where you were, what " +
  "you joined, your inbox. Whoever saw a check-in is told to forget it. You get a signed receipt.";

export function you(given) {
  const { session } = given;
  if (!session.open) return entrance(given);
  const name = session.person?.name || session.person?.handle || "You";
  const handle = session.person && el("p", { class: "quiet" }, `@${session.person.handle}`);
  const presence = el("div", { class: "card" });
  busy(presence, () => fill(presence, given));
  const blocked = el("div", { class: "card" });
  busy(blocked, () => list(blocked, given));
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, name), handle),
    el("h2", {}, "Where you are"),
    presence,
    el("h2", {}, "This browser"),
    el(
      "div",
      { class: "card" },
      el("p", {}, "You stay signed in here until you sign out."),
      action("Sign out", { class: "second" }, () => session.signOut()),
    ),
    el("h2", {}, "Whom you block"),
    blocked,
    el("h2", {}, "Your password"),
    el("div", { class: "card" }, anotherPassword()),
    el("h2", {}, "What is kept of you"),
    el("div", { class: "card" }, el("p", {}, ALL), takeAlong(session)),
    el("h2", {}, "Leave for good"),
    el("div", { class: "card" }, el("p", {}, GONE), leaveForGood(given)),
  );
}

async function list(card, given) {
  const { items } = await get("/me/blocks", { limit: 100 });
  const unblock = async (handle) => {
    await remove(`/me/blocks/${handle}`);
    given.surroundings.refresh();
    await list(card, given);
  };
  const rows = items.map(({ person: { handle } }) => {
    const undo = action("Unblock", { class: "second", "aria-label": `Unblock ${handle}` }, () => unblock(handle));
    return el("li", {}, el("b", {}, handle), undo);
  });
  const nobody = "Nobody. Beside each check-in of another there is a button for it.";
  card.replaceChildren(rows.length ? el("ul", { class: "list" }, rows) : el("p", { class: "quiet" }, nobody));
}

function anotherPassword() {
  const fields = [
    field("As it is", password("current", true)),
    field("As it shall be", password("password", false), "At least 8 characters. All your other devices are signed out."),
  ];
  const made = form(fields, "Change it", async (values) => {
    await put("/me/password", Object.fromEntries(values));
    made.reset();
    notice("Changed. Everywhere but here you are signed out.");
  });
  return made;
}

function takeAlong(session) {
  const take = async () => keep(`hereabouts-${session.person.handle}.zip`, await file("/me/export"));
  return action("Take it along", { class: "second" }, take);
}

function leaveForGood({ session }) {
  return form([field("Your password", password("password", true))], "Erase everything of mine", async (values) => {
    if (!confirm("Erase everything of yours, for good?")) return;
    const receipt = JSON.stringify(await session.erase(Object.fromEntries(values)), null, 2);
    keep("receipt.json", new Blob([receipt], { type: "application/json" }));
    notice("You are gone from here. Your receipt is among your downloads.");
  });
}

/** Give the browser a file to keep. */
function keep(name, content) {
  const link = el("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function fill(card, given) {
  const known = await get("/me/presence");
  card.replaceChildren(...(known.position ? somewhere(known, card, given) : nowhere(given)));
}

function nowhere({ go }) {
  const checkIn = el("button", { type: "button", class: "main", onclick: () => go("check-in") }, "Check in");
  return [el("p", {}, "Nowhere, as far as Hereabouts knows."), checkIn];
}

function somewhere({ activity, until: end, memberships }, card, given) {
  const checkOut = async () => {
    await post("/me/check-out");
    notice("Checked out. You are nowhere now.");
    await Promise.all([fill(card, given), given.readMine()]);
  };
  const doing = activity ? `Checked in, ${unslugged(activity)},` : "Checked in";
  const names = memberships.map((each) => el("li", {}, el("b", {}, each.name), `until ${until(each.until)}`));
  return [
    el("p", {}, `${doing} until ${until(end)} at most.`),
    names.length
      ? el("ul", { class: "list" }, names)
      : el("p", { class: "quiet" }, "No neighbourhood is drawn here."),
    action("Check out", { class: "main" }, checkOut),
  ];
}
