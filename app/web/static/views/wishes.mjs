// What the members of a goal community wish for: pledging, what businesses answered, and whether that was kept.

import { all, get, put, remove } from "../api.mjs";
import { action, busy, el, exchange, icon, listen, notice } from "../dom.mjs";
import { counted, topicName, until } from "../words.mjs";
import { stating } from "./wish-form.mjs";

const NONE = "Nobody wishes for anything yet. Say what you would have; others pledge, and once enough do, businesses hear of it.";
const LEAD = "Nobody learns who stated a wish or who pledged: members see how many, businesses only once they are enough.";
const STANDING = ["open", "stated", "answered"];
const BECAME = {
  kept: "It was kept, as most say who pledged.",
  broken: "It was not kept, as most say who pledged.",
  unsaid: "Too few said whether it was kept.",
  lapsed: "Its time passed before anybody answered.",
};
const VOICES_LAST_MS = 7 * 86_400_000;
const MOST = 300;

export function wishes(given) {
  const title = el("h1", { tabindex: -1 }, "Wishes");
  const body = el("div", { class: "about-it" });
  const read = () => fill(title, body, given, read);
  given.signal.addEventListener("abort", () => given.map.showSite(null));
  if (given.thing && given.session.open) busy(body, read);
  else body.replaceChildren(el("p", {}, "Members of a community with a goal wish for things together. ", el("a", { href: "#communities" }, "All communities")));
  const again = () => given.thing && busy(body, read);
  // An answer reaches those who pledged as an offer, and what else becomes of it as a notice.
  listen(given.live, given.signal, { offer: again, notice: ({ detail }) => detail.wish_id && again() });
  return el("section", {}, el("header", {}, title, el("p", { class: "quiet" }, LEAD)), body);
}

async function fill(title, body, given, read) {
  const { id, properties } = await get(`/communities/${given.thing}`);
  const found = await all(`/communities/${id}/wishes`, {}, "features", MOST);
  title.textContent = `Wishes: ${properties.name}`;
  const standing = STANDING.flatMap((state) => found.filter((each) => each.properties.state === state));
  const past = found.filter((each) => !STANDING.includes(each.properties.state));
  const row = (each) => wish(each, given, read);
  exchange(
    body,
    [
      el("ul", { class: "list wishes", "aria-label": "What is wished for", tabindex: -1 }, standing.length ? standing.map(row) : el("li", { class: "nothing" }, NONE)),
      stating(id, properties, given, read),
      past.length ? el("details", { class: "past" }, el("summary", {}, "What became of earlier ones"), el("ul", { class: "list wishes", "aria-label": "Earlier wishes" }, past.map(row))) : "",
      el("p", { class: "quiet" }, el("a", { href: `#community//${id}` }, properties.name)),
    ],
    title,
  );
}

function wish({ id, geometry, properties }, given, reread) {
  const { text, topics, state, deadline, answered_at } = properties;
  const about = [...topics.map(topicName), !answered_at && BECAME[state] === undefined && `until ${until(deadline)}`].filter(Boolean);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, text),
      el("p", { class: "about" }, about.join(" · ")),
      state in BECAME ? el("p", { class: "outcome" }, BECAME[state]) : howMany(properties),
      answered_at && answered(properties),
      el(
        "div",
        { class: "votes" },
        ["stated", "open"].includes(state) && pledging(id, properties, reread),
        geometry && action("Show where", { class: "second", "aria-label": `Show where: ${text}` }, () => look(geometry, given.map)),
        properties.is_mine && properties.pledged <= 1 && !answered_at && takingBack(id, text, reread),
      ),
      answered_at && properties.have_pledged && mayBeSaid(properties) && voicing(id, properties, reread),
    ),
  );
}

/** How far it is from being heard of by businesses. */
export function howMany({ pledged, threshold, state }) {
  const words = {
    stated: `${pledged} of ${threshold} want it`,
    open: `${counted(pledged, "person wants", "people want")} it; businesses may answer`,
    answered: `${counted(pledged, "person wants", "people want")} it`,
  }[state];
  return el("div", { class: "tally" }, el("p", { class: "about" }, words), state === "stated" && el("progress", { max: threshold, value: pledged, "aria-label": "How many want it" }));
}

function pledging(id, { have_pledged, text }, reread) {
  const look = { class: have_pledged ? "second strong" : "second", "aria-pressed": String(have_pledged), "aria-label": `I want it: ${text}` };
  return action("I want it", look, async () => {
    await (have_pledged ? remove : put)(`/wishes/${id}/pledge`);
    await reread();
  });
}

function takingBack(id, text, reread) {
  return action("Take it back", { class: "second", "aria-label": `Take it back: ${text}` }, async () => {
    await remove(`/wishes/${id}`);
    notice("Your wish is gone.");
    await reread();
  });
}

/** What a business answered, as everybody may know of an offer. */
function answered({ offer_id }) {
  const place = el("div", { class: "answer" });
  const show = async () => {
    const { business, title, text, language, ends_at, withdrawn } = (await get(`/offers/${offer_id}`)).properties;
    place.replaceChildren(
      el("p", { class: "who" }, icon("offers"), el("b", {}, business), el("span", { class: "about" }, "answers")),
      el("p", { lang: language }, title),
      text ? el("p", { class: "said", lang: language }, text) : "",
      el("p", { class: "about" }, withdrawn ? "It was withdrawn." : `until ${until(ends_at)}, for those who pledged`),
    );
  };
  show().catch(() => place.remove());
  return place;
}

function mayBeSaid({ state, answer_ends_at }) {
  return state === "answered" && Date.parse(answer_ends_at) + VOICES_LAST_MS > Date.now();
}

function voicing(id, { say_kept, text }, reread) {
  const voice = (kept, label) => {
    const pressed = say_kept === kept;
    const look = { class: pressed ? "second strong" : "second", "aria-pressed": String(pressed), "aria-label": `${label}: ${text}` };
    return action(label, look, async () => {
      await put(`/wishes/${id}/voice`, { kept });
      notice("Nobody learns what you said.");
      await reread();
    });
  };
  return el("div", { class: "voice" }, el("p", {}, "Was it kept?"), el("div", { class: "votes" }, voice(true, "Yes, it was"), voice(false, "No")));
}

export function look(geometry, map) {
  map.showSite(geometry);
  map.fit([geometry]);
}
