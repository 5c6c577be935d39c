// One community as a business meets it: how it stands, what members let one another know, and speaking to them.

import { get, post, remove } from "../api.mjs";
import { action, busy, el, listen, notice } from "../dom.mjs";
import { form, limited } from "../views/forms.mjs";
import { ago, topicName, until } from "../words.mjs";
import { standingOf, stateBadge, votesOf } from "./communities.mjs";
import { addressOf, consolePage, parted } from "./page.mjs";

const LONGEST = 280;
const HEARING = "As far as any member may know it, since you are welcome. Nothing comes with it of where anybody is.";
const SPEAKING = "Members read that your business says it. Three times a day at the most.";
const QUIET = "Members said nothing since you are welcome.";
const UNSAID = "No business said anything here yet.";
const STANDS = {
  welcome: "You hear what members hear, and may speak to them.",
  asked: "Its members decide. Until then you hear nothing, and say nothing.",
  refused: "Its members would rather not, for now. You may ask again 90 days after.",
  "sent-off": "Its members sent you off. You may ask again 90 days after.",
};

export function businessCommunity(given) {
  return consolePage(given, "A community", (it) => fill(given, it), ["business-communities", "Communities"]);
}

async function fill(given, it) {
  const { path, about, title } = it;
  const [stands, community] = await Promise.all([get(`${path}/communities/${about}`), get(`/communities/${about}`)]);
  title.textContent = stands.name;
  const welcome = stands.state === "welcome" ? await among(given, it, community) : [];
  return [
    el("p", { class: "standing" }, stateBadge(stands.state), STANDS[stands.state]),
    el("p", { class: "quiet" }, `${standingOf(stands)}.`),
    stands.asking && asked(stands.asking),
    ...welcome,
    going(given, it, stands),
  ];
}

function asked({ why, by, closes_at, state, votes }) {
  const ended = votes ? `Decided: ${votesOf(votes)}.` : state === "open" ? `Members vote until ${until(closes_at)}.` : "It was taken back.";
  return el("div", { class: "card" }, el("p", { class: "about" }, `What ${by ?? "somebody who left"} asked`), el("p", { class: "said" }, why), el("p", { class: "about" }, ended));
}

async function among({ signal, live }, { path, business, about }, { properties }) {
  const inside = `${path}/communities/${about}`;
  const posts = parted("What businesses say here", `${inside}/posts`, "items", (each) => said(each, inside, business, () => posts.read()), UNSAID);
  const heard = parted("What members say", `${inside}/feed`, "items", hearing, QUIET);
  const read = () => Promise.all([posts.read(), heard.read()]);
  await read();
  // What is typed stays, as the lists alone are read anew.
  const again = () => busy(heard.list, read);
  listen(live, signal, { check_in: again, business_post: again });
  return [
    el("h2", {}, "Say something"),
    posting(inside, properties, () => posts.read()),
    el("h2", {}, "What businesses say here"),
    posts.element,
    el("h2", {}, "What members say"),
    el("p", { class: "quiet" }, HEARING),
    action("Look again", { class: "second" }, read),
    heard.element,
  ];
}

function posting(inside, { topics }, reread) {
  const text = el("textarea", { name: "text", required: true, rows: 3 });
  const about = topics.map((key) => el("label", { class: "chip" }, el("input", { type: "checkbox", name: "topics", value: key }), el("span", {}, topicName(key))));
  const parts = [limited("What you say to members", text, LONGEST, SPEAKING), about.length ? el("fieldset", { "data-at": "topics" }, el("legend", {}, "About"), el("div", { class: "chips" }, about)) : ""];
  const made = form(parts, "Say it", async (values) => {
    await post(`${inside}/posts`, { text: text.value.trim(), topics: values.getAll("topics") });
    made.reset();
    notice("It is said.");
    await reread();
  });
  return made;
}

function said({ id, business: whose, name, by, text, topics, said_at }, inside, business, reread) {
  const back = async () => {
    if (!confirm("Take it back? It still counts for the day.")) return;
    await remove(`${inside}/posts/${id}`);
    notice("Taken back.");
    await reread();
  };
  const mine = whose === business.id;
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, name), el("time", { datetime: said_at, title: new Date(said_at).toLocaleString() }, ago(said_at))),
      el("p", { class: "said" }, text),
      el("p", { class: "about" }, [...topics.map(topicName), by && `said by ${by}, which only your staff see`].filter(Boolean).join(" · ")),
      mine && el("div", { class: "votes" }, action("Take it back", { class: "second", "aria-label": `Take back: ${text}` }, back)),
    ),
  );
}

function hearing({ handle, text, topics, said_at, replies }) {
  const time = (moment) => el("time", { datetime: moment, title: new Date(moment).toLocaleString() }, ago(moment));
  const reply = (each) => el("li", {}, el("p", { class: "who" }, el("b", {}, each.handle), time(each.said_at)), el("p", { class: "said" }, each.text));
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("b", {}, handle), time(said_at)),
      text && el("p", { class: "said" }, text),
      topics.length ? el("p", { class: "about" }, topics.map(topicName).join(" · ")) : null,
      replies.length ? el("ul", { class: "replies", "aria-label": `Answers to ${handle}` }, replies.map(reply)) : null,
    ),
  );
}

function going({ go }, { path, business, about }, { state, name }) {
  const words = { asked: ["Ask no more", `Withdraw what you ask of ${name}?`], welcome: ["Leave", `Leave ${name}? All you said there is gone at once, and you ask anew to come back.`] }[state];
  if (!words) return null;
  return action(words[0], { class: "second" }, async () => {
    if (!confirm(words[1])) return;
    await remove(`${path}/communities/${about}`);
    notice(state === "asked" ? "You ask no more." : `You left ${name}.`);
    go(addressOf("business-communities", business.id).slice(1));
  });
}
