// The page: a map, a panel with one view at a time, and the socket that keeps both up to date.

import { addressOf, askedIn, firstSpot, restIn, spotIn, thingIn, viewIn } from "./address.mjs";
import { get, token } from "./api.mjs";
import { CONSOLE, CONSOLE_ON_THE_MAP } from "./console/views.mjs";
import { TrustContract } from "./contract.mjs";
import { announce, el, notice } from "./dom.mjs";
import { Live } from "./live.mjs";
import { TownMap } from "./map.mjs";
import { session } from "./session.mjs";
import { Surroundings } from "./surroundings.mjs";
import { TagCodes } from "./tag-codes.mjs";
import { business } from "./views/business.mjs";
import { oneCase } from "./views/case.mjs";
import { cases } from "./views/cases.mjs";
import { checkIn } from "./views/check-in.mjs";
import { choose } from "./views/choose.mjs";
import { communities } from "./views/communities.mjs";
import { community } from "./views/community.mjs";
import { event } from "./views/event.mjs";
import { events } from "./views/events.mjs";
import { grounds } from "./views/grounds.mjs";
import { here } from "./views/here.mjs";
import { maturity } from "./views/maturity.mjs";
import { mesh } from "./views/mesh.mjs";
import { offers } from "./views/offers.mjs";
import { people } from "./views/people.mjs";
import { piece, pieces } from "./views/pieces.mjs";
import { quietPlaces } from "./views/quiet-places.mjs";
import { reports } from "./views/reports.mjs";
import { search } from "./views/search.mjs";
import { statistics } from "./views/statistics.mjs";
import { tag } from "./views/tag.mjs";
import { trust } from "./views/trust.mjs";
import { wishes } from "./views/wishes.mjs";
import { you } from "./views/you.mjs";
import { titled } from "./words.mjs";

const VIEWS = {
  here,
  "check-in": checkIn,
  communities,
  community,
  events,
  event,
  offers,
  you,
  choose,
  trust,
  "quiet-places": quietPlaces,
  tag,
  people,
  statistics,
  grounds,
  maturity,
  search,
  mesh,
  reports,
  cases,
  case: oneCase,
  wishes,
  pieces,
  piece,
  business,
  ...CONSOLE,
};
// Which view in the navigation another one belongs to.
const BELONGS = {
  "check-in": "here",
  community: "communities",
  statistics: "communities",
  grounds: "communities",
  maturity: "communities",
  mesh: "communities",
  event: "events",
  choose: "you",
  trust: "you",
  "quiet-places": "you",
  tag: "you",
  people: "you",
  reports: "you",
  cases: "you",
  case: "you",
  wishes: "communities",
  pieces: "communities",
  piece: "communities",
  business: "you",
  ...Object.fromEntries(Object.keys(CONSOLE).map((name) => [name, "you"])),
};
const ON_THE_MAP = [
  "here",
  "check-in",
  "communities",
  "events",
  "event",
  "case",
  "wishes",
  "business",
  "quiet-places",
  "grounds",
  ...CONSOLE_ON_THE_MAP,
];
const LINES = { connected: "Live", connecting: "Connecting …", closed: "" };

const panel = document.getElementById("panel");
const line = document.getElementById("line");
const enter = document.getElementById("enter");
const live = new Live();
const contract = new TrustContract();
const codes = new TagCodes();
const surroundings = new Surroundings(live);
let leaving = new AbortController();
let [shown, before] = [null, "here"];

session.addEventListener("change", () => {
  enter.hidden = session.open;
  live.close();
  contract.forget();
  if (!session.open) codes.forget();
  if (session.open) live.open(token.get());
  if (session.open) contract.read().catch((problem) => notice(problem.message));
  surroundings.refresh();
  readMine();
  show();
});
session.addEventListener("new", () => go("choose"));
live.addEventListener("line", ({ detail }) => {
  line.textContent = LINES[detail];
  line.dataset.line = detail;
});
session.addEventListener("lost", () => notice("Your session has ended. Sign in again to go on."));
live.addEventListener("signed_out", () => session.lose());
live.addEventListener("offer", ({ detail }) => {
  notice(`${detail.business}: ${detail.title}`);
  document.querySelector('nav a[href="#offers"]').classList.toggle("new", viewIn(location.hash) !== "offers");
});

const CHANGES = {
  moved_up: "There is a seat for you now",
  changed: "It is another time or place",
  cancelled: "It is cancelled",
  wish_opened: "Enough people want it; businesses may answer now",
  wish_answered: "A business answered what you wish for",
  wish_kept: "The answer was kept, say those who pledged",
  wish_broken: "The answer was not kept, say those who pledged",
  wish_to_answer: "Enough people want this for you to answer it",
  hidden: "Something you said was hidden by a moderator; you may object",
  shown_again: "Something you said is shown again",
  report_upheld: "What you reported was found to be so",
  report_dismissed: "What you reported was looked at, and stays",
  webhook_paused: "A webhook of your business takes nothing and is paused",
  staff_invited: "You are invited to join the staff",
  staff_removed: "You are on the staff no more",
  staff_joined: "Somebody you invited is on the staff now",
  staff_declined: "Somebody you invited would rather not be on the staff",
};
live.addEventListener("notice", ({ detail }) => {
  notice([detail.title, CHANGES[detail.kind]].filter(Boolean).join(": "));
});
live.addEventListener("mention", ({ detail: { by, text, why } }) => {
  notice(`${by} ${why === "named" ? "speaks of you" : "answers you"}: ${text}`);
});
live.addEventListener("found", ({ detail: { search: name } }) => notice(`Something new fits “${titled(name)}”.`));
live.addEventListener("found_more", ({ detail: { search: name } }) => notice(`Much more is new that fits “${titled(name)}”.`));
live.addEventListener("reading", ({ detail }) => notice(`${detail.business.name} read your tag.`));

const map = new TownMap(
  document.getElementById("map"),
  document.documentElement.dataset.mapStyle,
  await firstSpot(location.hash),
);
const mine = new Set();
map.addEventListener("moved", ({ detail }) => {
  history.replaceState(null, "", addressOf(viewIn(location.hash), detail, restIn(location.hash)));
  surroundings.look(detail);
});
surroundings.addEventListener("check-ins", drawCheckIns);
surroundings.addEventListener("removed", drawCheckIns);
surroundings.addEventListener("check-in", ({ detail }) => {
  drawCheckIns();
  announce(
    `${detail.properties.handle}: ${detail.properties.text || detail.properties.activity || "is here"}`,
  );
});
surroundings.addEventListener("places", drawCommunities);
surroundings.addEventListener("presence", drawCommunities);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  panel.querySelector("h1").focus();
});
addEventListener("hashchange", () => {
  const spot = spotIn(location.hash);
  if (spot) map.goTo(spot);
  show();
  panel.querySelector("h1").focus();
});

// A browser that will not have it opens the page with a connection only.
navigator.serviceWorker?.register(new URL("worker.js", import.meta.url), { scope: "/" }).catch(() => {});
enter.hidden = session.open;
await session.resume();
if (!session.open) {
  codes.forget();
  show();
}

function drawCheckIns() {
  map.showCheckIns(surroundings.checkIns);
}

function drawCommunities() {
  map.showCommunities(surroundings.communities, surroundings.presence, mine);
}

/** Where this person is and what that makes them part of, marked on the map. */
async function readMine() {
  const presence = session.open ? await get("/me/presence").catch(() => null) : null;
  mine.clear();
  for (const { id } of presence?.memberships ?? []) mine.add(id);
  const [lon, lat] = presence?.position?.coordinates ?? [];
  map.showMe(presence?.position ? { lat, lon } : null);
  drawCommunities();
}

function go(name) {
  location.hash = name;
}

function show() {
  const name = viewIn(location.hash);
  if (!spotIn(location.hash)) history.replaceState(null, "", addressOf(name, map.view, restIn(location.hash)));
  if (name !== shown) [shown, before] = [name, shown ?? "here"];
  leaving.abort();
  leaving = new AbortController();
  for (const link of document.querySelectorAll("nav a, #search")) {
    const current = link.hash === `#${BELONGS[name] ?? name}`;
    link.toggleAttribute("aria-current", false);
    if (current) link.setAttribute("aria-current", "page");
    if (current) link.classList.remove("new");
  }
  const back = () => go(before);
  const given = {
    session,
    contract,
    codes,
    surroundings,
    map,
    live,
    go,
    back,
    readMine,
    thing: thingIn(location.hash),
    asked: askedIn(location.hash),
    signal: leaving.signal,
  };
  panel.classList.toggle("tall", !ON_THE_MAP.includes(name));
  panel.replaceChildren(el("div", { class: `view ${name}` }, VIEWS[name](given)));
  panel.scrollTop = 0;
}
