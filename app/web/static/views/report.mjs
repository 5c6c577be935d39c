// Reporting what should not be here, and not seeing it any more at once.

import { post, put } from "../api.mjs";
import { action, el, icon, notice } from "../dom.mjs";
import { topicName } from "../words.mjs";
import { choice, field, form } from "./forms.mjs";

const REASONS = {
  unwelcome: "Unkind, or unwelcome",
  spam: "Spam",
  implausible: "It cannot be true",
  illegal: "Against the law",
};
const LEAD = "Moderators of this installation look at it. Neither they nor whom it is about learn that it was you.";
const NOTED = "What moderators should know. Do not name yourself.";
const DONE = "Thank you. What becomes of it stands on your own page, under “Reports”. You need not wait for anybody:";

/** A button with a flag that opens the form. `things` are what can be meant, each `{label, what, id or handle}`. */
export function reportButton(label, things, given) {
  return action(icon("flag"), { class: "plain", "aria-label": label, title: label }, () => ask(label, things, given));
}

/** The same as words. */
export function reportLink(label, things, given) {
  return action([icon("flag"), label], { class: "second" }, () => ask(label, things, given));
}

function ask(label, things, given) {
  const title = el("h2", { id: "asked", tabindex: -1 }, label);
  const inside = el("div", { class: "then" });
  const close = action("Close", { class: "second" }, () => dialog.close());
  const dialog = el("dialog", { "aria-labelledby": "asked" }, title, inside, close);
  const told = (mute) => {
    inside.replaceChildren(el("p", { role: "status" }, DONE), ...mute.map((each) => muting(each, given)));
    title.focus();
  };
  inside.replaceChildren(el("p", { class: "quiet" }, LEAD), asking(things, told));
  dialog.addEventListener("close", () => dialog.remove());
  given.signal.addEventListener("abort", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function asking(things, told) {
  const which = choice("which", Object.fromEntries(things.map(({ label }, index) => [index, label])));
  const note = el("textarea", { name: "note", maxlength: 500, rows: 3 });
  const parts = [things.length > 1 && field("What it is about", which), field("Why", choice("reason", REASONS)), field("More of it", note, NOTED)];
  return form(parts.filter(Boolean), "Report it", async (values) => {
    const { label: _, ...thing } = things[Number(values.get("which") ?? 0)];
    const { mute } = await post("/reports", { ...thing, reason: values.get("reason"), note: values.get("note").trim() });
    told(mute);
  });
}

/** A button for an address to PUT, after which one hears no more of what it names. */
function muting(address, given) {
  const [kind, which] = address.split("/").slice(-2).map(decodeURIComponent);
  const called = { people: which, topics: topicName(which) }[kind] ?? "this community";
  const button = action(`Hear no more of ${called}`, { class: "second" }, async () => {
    await put(address.replace(/^\/v1/, ""));
    if (kind === "people") given.surroundings.forgetPerson(which);
    else given.surroundings.refresh();
    notice(`You hear of ${called} no more.`);
    button.replaceWith(el("p", {}, `You hear of ${called} no more. You can take it back under “People”.`));
  });
  return button;
}
