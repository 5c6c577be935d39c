// The trust contract of whoever is signed in, and what it means for what they are about to say.

import { get, post, put, token } from "./api.mjs";

const LEVELS = ["nothing", "city", "quarter", "street", "exact"];
const WAYS = [["communities", "feed"], ["nearby"]];
const NAMED = ["community", "circle", "person", "business"];
const AMONG_COMMUNITIES = ["here", "communities", "community"];
const BEYOND_COMMUNITIES = ["follow_back", "circle", "person"];
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CHANGED =
  "Your contract was changed elsewhere meanwhile. This is how it is now; nothing was changed here.";

/** Dispatches "change" when another one holds, or is known. */
export class TrustContract extends EventTarget {
  /** As the API shows it; null while it is not known. */
  held = null;

  /** Whether nobody but its person hears of what they say. */
  get reachesNobody() {
    return (
      this.held !== null && !this.held.terms.some((term) => isHeard(term) && term.exactness !== "nothing")
    );
  }

  async read() {
    const mine = token.get();
    const held = await get("/me/contract");
    if (mine === token.get()) this.#hold(held);
  }

  forget() {
    this.#hold(null);
  }

  /** What another one would say, without having it hold; `wanted` as in the API. */
  preview(wanted) {
    return post("/me/contract/preview", wanted);
  }

  /** Have another one hold, if `version` still does; else read what does, and throw an Error that says so. */
  async agree(wanted, version = this.held.version) {
    try {
      this.#hold(await put("/me/contract", wanted, `"${version}"`));
    } catch (problem) {
      if (problem.slug !== "outdated") throw problem;
      await this.read();
      throw new Error(CHANGED);
    }
  }

  #hold(held) {
    this.held = held;
    this.dispatchEvent(new Event("change"));
  }
}

/** Terms as they are shown, as they are given. What speaks of somebody who is gone is left out. */
export function asGiven(terms) {
  const there = terms.filter(({ who }) => !NAMED.includes(who.group) || who.name !== null);
  return there.map(({ says, who: { group, id, name }, ...term }) => ({
    ...term,
    who: group === "person" ? { group, handle: name } : { group, id },
  }));
}

/**
 * What a contract lets be known at most of a check-in for some and as exactly as its author wants: a list of
 * `{who, exactness}`, in the order of its terms. Empty if nobody may know anything.
 */
export function mostKnown({ terms, time_zone }, visibility, exactness, moment = new Date()) {
  const bound = terms.filter((term) => isHeard(term) && applies(term, time_zone, moment));
  const groups = new Map(bound.map(({ who }) => [keyOf(who), who]));
  const known = [...groups.values()].filter(({ group }) => lets(visibility, group));
  const levels = known.map((who) => ({
    who,
    exactness: LEVELS[levelFor(who, bound, LEVELS.indexOf(exactness))],
  }));
  return levels.filter((each) => each.exactness !== "nothing");
}

/** Whether a position lies in one of a contract's quiet places; the place's name, or null. */
export function quietAt({ quiet_places }, { lat, lon }) {
  return quiet_places.find((place) => metres(place, { lat, lon }) <= place.radius_m)?.name ?? null;
}

function isHeard({ purpose }) {
  return WAYS.flat().includes(purpose);
}

function lets(visibility, group) {
  if (visibility === "communities") return AMONG_COMMUNITIES.includes(group);
  if (visibility === "followers") return BEYOND_COMMUNITIES.includes(group);
  return visibility === "public";
}

/** By the way that tells most. A group knows no more than any that it holds: who is in that one could ask as one of this. */
function levelFor(who, terms, wanted) {
  const most = Math.max(...WAYS.map((purposes) => strictest(who, terms, purposes)));
  return ["communities", "community"].includes(who.group) ? most : Math.min(most, wanted);
}

function strictest(who, terms, purposes) {
  const ofThisWay = terms.filter(({ purpose }) => purposes.includes(purpose));
  if (!ofThisWay.some((term) => keyOf(term.who) === keyOf(who))) return 0;
  const binding = ofThisWay.filter((term) => keyOf(term.who) === keyOf(who) || holds(who, term.who));
  return Math.min(...binding.map((term) => LEVELS.indexOf(term.exactness)));
}

function holds(outer, inner) {
  if (outer.group === "everyone") return inner.group !== "everyone";
  return outer.group === "signed_in" && !["everyone", "signed_in"].includes(inner.group);
}

function keyOf({ group, id, name }) {
  return `${group} ${id ?? name ?? ""}`;
}

/** Whether a term does at a moment, by the contract's clock. */
function applies({ hours }, timeZone, moment) {
  if (!hours) return true;
  const asked = { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en-GB", asked).formatToParts(moment);
  const { weekday, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const today = DAYS.indexOf(weekday.toLowerCase());
  const [now, yesterday] = [`${hour}:${minute}`, DAYS[(today + 6) % 7]];
  const onDay = (day) => hours.days.includes(day);
  if (hours.since < hours.until) return onDay(DAYS[today]) && hours.since <= now && now < hours.until;
  return (onDay(DAYS[today]) && now >= hours.since) || (onDay(yesterday) && now < hours.until);
}

/** On a flat piece of the globe, which a quiet place is small enough for. */
function metres(one, other) {
  const north = (one.lat - other.lat) * 111_195;
  const east = (((one.lon - other.lon + 540) % 360) - 180) * 111_195 * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
