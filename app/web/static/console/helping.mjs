// Which helpful pieces an offer links to: those of its business, and what others wrote where it is welcome.

import { all, get } from "../api.mjs";
import { busy, el } from "../dom.mjs";
import { addressOf } from "./page.mjs";

const [MOST, MOST_SHOWN, MOST_COMMUNITIES, MOST_EACH] = [5, 30, 8, 10];
const LEAD = "People read criteria before they buy. Link to up to five of what was written where you are welcome, by you or by others.";
const NOWHERE = "There is nothing to link to yet: no community has welcomed you. Ask one under";
const NOTHING = "Nobody has written what to look for where you are welcome. You may be the first, in";

/** A part of a form, read once it is opened; `said()` is what the API takes. `is` is what is linked to already. */
export function piecesOf(path, is = []) {
  const business = path.split("/").pop();
  const list = el("ul", { class: "ticks" });
  const lead = el("p", { class: "quiet" }, LEAD);
  const boxes = () => [...list.querySelectorAll("input")];
  const fit = () => {
    const full = boxes().filter(({ checked }) => checked).length >= MOST;
    for (const each of boxes()) each.disabled = full && !each.checked;
  };
  list.addEventListener("change", fit);
  const read = async () => {
    const { found, communities } = await linkable(path, business, is);
    const ticked = new Set(said());
    list.replaceChildren(...found.map((each) => row(each, ticked.has(each.id))));
    lead.replaceChildren(...(found.length ? [LEAD] : emptiness(communities, business)));
    fit();
  };
  list.append(...is.map((each) => row(each, true)));
  const group = el("fieldset", { "data-at": "pieces" }, el("legend", { class: "aloud" }, "Pieces to link to"), lead, list);
  const element = el("details", { class: "folded", open: is.length > 0 }, el("summary", {}, "What to look for"), el("div", { class: "inside" }, group));
  let asked = false;
  element.addEventListener("toggle", () => {
    if (!element.open || asked) return;
    asked = true;
    busy(list, read);
  });
  const said = () => boxes().filter(({ checked }) => checked).map(({ value }) => value);
  return { element, said };
}

/** What is linked to already, then what the business wrote, then what most call useful. */
async function linkable(path, business, is) {
  const stands = await all(`${path}/communities`, {}, "items", 100);
  const communities = stands.filter(({ state }) => state === "welcome").slice(0, MOST_COMMUNITIES);
  const parts = await Promise.all(communities.map(({ community }) => get(`/communities/${community}/pieces`, { sort: "useful", limit: MOST_EACH })));
  const kept = new Set(is.map(({ id }) => id));
  const others = parts.flatMap(({ items }) => items).filter(({ id, is_hidden }) => !is_hidden && !kept.has(id));
  const rank = ({ by, useful }) => (by.business_id === business ? 1e6 : 0) + useful;
  others.sort((a, b) => rank(b) - rank(a));
  return { found: [...is, ...others.slice(0, MOST_SHOWN)], communities };
}

function emptiness(communities, business) {
  const [first] = communities;
  if (!first) return [NOWHERE, " ", el("a", { href: addressOf("business-communities", business) }, "Communities"), "."];
  return [NOTHING, " ", apart(`#pieces//${first.community}`, first.name), "."];
}

function row({ id, title, language, by, community, useful }, checked) {
  const about = [`by ${by.name}`, community, useful && `${useful} or more call it useful`].filter(Boolean).join(" · ");
  const label = el("label", { class: "check" }, el("input", { type: "checkbox", value: id, checked }), el("span", {}, el("span", { lang: language }, title), el("small", {}, about)));
  return el("li", {}, label, apart(`#piece//${id}`, "Read it", title));
}

/** In a tab of its own, so that what was typed stays. */
function apart(href, words, about = null) {
  return el("a", { href, target: "_blank", rel: "noopener", "aria-label": about && `${words}: ${about}` }, words);
}
