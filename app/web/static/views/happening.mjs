// What happens at an event: who is there now, as figures, and its story.

import { get } from "../api.mjs";
import { busy, el, icon, listen } from "../dom.mjs";
import { counted } from "../words.mjs";

const ASK_AGAIN_MS = 20_000;
const FEW = "Fewer than five say openly that they are here; smaller figures are shown to nobody.";

/** The way to its story; null before it begins, or where it is for members alone. */
export function storyLink({ id, properties: { event_id, starts_at, lasting, visibility } }) {
  const begun = lasting || Date.parse(starts_at) <= Date.now();
  if (visibility !== "public" || !begun) return null;
  return el("a", { class: "second strong", href: `/stories/${event_id}/${id}` }, icon("feed"), "Read its story");
}

/** How many are there now, kept up to date. */
export function whoIsHere({ id, properties: { event_id } }, { live, signal, session }) {
  const counts = el("div", { class: "inside", role: "status" });
  let watched = null;
  const read = async () => {
    const { here, communities, community_id } = await get(`/events/${event_id}/dates/${id}/here`);
    if (signal.aborted) return;
    counts.replaceChildren(...said(here, communities));
    if (community_id && community_id !== watched)
      live.watch("event", { communities: [community_id], kinds: ["presence"], snapshot: 0 });
    watched = community_id;
  };
  const ofThis = ({ detail }) => detail.id === watched && counts.isConnected && busy(counts, read);
  listen(live, signal, { presence: ofThis });
  const again = setInterval(() => {
    // The page may have been drawn anew meanwhile, with another of these.
    if (!counts.isConnected) clearInterval(again);
    else if (!document.hidden) busy(counts, read);
  }, ASK_AGAIN_MS);
  signal.addEventListener("abort", () => {
    clearInterval(again);
    live.unwatch("event");
  });
  busy(counts, read);
  const come = session.open && el("a", { class: "second", href: "#check-in" }, icon("pin"), "I am here");
  return el("div", { class: "card" }, el("h2", {}, "Who is here"), counts, come);
}

function said(here, communities) {
  const all = here ? el("p", {}, el("b", {}, counted(here, "person", "people")), " say openly that they are here.") : el("p", { class: "quiet" }, FEW);
  const mine = communities.map(({ name, community_id, here: people }) =>
    el("li", {}, el("a", { href: `#community//${community_id}` }, name), el("span", { class: "count some" }, `${people} here`)),
  );
  return [all, mine.length ? el("ul", { class: "list", "aria-label": "Of your communities" }, mine) : ""];
}
