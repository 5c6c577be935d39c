// The inbox: offers that reached me through my communities, each with the reason; and whether any may.

import { get, put, remove } from "../api.mjs";
import { busy, el, listen, notice } from "../dom.mjs";
import { entrance } from "./entrance.mjs";
import { InboxOffer } from "./inbox-offer.mjs";
import { redeemedBefore } from "./redeemed.mjs";
import { withheld } from "./withheld.mjs";

const PROMISE =
  "An offer reaches you only where you are, through a community you joined, for a topic you share with it, " +
  "at most one an hour and three a day; switch it off and your inbox is emptied.";

export function offers(given) {
  if (!given.session.open) return entrance(given, "Sign up for offers");
  const consent = el("input", {
    type: "checkbox",
    role: "switch",
    id: "consent",
    disabled: true,
    "aria-describedby": "promise",
  });
  const inbox = el("ul", { class: "feed offers", "aria-label": "Offers, newest first", tabindex: -1 });
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
  return el("section", {}, title, permission, inbox, nothing, withheld(), redeemedBefore());
}

function bring(given, consent, inbox, nothing) {
  const { live, signal } = given;
  const shown = new Map();
  const tidy = () => nothing.replaceChildren(...(inbox.children.length ? [] : emptiness(consent.checked)));
  const drop = (offer) => {
    const gone = shown.get(offer);
    shown.delete(offer);
    gone?.leave(inbox);
    tidy();
  };
  /** What is there already stays, with what is typed in it. */
  const take = (delivery) => {
    const known = shown.get(delivery.offer_id);
    known?.stand(delivery);
    const one = known ?? new InboxOffer(delivery, { ...given, reread: read, drop });
    shown.set(delivery.offer_id, one);
    return one.element;
  };
  const read = async () => {
    const [allowed, found] = await Promise.all([
      get("/me/consents/offers"),
      get("/me/offers", { limit: 50 }),
    ]);
    consent.checked = allowed.given;
    consent.disabled = false;
    const here = new Set(found.items.map(({ offer_id }) => offer_id));
    for (const offer of [...shown.keys()]) if (!here.has(offer)) drop(offer);
    for (const [place, each] of found.items.entries()) {
      const element = take(each);
      // To move what stands right would take the focus from it.
      if (inbox.children[place] !== element) inbox.insertBefore(element, inbox.children[place] ?? null);
    }
    tidy();
  };
  const decide = async () => {
    await (consent.checked ? put : remove)("/me/consents/offers").catch((problem) => notice(problem.message));
    await read();
  };
  consent.addEventListener("change", () => busy(consent, decide));
  listen(live, signal, {
    offer: ({ detail }) => (inbox.prepend(take(detail)), tidy()),
    offer_withdrawn: ({ detail }) => drop(detail.offer_id),
  });
  signal.addEventListener("abort", () => shown.forEach((each) => each.end()));
  busy(consent, read);
}

function emptiness(allowed) {
  const [what, more] = allowed
    ? ["Nothing yet.", "Join a community and check in: what fits both finds its way here."]
    : ["No offer reaches you.", "That is how it starts, and how it stays until you say otherwise."];
  return [el("p", {}, el("b", {}, what)), el("p", {}, more)];
}
