// What a business reads tags with: tills, posts and areas; when each learnt something last, and whether it is closed.

import { all, patch } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { on } from "../words.mjs";
import { badge, line } from "./page.mjs";

const NONE = "It has no readers yet. A till on this page is one.";
const KINDS = { handheld: "carried, or at the counter", post: "a post", area: "an area" };
const MOST = 200;

/** A part that is read once somebody opens it; `changed()` is run when one was closed. */
export function readersOf(path, here, changed) {
  const list = el("ul", { class: "list", "aria-label": "Readers, oldest first", tabindex: -1 });
  const read = async () => {
    const found = await all(`${path}/readers`, {}, "items", MOST);
    const rows = found.map((each) => row(each, here(), again));
    exchange(list, rows.length ? rows : [el("li", { class: "nothing" }, NONE)], list);
  };
  const again = async () => {
    await read();
    changed();
  };
  const card = el("details", { class: "card" }, el("summary", {}, "All tills and readers"), el("div", { class: "inside" }, list));
  card.addEventListener("toggle", () => card.open && busy(list, read));
  return card;
}

function row({ id, name, kind, purpose, open, last_read_at: last }, here, again) {
  const turn = async () => {
    if (open && !confirm(`Close ${name}? It reads nothing until it is opened again.`)) return;
    await patch(`/readers/${id}`, { open: !open });
    notice(open ? `${name} is closed.` : `${name} reads again.`);
    await again();
  };
  const about = [KINDS[kind] ?? kind, last ? `read a tag last ${on(last)}` : "read nothing in the last 30 days", purpose].join(" · ");
  const words = open ? "Close it" : "Open it again";
  return line(
    el("p", { class: "who between" }, el("b", {}, here === id ? `${name} (this browser)` : name), open ? badge("Open", "good") : badge("Closed", "over")),
    el("p", { class: "about" }, about),
    open && here === id ? null : el("div", { class: "votes" }, action(words, { class: "second", "aria-label": `${words}: ${name}` }, turn)),
  );
}
