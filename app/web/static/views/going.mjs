// Saying whether I go to a date of an event, and who may know it.

import { put, remove } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { choice } from "./forms.mjs";

const REPLIES = { going: "I go", interested: "Interested", not: "Not for me" };
const SEEN_BY = {
  nobody: "Nobody",
  communities: "Members of my communities",
  followers: "Those who follow me and whom I follow",
  everyone: "Everyone",
};
export const WHO_KNOWS = "Hosts know no more than they; counts begin with five.";

/** Who may know that I go; somebody who said so before finds what they said. */
export function seenBySelect(said) {
  const select = choice("seen_by", SEEN_BY);
  if (said) select.value = said.seen_by;
  return select;
}

/**
 * Whether I go: one of the buttons is pressed, another changes it, and the same takes it back; `then` hears of it. `again` says
 * the same anew, where others may know it now.
 */
export function answering(id, { event_id, title, mine }, seenBy, then = () => {}) {
  const path = `/events/${event_id}/dates/${id}/reply`;
  const buttons = el("div", { class: "votes" });
  const stand = (said) =>
    buttons.replaceChildren(
      ...Object.entries(REPLIES).map(([reply, label]) => {
        const pressed = said?.reply === reply;
        const look = { class: pressed ? "second strong" : "second", "data-reply": reply, "aria-pressed": String(pressed) };
        const turn = () => (pressed ? takeBack(reply) : say(reply));
        return action(label, { ...look, "aria-label": `${label}: ${title}` }, turn);
      }),
      said?.waiting ? el("span", { class: "about" }, "You wait for a seat.") : "",
    );
  const stay = (reply) => buttons.querySelector(`[data-reply="${reply}"]`).focus();
  const say = async (reply) => {
    const { properties } = await put(path, { reply, seen_by: seenBy.value });
    stand(properties.mine);
    stay(reply);
    if (reply === "going") notice(properties.mine.waiting ? "All seats are taken; you move up by yourself." : "See you there.");
    then(properties);
  };
  const takeBack = async (reply) => {
    await remove(path);
    stand(null);
    stay(reply);
    then({ mine: null });
  };
  const again = () => {
    const said = buttons.querySelector("[aria-pressed=true]");
    if (said) busy(said, () => say(said.dataset.reply));
  };
  stand(mine);
  return { element: buttons, again };
}
