// Who I am here, where I am as far as known, and the way out.

import { file, get, post, put, remove } from "../api.mjs";
import { action, busy, el, keep, notice } from "../dom.mjs";
import { hasPasskeys, makePasskey } from "../passkeys.mjs";
import { ago, unslugged, until } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { field, form, password } from "./forms.mjs";

const ALL = "Everything that Hereabouts keeps of you, as one file that explains itself.";
const GONE =
  "Everything of yours is erased at once and cannot be brought back: your name, your check-ins, where you were, what " +
  "you joined, your inbox. Whoever saw a check-in is told to forget it. You get a signed receipt.";

const PARTS = [
  ["trust", "My trust contract", "What you let whom know: of what you say here, and of your tag."],
  ["quiet-places", "Quiet places", "Where nobody may know anything of you, such as home."],
  ["tag", "My tag", "The code that readers of businesses read, and what they learnt."],
  ["people", "People", "Whom you follow, your circles, and whom you mute."],
  ["business", "Businesses", "What people wish for, if you act for a business, and answering it."],
  ["reports", "Reports", "What you reported, what became of it, and what of yours is hidden."],
];

export function you(given) {
  const { session } = given;
  if (!session.open) return entrance(given);
  const name = session.person?.name || session.person?.handle || "You";
  const handle = session.person && el("p", { class: "quiet" }, `@${session.person.handle}`);
  const presence = el("div", { class: "card" });
  busy(presence, () => fill(presence, given));
  const blocked = el("div", { class: "card" });
  busy(blocked, () => list(blocked, given));
  const elsewhere = el("div", { class: "card" });
  busy(elsewhere, () => sessions(elsewhere));
  const keys = el("div", { class: "card" });
  busy(keys, () => passkeys(keys));
  const reached = el("div", { class: "card" });
  busy(reached, () => address(reached));
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, name), handle),
    el("h2", {}, "Where you are"),
    presence,
    el("h2", {}, "What is yours"),
    el("ul", { class: "list" }, PARTS.map(part)),
    el("h2", {}, "This browser"),
    el(
      "div",
      { class: "card" },
      el("p", {}, "You stay signed in here until you sign out."),
      action("Sign out", { class: "second" }, () => session.signOut()),
    ),
    el("h2", {}, "Elsewhere"),
    elsewhere,
    el("h2", {}, "Whom you block"),
    blocked,
    el("h2", {}, "Should you forget your password"),
    reached,
    el("h2", {}, "Your password"),
    el("div", { class: "card" }, anotherPassword()),
    el("h2", {}, "Your passkeys"),
    keys,
    el("h2", {}, "What is kept of you"),
    el("div", { class: "card" }, el("p", {}, ALL), takeAlong(session)),
    el("h2", {}, "Leave for good"),
    el("div", { class: "card" }, el("p", {}, GONE), leaveForGood(given)),
  );
}

function part([view, name, about]) {
  return el(
    "li",
    {},
    el("div", { class: "body" }, el("a", { href: `#${view}` }, name), el("p", { class: "about" }, about)),
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
    const undo = action("Unblock", { class: "second", "aria-label": `Unblock ${handle}` }, () =>
      unblock(handle),
    );
    return el("li", {}, el("b", {}, handle), undo);
  });
  const nobody = "Nobody. Beside each check-in of another there is a button for it.";
  card.replaceChildren(rows.length ? el("ul", { class: "list" }, rows) : el("p", { class: "quiet" }, nobody));
}

/** Devices and programs, each with what it is for where that is not everything. */
async function sessions(card) {
  const { items } = await get("/me/sessions");
  const rows = items.filter((each) => !each.this_one).map(({ id, device, scopes }) => {
    const end = async () => {
      await remove(`/me/sessions/${id}`);
      await sessions(card);
    };
    const undo = action("End", { class: "second", "aria-label": `End ${device}` }, end);
    return el("li", {}, el("b", {}, device), scopes ? `for ${scopes.join(", ")}` : "for everything", undo);
  });
  const nowhere = "You are signed in here only, and no program acts for you.";
  card.replaceChildren(rows.length ? el("ul", { class: "list" }, rows) : el("p", { class: "quiet" }, nowhere));
}

async function address(card) {
  const { email, waiting } = await get("/me/email");
  const known = email ? `Letters reach you at ${email}.` : "You could not get back in: no letter reaches you yet.";
  const asked = waiting && el("p", {}, `A letter is on its way to ${waiting}: open its link, and that is your address.`);
  const typed = el("input", { name: "email", type: "email", required: true, maxlength: 254, autocomplete: "email" });
  const fields = [field("E-mail address", typed), field("Password, to give an address", password("password", true))];
  const made = form(fields, email ? "Take another address" : "Send me a letter", async (values) => {
    await put("/me/email", Object.fromEntries(values));
    made.reset();
    notice("A letter is on its way. Open its link, and you can get back in by that address.");
  });
  card.replaceChildren(el("p", {}, known), ...(asked ? [asked] : []), made);
}

async function passkeys(card) {
  const { items } = await get("/me/passkeys");
  const rows = items.map(({ id, name, last_used: used }) => {
    const take = async () => {
      await remove(`/me/passkeys/${id}`);
      await passkeys(card);
    };
    const undo = action("Remove", { class: "second", "aria-label": `Remove ${name}` }, take);
    return el("li", {}, el("b", {}, name), used ? `last used ${ago(used)}` : "not used yet", undo);
  });
  const why = "With a passkey you sign in by your finger, face or the lock of your device, and nobody can steal it by a false page.";
  card.replaceChildren(
    rows.length ? el("ul", { class: "list" }, rows) : el("p", { class: "quiet" }, why),
    hasPasskeys() ? newPasskey(card) : el("p", { class: "quiet" }, "This browser has none, or not for this address."),
  );
}

function newPasskey(card) {
  const called = el("input", { name: "name", required: true, maxlength: 60, value: "this device" });
  const fields = [field("What to call it", called), field("Password, to make a passkey", password("password", true))];
  return form(fields, "Make a passkey", async (values) => {
    await makePasskey(Object.fromEntries(values));
    notice("Made. Next time you need no password here.");
    await passkeys(card);
  });
}

function anotherPassword() {
  const fields = [
    field("As it is", password("current", true)),
    field(
      "As it shall be",
      password("password", false),
      "At least 8 characters. All your other devices are signed out.",
    ),
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
  return form(
    [field("Your password", password("password", true))],
    "Erase everything of mine",
    async (values) => {
      if (!confirm("Erase everything of yours, for good?")) return;
      const receipt = JSON.stringify(await session.erase(Object.fromEntries(values)), null, 2);
      keep("receipt.json", new Blob([receipt], { type: "application/json" }));
      notice("You are gone from here. Your receipt is among your downloads.");
    },
  );
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
