// Writing what to look for, and changing it: in Markdown, looked at before it is sent.

import { post } from "../api.mjs";
import { action, el, notice } from "../dom.mjs";
import { markup } from "../markup.mjs";
import { topicName } from "../words.mjs";
import { choice, field, form } from "./forms.mjs";

const PUBLIC = "Everybody may read it, and reads that you wrote it: as a member, that you belong here.";
const MARKS = "Markdown: # before a heading, - before each item of a list, *so* or **so** for what matters, [words](https://…) for a link. No images.";

/** `authors` are as whom I may write, each an id of a business, or nothing for myself, and a name. */
export function writing(community, { topics }, authors, reread) {
  const about = choice("topic", Object.fromEntries(topics.map((each) => [each, topicName(each)])));
  // A list, as an object would put the empty name anywhere.
  const by = el("select", { name: "business" }, authors.map(([id, name]) => el("option", { value: id }, name)));
  const parts = [...fields({ title: "", text: "", language: navigator.language.split("-")[0] }), field("About", about), field("Written by", by, PUBLIC)];
  const made = form(parts, "Publish it", async (values) => {
    const business = values.get("business");
    const said = { ...written(values), topics: [values.get("topic")], ...(business && { business_id: business }) };
    await post(`/communities/${community}/pieces`, said);
    made.reset();
    notice("It is there for everybody.");
    await reread();
  });
  return el("details", { class: "card" }, el("summary", {}, "Write what to look for"), made);
}

/** `change` is called with what it is to be. */
export function changing(piece, change) {
  const made = form(fields(piece), "Change it", (values) => change(written(values)));
  return el("details", { class: "card" }, el("summary", {}, "Change it"), el("p", { class: "quiet" }, "Other words have to be found useful anew."), made);
}

function written(values) {
  return Object.fromEntries(["title", "text", "language"].map((each) => [each, values.get(each).trim()]));
}

function fields({ title, text, language }) {
  const words = el("textarea", { name: "text", required: true, maxlength: 10_000, rows: 12 }, text);
  const looked = el("article", { class: "markup", "aria-label": "How it will look", "aria-live": "polite" });
  const look = action("See how it will look", { class: "second" }, async () => {
    const { html } = await post("/pieces/preview", { text: words.value.trim() });
    looked.replaceChildren(...markup(html));
  });
  return [
    field("Title", el("input", { name: "title", required: true, minlength: 2, maxlength: 120, value: title }), "Such as: what to look for in a waterproof jacket."),
    field("Text", words, MARKS),
    look,
    looked,
    field("Language", el("input", { name: "language", required: true, maxlength: 35, value: language, autocapitalize: "none" }), "As in en, ca or pt-BR."),
  ];
}
