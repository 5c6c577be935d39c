// Communities that may be for me, and why: those that could come to be, and those there are.

import { get, put, remove } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { topicName } from "../words.mjs";
import { communityRow } from "./community.mjs";

export function suggested(given, reread) {
  const list = el("ul", { class: "list", "aria-label": "For you", tabindex: -1 });
  const whole = el("div", { hidden: true }, el("h2", {}, "For you"), list);
  const read = async () => {
    const { emerging, for_you } = await get("/me/communities/suggested");
    const again = async () => {
      given.surroundings.refresh();
      await Promise.all([read(), reread()]);
    };
    const shown = [...emerging.map((each) => question(each, again)), ...for_you.map((each) => there(each, again))];
    list.replaceChildren(...shown);
    whole.hidden = !shown.length;
  };
  if (given.session.open) busy(list, read);
  return whole;
}

function question({ id, topic, place, why, community }, again) {
  const called = community?.properties.name ?? [topicName(topic), place].filter(Boolean).join(", ");
  const answer = (said) => async () => {
    const made = await put(`/me/communities/suggested/${id}`, { answer: said });
    notice(made ? `You belong to ${made.properties.name}.` : "You will not be asked again.");
    await again();
  };
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("b", {}, called),
      el("p", { class: "about" }, `${why[0].toUpperCase()}${why.slice(1)}. Would you be a community?`),
      el(
        "div",
        { class: "votes" },
        action("Yes", { class: "second strong", "aria-label": `Yes, ${called}` }, answer("yes")),
        action("No", { class: "second", "aria-label": `No, not ${called}` }, answer("no")),
      ),
    ),
  );
}

function there({ community, reasons }, again) {
  const { id, properties: { name, kind } } = community;
  const join = async () => {
    await put(`/communities/${id}/membership`);
    notice(`You belong to ${name}.`);
    await again();
  };
  const decline = async () => {
    await remove(`/communities/${id}/suggestion`);
    await again();
  };
  const votes = el(
    "div",
    { class: "votes" },
    kind !== "location" && action("Join", { class: "second strong", "aria-label": `Join ${name}` }, join),
    action("Not for me", { class: "second", "aria-label": `${name} is not for me` }, decline),
  );
  return communityRow(community, [el("p", { class: "about" }, `Because ${reasons.join(", and ")}.`), votes]);
}
