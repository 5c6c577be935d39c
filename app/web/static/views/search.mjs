// One search over all that people may find. What was asked stands in the page's address, so a way back finds it again.

import { addressOf } from "../address.mjs";
import { getPart } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { Asking } from "./asking.mjs";
import { beginning, item, narrowing, nothing } from "./found.mjs";
import { SavedSearches } from "./saved.mjs";

const A_PAGE = 20;
// What of a question can be saved: not since when, nor the order.
const SAVED = ["q", "kind", "topic", "lat", "lon", "radius"];

export function search(given) {
  const results = el("ol", { class: "feed found", "aria-label": "Found", tabindex: -1 });
  const [facets, told, keeping] = [el("div", { class: "facets" }), el("p", { class: "about", role: "status" }), el("div", {})];
  const foot = el("div", { class: "nothing" });
  let newest = null;

  const turn = (query) => {
    asking.show(query);
    history.replaceState(null, "", addressOf("search", given.map.view, asAddress(query)));
    return find(query);
  };
  const find = async (query, cursor) => {
    newest = query;
    if (!query.q && !query.topic && !query.radius) return teach();
    const { found, next } = await getPart("/search", { ...query, limit: A_PAGE, cursor });
    // Somebody asked for something else meanwhile.
    if (newest !== query || given.signal.aborted) return;
    show(found, query, cursor);
    const total = results.children.length;
    told.textContent = next ? `The first ${total}.` : total ? `${total} found${cursor ? ", all there is" : ""}.` : "";
    if (next) foot.replaceChildren(action("More", { class: "second" }, () => find(query, next)));
    else foot.replaceChildren(...(total ? [] : nothing(query, go)));
  };
  const show = (found, query, cursor) => {
    const rows = found.features.map(item);
    if (cursor) {
      results.append(...rows);
      rows[0]?.querySelector("a, button")?.focus();
      return;
    }
    results.replaceChildren(...rows);
    facets.replaceChildren(...narrowing(found.facets, query, go));
    keeping.replaceChildren(saved.offer(only(query)));
  };
  const teach = () => {
    for (const each of [results, facets, told, keeping]) each.replaceChildren();
    foot.replaceChildren(...beginning());
  };
  const go = (query) => turn(query).catch((problem) => notice(problem.message));
  const saved = new SavedSearches(given, go);
  const asking = new Asking(given.map, (query) => busy(asking.element, async () => turn(await query())));

  const asked = Object.fromEntries(given.asked);
  asking.show(asked);
  find(asked).catch((problem) => notice(problem.message));
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "Search")),
    asking.element,
    facets,
    told,
    keeping,
    results,
    foot,
    saved.element,
  );
}

function only(query) {
  return Object.fromEntries(Object.entries(query).filter(([name]) => SAVED.includes(name)));
}

function asAddress(query) {
  const said = new URLSearchParams(query);
  return said.size ? `?${said}` : null;
}
