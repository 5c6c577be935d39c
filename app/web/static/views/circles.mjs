// My circles, and who stands in them. Nobody else sees either.

import { get, post, put, remove } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { counted } from "../words.mjs";
import { field, form, handleInput } from "./forms.mjs";

const MOST = 100;
const NONE = "None yet. A circle is whom you name in your contract by one word, such as family.";

export function circles() {
  const list = el("ul", { class: "list", "aria-label": "Your circles", tabindex: -1 });
  const read = () => fill(list, read);
  busy(list, read);
  const name = el("input", { name: "name", required: true, maxlength: 60, autocomplete: "off" });
  const made = form([field("Name of the circle", name)], "Draw a circle", async (values) => {
    await post("/me/circles", { name: values.get("name").trim() });
    made.reset();
    await read();
  });
  return el(
    "div",
    { class: "card" },
    list,
    el("details", {}, el("summary", {}, "Draw another circle"), made),
  );
}

async function fill(list, read) {
  const { items } = await get("/me/circles");
  const named = items.filter(({ kind }) => kind === "named");
  const nothing = el("li", { class: "nothing" }, NONE);
  exchange(list, named.length ? named.map((each) => circle(each, read)) : [nothing], list);
}

function circle({ id, name, members }, read) {
  const inside = el("div", { class: "inside" });
  const count = el("span", { class: "count" }, counted(members, "person", "people"));
  const opened = el("details", {}, el("summary", {}, el("b", {}, name), " ", count), inside);
  const erase = async () => {
    if (!confirm(`Do away with the circle ${name}? What was for it is for nobody in it any more.`)) return;
    await remove(`/me/circles/${id}`);
    notice(`The circle ${name} is gone.`);
    await read();
  };
  opened.addEventListener(
    "toggle",
    () =>
      opened.open && !inside.children.length && busy(inside, () => show(inside, { id, name }, count, erase)),
  );
  return el("li", {}, opened);
}

async function show(inside, { id, name }, count, erase) {
  const again = () => show(inside, { id, name }, count, erase);
  const { items } = await get(`/me/circles/${id}/members`, { limit: MOST });
  count.textContent = counted(items.length, "person", "people");
  const made = form([field(`Handle, to stand in ${name}`, handleInput())], "Put in", async (values) => {
    await put(`/me/circles/${id}/members/${encodeURIComponent(values.get("handle").trim())}`);
    await again();
  });
  const rows = items.map(({ person: { handle } }) => member(id, handle, again));
  const away = action("Do away with this circle", { class: "second" }, erase);
  exchange(
    inside,
    [el("ul", { class: "list" }, rows), made, away],
    inside.parentElement.querySelector("summary"),
  );
}

function member(id, handle, again) {
  const out = async () => {
    await remove(`/me/circles/${id}/members/${encodeURIComponent(handle)}`);
    await again();
  };
  return el(
    "li",
    {},
    el("b", {}, handle),
    action("Take out", { class: "second", "aria-label": `Take ${handle} out` }, out),
  );
}
