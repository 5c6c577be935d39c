// What I go to, in the calendar program I have: a private address, made anew and ended here.

import { post, remove } from "../api.mjs";
import { action, el, notice } from "../dom.mjs";
import { field } from "./forms.mjs";

const LEAD = "Calendar programs read there what you go to, are interested in and hold. Whoever has the address reads it, so keep it to yourself.";
const ONCE = "It is shown this once. Put it into your calendar program now.";

export function myCalendar() {
  const shown = el("div", { class: "then" });
  const make = async () => {
    const { address } = await post("/me/calendar");
    const line = el("input", { value: address, readonly: true });
    const copy = async () => {
      await navigator.clipboard.writeText(address);
      notice("Copied.");
    };
    shown.replaceChildren(field("Its address", line, ONCE), action("Copy it", { class: "second" }, copy));
    line.focus();
    line.select();
  };
  const end = async () => {
    await remove("/me/calendar");
    shown.replaceChildren();
    notice("Nobody reads your calendar any more.");
  };
  const buttons = el(
    "div",
    { class: "votes" },
    action("Make an address", { class: "second strong" }, make),
    action("End it", { class: "second" }, end),
  );
  return el(
    "details",
    { class: "card" },
    el("summary", {}, "In your calendar program"),
    el("div", { class: "then" }, el("p", { class: "quiet" }, `${LEAD} A new one ends the one before.`), buttons, shown),
  );
}
