// What is said around a check-in: answers and reactions, read when somebody looks, and kept up to date while they do.

import { get, post, put, remove } from "../api.mjs";
import { action, busy, el, listen } from "../dom.mjs";
import { ago } from "../words.mjs";
import { field, form } from "./forms.mjs";
import { reportButton } from "./report.mjs";

const REACTIONS = {
  thanks: "Thanks",
  like: "I like it",
  "me-too": "Me too",
  agree: "I agree",
  funny: "Funny",
  sad: "Sad",
};
const MOST_SHOWN = 100;

export function talk({ id, properties }, given) {
  const inside = el("div", { class: "inside" });
  const { session } = given;
  const label = session.open ? "Answer or react" : "Answers and reactions";
  const opened = el(
    "details",
    { class: "talk" },
    el("summary", { "aria-label": `${label}: ${properties.handle}` }, label),
    inside,
  );
  const begin = () => opened.open && !inside.children.length && busy(inside, () => show(inside, id, given));
  opened.addEventListener("toggle", begin);
  return opened;
}

async function show(inside, id, given) {
  const { session, live, signal } = given;
  const [said, reacted] = await Promise.all([
    get(`/check-ins/${id}/replies`, { limit: MOST_SHOWN }),
    get(`/check-ins/${id}/reactions`),
  ]);
  const replies = el("ol", { class: "replies", "aria-label": "Answers, oldest first" });
  const add = (reply) => {
    if (!replies.querySelector(`[data-id="${CSS.escape(reply.id)}"]`))
      replies.append(answer(reply, id, given));
  };
  said.items.forEach(add);
  const reactions = reacting(id, reacted, session);
  listen(live, signal, {
    reply: ({ detail }) => detail.check_in === id && add(detail),
    reply_removed: ({ detail }) => replies.querySelector(`[data-id="${CSS.escape(detail.id)}"]`)?.remove(),
    reaction: ({ detail }) => detail.id === id && reactions.count(detail.counts),
  });
  inside.replaceChildren(reactions.element, replies, session.open ? answering(id, add) : "");
}

function answer({ id, handle, text, said_at }, checkIn, given) {
  const { session } = given;
  const row = el(
    "li",
    { "data-id": id },
    el("b", {}, handle),
    " ",
    text,
    " ",
    el("time", { datetime: said_at }, ago(said_at)),
  );
  const takeBack = async () => {
    await remove(`/check-ins/${checkIn}/replies/${id}`);
    row.remove();
  };
  if (handle === session.person?.handle)
    row.append(" ", action("Take back", { class: "plain", "aria-label": `Take back: ${text}` }, takeBack));
  else if (session.open) row.append(" ", reporting(id, handle, given));
  return row;
}

function reporting(id, handle, given) {
  const things = [
    { label: `What ${handle} answers here`, what: "reply", id },
    { label: `${handle}, whatever they say`, what: "person", handle },
  ];
  return reportButton(`Report what ${handle} answers`, things, given);
}

/** A button for each reaction with how often there is; mine are pressed. */
function reacting(id, { counts, mine }, session) {
  const held = new Set(mine);
  let known = counts;
  const element = el("div", { class: "votes" });
  const draw = () => {
    const kinds = Object.keys(REACTIONS).filter((each) => session.open || known[each]);
    element.replaceChildren(...kinds.map(button));
  };
  const turn = (kind) => async () => {
    const path = `/check-ins/${id}/reactions/${kind}`;
    await (held.has(kind) ? remove(path) : put(path));
    const now = await get(`/check-ins/${id}/reactions`);
    held.clear();
    for (const each of now.mine) held.add(each);
    known = now.counts;
    draw();
    element.querySelector(`[data-kind="${kind}"]`)?.focus();
  };
  const button = (kind) => {
    const pressed = held.has(kind);
    const label = [REACTIONS[kind], known[kind]].filter(Boolean).join(" ");
    const look = { class: pressed ? "second strong" : "second", "data-kind": kind };
    if (!session.open) return el("span", { class: "about" }, label);
    return action(label, { ...look, "aria-pressed": String(pressed) }, turn(kind));
  };
  draw();
  const count = (now) => {
    known = now;
    draw();
  };
  return { element, count };
}

function answering(id, add) {
  const words = el("input", { name: "text", required: true, maxlength: 280, autocomplete: "off" });
  const made = form(
    [field("Your answer", words, "It says nothing of where you are.")],
    "Answer",
    async (values) => {
      add(await post(`/check-ins/${id}/replies`, { text: values.get("text").trim() }));
      made.reset();
    },
  );
  return made;
}
