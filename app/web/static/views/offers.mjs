// The inbox: offers that reached me through my communities, each with the reason; and whether any may.

import { get, put, remove } from "../api.mjs";
import { action, busy, el, icon, listen, notice } from "../dom.mjs";
import { until } from "../words.mjs";
import { entrance } from "./entrance.mjs";

const PROMISE =
  "An offer reaches you only where you are, through a community you joined, for a topic you share with it, " +
  "at most one an hour and three a day; switch it off and your inbox is emptied.";

const OPINIONS = { useful: "Useful", noise: "Noise" };

export function offers(given) {
  if (!given.session.open) return entrance(given, "Sign up for offers");
  const consent = el("input", {
    type: "checkbox",
    role: "switch",
    id: "consent",
    disabled: true,
    "aria-describedby": "promise",
  });
  const inbox = el("ul", { class: "feed offers", "aria-label": "Offers, newest first" });
  const nothing = el("div", { class: "nothing" });
  bring(given, consent, inbox, nothing);
  const label = el("label", { for: "consent" }, el("b", {}, "Let offers reach me"), consent);
  const permission = el(
    "div",
    { class: "card consent" },
    label,
    el("p", { id: "promise", class: "quiet" }, PROMISE),
  );
  const title = el("header", {}, el("h1", { tabindex: -1 }, "Offers"));
  return el("section", {}, title, permission, inbox, nothing);
}

function bring({ live, signal }, consent, inbox, nothing) {
  const tidy = () => nothing.replaceChildren(...(inbox.children.length ? [] : emptiness(consent.checked)));
  const read = async () => {
    const [allowed, found] = await Promise.all([
      get("/me/consents/offers"),
      get("/me/offers", { limit: 50 }),
    ]);
    consent.checked = allowed.given;
    consent.disabled = false;
    inbox.replaceChildren(...found.items.map(item));
    tidy();
  };
  const decide = async () => {
    await (consent.checked ? put : remove)("/me/consents/offers").catch((problem) => notice(problem.message));
    await read();
  };
  consent.addEventListener("change", () => busy(consent, decide));
  listen(live, signal, {
    offer: ({ detail }) => (inbox.prepend(item(detail)), tidy()),
    offer_withdrawn: ({ detail }) => {
      inbox.querySelector(`[data-offer="${CSS.escape(detail.offer_id)}"]`)?.remove();
      tidy();
    },
  });
  busy(consent, read);
}

function item({ offer_id, business, title, text, ends_at, why, opinion }) {
  const end = el("time", { datetime: ends_at }, `until ${until(ends_at)}`);
  return el(
    "li",
    { "data-offer": offer_id },
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, business), end),
      el("h2", {}, title),
      text && el("p", { class: "said" }, text),
      el("p", { class: "why" }, icon("why"), el("span", {}, el("b", {}, "Why you: "), why.sentence)),
      judging(offer_id, opinion),
    ),
  );
}

/** Two buttons, of which the pressed one is what I said; pressed again it is said no more. */
function judging(offer, opinion) {
  const path = `/me/offers/${offer}/opinion`;
  const buttons = Object.entries(OPINIONS).map(([said, words]) => {
    const say = async () => {
      const again = button.getAttribute("aria-pressed") === "true";
      await (again ? remove(path) : put(path, { opinion: said }));
      for (const each of buttons) each.setAttribute("aria-pressed", each === button && !again);
    };
    const button = action(words, { class: "second", "aria-pressed": said === opinion }, say);
    return button;
  });
  return el("div", { class: "votes", role: "group", "aria-label": "What do you say of it?" }, ...buttons);
}

function emptiness(allowed) {
  const [what, more] = allowed
    ? ["Nothing yet.", "Join a community and check in: what fits both finds its way here."]
    : ["No offer reaches you.", "That is how it starts, and how it stays until you say otherwise."];
  return [el("p", {}, el("b", {}, what)), el("p", {}, more)];
}
