// What all pages of a business's console share: the way back, lists in parts, and badges.

import { get, getPart } from "../api.mjs";
import { action, busy, el, exchange } from "../dom.mjs";
import { entrance } from "../views/entrance.mjs";

const NONE = "No business is named here.";

/** The ids that an address names: of a business, and of what it is about, or null. */
export function idsIn({ thing }) {
  const [business, about] = (thing ?? "").split("/");
  return { business: business || null, about: about || null };
}

/** Where a page about a business is, or about something of it. */
export function addressOf(view, business, about = null) {
  return `#${[view, "", business, about].filter((each) => each !== null).join("/")}`;
}

/**
 * A page of the console. `fill({path, business, about, title, again})` gives what stands on it, once, unless it runs
 * `again()`; parts that change read themselves anew, so that what is typed in others stays. `back` is the page above it: a
 * view and its name.
 */
export function consolePage(given, words, fill, back = null) {
  if (!given.session.open) return entrance(given);
  const { business: id, about } = idsIn(given);
  const title = el("h1", { tabindex: -1 }, words);
  const way = el("p", { class: "way" });
  const body = el("div", { class: "about-it console" });
  const toAll = el("p", { class: "quiet" }, id ? "" : `${NONE} `, el("a", { href: "#business" }, "All you act for"));
  const again = async () => {
    const path = `/businesses/${id}`;
    try {
      const business = await get(path);
      const parts = await fill({ path, business, about, title, again });
      way.replaceChildren(...wayBack(business, back));
      exchange(body, parts.filter(Boolean), title);
    } catch (problem) {
      exchange(body, [el("p", { class: "nothing" }, problem.message), toAll], title);
    }
  };
  if (id) busy(body, again);
  else body.append(toAll);
  return el("section", {}, el("header", {}, way, title), body);
}

function wayBack({ id, name }, back) {
  const above = back ? [" › ", el("a", { href: addressOf(back[0], id) }, back[1])] : [];
  return [el("a", { href: addressOf("business", id) }, name), ...above];
}

/** A list that is read part after part: `read()` begins anew with the first, keeping as many as were shown. */
export function parted(label, path, name, row, nothing, query = () => ({})) {
  const list = el("ul", { class: "list", "aria-label": label, tabindex: -1 });
  const more = el("div", { class: "more" });
  let shown = 0;
  const fill = async (limit, cursor) => {
    const { found, next } = await getPart(path, { limit, ...query(), ...(cursor && { cursor }) });
    const rows = found[name].map(row);
    if (!cursor) list.replaceChildren(...(rows.length ? rows : [el("li", { class: "nothing" }, nothing)]));
    else list.append(...rows);
    shown = cursor ? shown + rows.length : rows.length;
    more.replaceChildren(...(next ? [older(next)] : []));
    return rows[0];
  };
  const older = (next) =>
    action("Show older ones", { class: "second" }, async () => {
      const first = await fill(20, next);
      first?.setAttribute("tabindex", -1);
      (first ?? list).focus();
    });
  const read = () => fill(Math.min(100, Math.max(20, shown)), null);
  return { element: el("div", { class: "parted" }, list, more), list, read };
}

/** How something stands, in a word and a colour: "good", "waiting", "over" or "bad". */
export function badge(words, look) {
  return el("span", { class: `badge ${look}` }, words);
}

/** A line of a list. */
export function line(title, ...about) {
  return el("li", {}, el("div", { class: "body" }, title, ...about));
}
