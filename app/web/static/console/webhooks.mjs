// Where a business's own server is told what concerns it: adding an address, and how each does.

import { get, post } from "../api.mjs";
import { action, el, exchange, notice } from "../dom.mjs";
import { field, form } from "../views/forms.mjs";
import { on } from "../words.mjs";
import { addressOf, badge, consolePage, line } from "./page.mjs";

const LEAD = "For shop systems: your server is told, with a signature, as soon as something happens. Never who, and no words of anybody.";
const NONE = "None. Up to five addresses can be told.";
const ONCE = "It is shown this once. Put it into your server now; with it your server checks that a message came from here.";
export const KINDS = {
  "wish.opened": "A wish may be answered",
  "wish.kept": "An answer was kept",
  "wish.broken": "An answer was not kept",
  "community.welcomed": "A community welcomed you",
  "community.sent_off": "A community sent you off",
  "offer.ended": "An offer of yours ended",
  "redemption.made": "Something was redeemed or bought",
  "redemption.rolled_back": "A redemption was rolled back",
  "webhook.test": "A test",
};
const PAUSED = { asked: "Paused", gone: "Paused: it answered that it wants nothing", failing: "Paused: it took nothing for five days" };

export function webhooks(given) {
  return consolePage(given, "Webhooks", fill);
}

async function fill({ path, business }) {
  const list = el("ul", { class: "list", "aria-label": "Webhooks", tabindex: -1 });
  const read = async () => {
    const { items } = await get(`${path}/webhooks`);
    exchange(list, items.length ? items.map((each) => row(each, business.id)) : [el("li", { class: "nothing" }, NONE)], list);
  };
  await read();
  return [el("p", { class: "quiet" }, LEAD), list, adding(path, read)];
}

function row(hook, business) {
  const name = el("a", { href: addressOf("webhook", business, hook.id) }, el("b", {}, hook.url));
  return line(el("p", { class: "who between" }, name, stateOf(hook)), el("p", { class: "about" }, hook.kinds.map(nameOf).join(" · ")));
}

export function nameOf(kind) {
  return KINDS[kind] ?? kind;
}

export function stateOf({ paused_at, paused_because, failing_since }) {
  if (paused_at) return badge(PAUSED[paused_because] ?? `Paused since ${on(paused_at)}`, "waiting");
  return failing_since ? badge(`Fails since ${on(failing_since)}`, "bad") : badge("On", "good");
}

/** Fields for an address and for what it is told; `said()` is what the API takes. */
export function hookFields({ url, kinds }) {
  const address = el("input", { name: "url", type: "url", required: true, maxlength: 500, value: url, placeholder: "https://", autocomplete: "off", inputmode: "url", spellcheck: "false" });
  const wanted = Object.keys(KINDS).filter((kind) => kind !== "webhook.test");
  const chips = [...new Set([...wanted, ...kinds])].map((kind) => el("label", { class: "chip" }, el("input", { type: "checkbox", name: "kinds", value: kind, checked: kinds.includes(kind) }), el("span", {}, nameOf(kind))));
  const parts = [field("Address", address, "https, a name, and port 443 or 8443."), el("fieldset", { "data-at": "kinds" }, el("legend", {}, "What it is told"), el("div", { class: "chips" }, chips))];
  const said = (values) => {
    const chosen = values.getAll("kinds");
    if (!chosen.length) throw Object.assign(new Error("Choose something it is told."), { errors: [{ at: "/kinds", says: "choose at least one" }] });
    return { url: address.value.trim(), kinds: chosen };
  };
  return { parts, said };
}

function adding(path, read) {
  const shown = el("div", { class: "then" });
  const all = Object.keys(KINDS).filter((kind) => kind !== "webhook.test");
  const { parts, said } = hookFields({ url: "", kinds: all });
  const made = form(parts, "Add it", async (values) => {
    const { secret } = await post(`${path}/webhooks`, said(values));
    made.reset();
    shown.replaceChildren(...secretOnce(secret, shown));
    notice("It is added. Its secret is shown this once.");
    await read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Add a webhook"), el("div", { class: "then" }, shown, made));
}

/** A secret to be copied, until whoever reads it has it. */
export function secretOnce(secret, place) {
  const shown = el("input", { value: secret, readonly: true, class: "secret", spellcheck: "false" });
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    notice("Copied.");
  };
  setTimeout(() => {
    shown.focus();
    shown.select();
  });
  return [
    field("Secret", shown, ONCE),
    el("div", { class: "votes" }, action("Copy it", { class: "second strong" }, copy), action("I have it", { class: "second" }, () => place.replaceChildren())),
  ];
}
