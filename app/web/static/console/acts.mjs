// Who did what in the name of a business, newest first: nobody takes an act back.

import { el } from "../dom.mjs";
import { titled } from "../words.mjs";
import { addressOf, consolePage, parted } from "./page.mjs";

const LEAD = "Everything that is done in its name has a name on it. Only those who act for it read this, and nobody takes anything back.";
const NONE = "Nothing was done yet.";
const SOMEBODY = "Somebody who left";
const DID = {
  registered: "registered the business",
  invited: "invited",
  "withdrew-invitation": "withdrew the invitation of",
  joined: "joined those who act for it",
  "changed-role": "gave another role to",
  removed: "removed",
  left: "left",
  "added-reader": "added a reader",
  "changed-reader": "changed a reader",
  "ended-reader": "ended a reader",
  "made-offer": "made an offer",
  "changed-offer": "changed a draft",
  "published-offer": "published an offer",
  "paused-offer": "paused an offer",
  "resumed-offer": "resumed an offer",
  "withdrew-offer": "ended an offer",
  "answered-wish": "answered a wish",
  "made-event": "announced an event",
  "changed-event": "changed an event",
  "cancelled-event": "called off an event",
  "added-place": "added a place",
  "changed-place": "changed a place",
  "removed-place": "removed a place",
  "verified-place": "verified a place",
  "changed-topics": "changed what it stands for",
  "rolled-back": "took a redemption back",
  "opened-reader": "opened a reader",
  "closed-reader": "closed a reader",
  "asked-community": "asked a community to be welcome",
  "left-community": "left a community",
  posted: "posted",
  "took-back-post": "took a post back",
  "wrote-piece": "wrote a piece",
  "changed-piece": "changed a piece",
  "took-back-piece": "took a piece back",
  "added-webhook": "added a webhook",
  "changed-webhook": "changed a webhook",
  "renewed-secret": "renewed the secret of a webhook",
  "tested-webhook": "tried a webhook",
  "replayed-webhook": "had a webhook told again",
  "removed-webhook": "removed a webhook",
};
const when = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export function businessActs(given) {
  return consolePage(given, "Who did what", async ({ path, business }) => {
    const list = parted("Who did what, newest first", `${path}/acts`, "items", (each) => row(each, business.id), NONE);
    await list.read();
    return [el("p", { class: "quiet" }, LEAD), list.element];
  });
}

function row({ at, by, kind, about, whom }, business) {
  const did = DID[kind] ?? titled(kind).toLowerCase();
  const offer = kind.endsWith("-offer") && about;
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el(
        "p",
        {},
        el("b", {}, by?.handle ?? SOMEBODY),
        " ",
        offer ? el("a", { href: addressOf("business-offer", business, about) }, did) : did,
        whom && " ",
        whom && el("b", {}, whom.handle),
      ),
      el("time", { datetime: at }, when.format(Date.parse(at))),
    ),
  );
}
