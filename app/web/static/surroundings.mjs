// What is around where the map looks: its check-ins, its communities, how many people are there.
// Heard over the socket when there is one, otherwise asked for again and again.

import { get } from "./api.mjs";

const MOST_CHECK_INS = 100;
const SNAPSHOT = 50;
const MOST_COUNTED = 20;
const FARTHEST_M = 50_000;
const ASK_AGAIN_MS = 15_000;
const TOO_LARGE = "The map shows too much of the world to listen to. Zoom in to hear what is happening.";

/**
 * Dispatches "check-ins" when the list is another one, "check-in" (detail: the one that was just heard), "removed"
 * (detail: an id), "places" when communities or the area changed, "presence" when a count did, "trouble" likewise.
 */
export class Surroundings extends EventTarget {
  #live;
  #heardMeanwhile = null;
  #goneMeanwhile = null;
  #found = new Map();
  view = null;
  /** Communities with an area in view, nearest to the middle of the map first. */
  communities = [];
  /** The smallest location community around the middle of the map, if any. */
  around = null;
  presence = new Map();
  /** Why nothing can be shown, in words; null if all is well. */
  trouble = null;
  /** Whether an answer for this area has come. */
  known = false;

  constructor(live) {
    super();
    this.#live = live;
    live.addEventListener("line", ({ detail }) => detail === "connected" && this.#await());
    live.addEventListener("watching", ({ detail }) => this.#watching(detail));
    live.addEventListener("refused", ({ detail }) => detail.name === "area" && this.#refused(detail.problem));
    live.addEventListener("check_in", ({ detail }) => this.#heard(detail));
    live.addEventListener("check_in_removed", ({ detail }) => this.forget(detail.id));
    live.addEventListener("forget", ({ detail }) => this.forgetPerson(detail.handle));
    live.addEventListener("presence", ({ detail }) => this.#count([detail]));
    setInterval(() => this.#askAgain(), ASK_AGAIN_MS);
  }

  /** Newest first. */
  get checkIns() {
    return [...this.#found.values()];
  }

  /** Look at another area: `{bbox: [w, s, e, n], centre: {lat, lon}, reach_m}`. */
  async look(view) {
    this.view = view;
    this.#watch();
    await Promise.all([this.#readUnlessLive(), this.#readCommunities(view)]);
  }

  /** Take a check-in in before anybody tells, as the one who made it. */
  add(checkIn) {
    if (this.#found.has(checkIn.id)) return;
    this.#keep([checkIn, ...this.checkIns]);
    this.#say("check-in", checkIn);
  }

  forget(id) {
    this.#heardMeanwhile = this.#heardMeanwhile?.filter((heard) => heard.id !== id) ?? null;
    this.#goneMeanwhile?.add(id);
    if (this.#found.delete(id)) this.#say("removed", id);
  }

  /** Show nothing of somebody any more. */
  forgetPerson(handle) {
    const theirs = (checkIn) => checkIn.properties.handle === handle;
    this.#heardMeanwhile = this.#heardMeanwhile?.filter((heard) => !theirs(heard)) ?? null;
    this.#goneMeanwhile?.add(handle);
    for (const { id } of this.checkIns.filter(theirs)) this.forget(id);
  }

  /** Ask for everything anew, as somebody else may see something else. */
  refresh() {
    if (this.view) this.look(this.view);
  }

  #watch() {
    this.#await();
    this.#live.watch("area", {
      bbox: this.view.bbox,
      kinds: ["check_in", "check_in_removed", "reply", "reply_removed", "reaction"],
      snapshot: SNAPSHOT,
    });
  }

  /** From now until the answer comes, what is heard is newer than the answer. */
  #await() {
    this.#heardMeanwhile = [];
    this.#goneMeanwhile = new Set();
  }

  #watching(answer) {
    if (answer.watch === "area") this.#watchingArea(answer);
    this.#count(answer.presence ?? []);
  }

  #watchingArea(answer) {
    this.#setTrouble(null);
    const [meanwhile, gone] = [this.#heardMeanwhile ?? [], this.#goneMeanwhile ?? new Set()];
    [this.#heardMeanwhile, this.#goneMeanwhile] = [null, null];
    const isGone = ({ id, properties }) => gone.has(id) || gone.has(properties.handle);
    if (!answer.recovered) this.#replace([...meanwhile, ...answer.snapshot.filter((each) => !isGone(each))]);
  }

  #heard(checkIn) {
    this.#heardMeanwhile?.push(checkIn);
    this.#goneMeanwhile?.delete(checkIn.id);
    this.add(checkIn);
  }

  #replace(checkIns) {
    this.#keep(checkIns);
    this.known = true;
    this.#say("check-ins");
  }

  #keep(checkIns) {
    // Ids are UUIDv7: their order is that of time.
    const newestFirst = checkIns.sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, MOST_CHECK_INS);
    this.#found = new Map(newestFirst.map((checkIn) => [checkIn.id, checkIn]));
  }

  async #readUnlessLive() {
    const { view } = this;
    if (this.#live.line === "connected") return;
    try {
      const found = await get("/check-ins", { bbox: view.bbox.join(","), limit: SNAPSHOT });
      if (this.view !== view || this.#live.line === "connected") return;
      this.#setTrouble(null);
      this.#replace(found.features);
    } catch (problem) {
      if (this.view === view) this.#refused(problem);
    }
  }

  #refused(problem) {
    if (problem.status === 429) return;
    this.#live.unwatch("area");
    const tooLarge = problem.status === 422 || problem.slug === "bad-area";
    this.#setTrouble(tooLarge ? TOO_LARGE : (problem.message ?? problem.detail));
    this.#replace([]);
  }

  async #readCommunities(view) {
    const { lat, lon } = view.centre;
    const [near, covering] = await Promise.all([
      get("/communities/near", { lat, lon, radius: Math.min(view.reach_m, FARTHEST_M), limit: 100 }),
      get("/communities/covering", { lat, lon, limit: 5 }),
    ]).catch(() => [null, null]);
    if (!near || this.view !== view) return;
    this.communities = near.features;
    this.around = covering.features.find((each) => each.properties.kind === "location") ?? null;
    this.#say("places");
    this.#watchPresence();
  }

  #watchPresence() {
    const locations = this.communities.filter((each) => each.properties.kind === "location");
    const communities = locations.slice(0, MOST_COUNTED).map((each) => each.id);
    if (communities.length) this.#live.watch("presence", { communities, kinds: ["presence"], snapshot: 0 });
    else this.#live.unwatch("presence");
    if (this.#live.line !== "connected") this.#readPresence();
  }

  async #readPresence() {
    if (this.around) this.#count([await get(`/communities/${this.around.id}/presence`).catch(() => ({}))]);
  }

  #count(counts) {
    for (const { id, here } of counts) if (id) this.presence.set(id, here);
    if (counts.length) this.#say("presence");
  }

  #askAgain() {
    if (!this.view || document.hidden || this.trouble === TOO_LARGE || this.#live.line === "connected")
      return;
    this.#readUnlessLive();
    this.#readPresence();
  }

  #setTrouble(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.#say("trouble");
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
