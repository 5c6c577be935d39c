// One webhook: pausing and ending it, another secret, and the log of what it was told.

import { get, patch, post, remove } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { choice, field, form } from "../views/forms.mjs";
import { ago, counted, on, until } from "../words.mjs";
import { addressOf, badge, consolePage, parted } from "./page.mjs";
import { hookFields, nameOf, secretOnce, stateOf } from "./webhooks.mjs";

const DAY_MS = 86_400_000;
const STATES = { delivered: ["Taken", "good"], waiting: ["Waiting", "waiting"], failed: ["Given up", "bad"] };
const FILTER = { "": "All of the last 30 days", waiting: "Waiting", delivered: "Taken", failed: "Given up" };
const REASONS = {
  answered: "it answered with another status",
  "no-address": "the name has no address",
  "internal-address": "it leads into somebody's own network",
  unreachable: "nobody listens there",
  untrusted: "its certificate is not to be trusted",
  "too-slow": "it took more than ten seconds",
  "not-http": "its answer cannot be read",
  unsigned: "the secret was lost: make a new one",
  paused: "the webhook was paused",
};
const LASTS = { 24: "The old one signs along for a day", 0: "The old one ends at once: somebody has got hold of it" };
const NONE = "It was told nothing. Send a test.";

export function webhook(given) {
  return consolePage(given, "A webhook", (it) => fill(given, it), ["webhooks", "Webhooks"]);
}

async function fill(given, it) {
  const path = `${it.path}/webhooks/${it.about}`;
  const filter = choice("state", FILTER);
  const log = parted("The log, newest first", `${path}/deliveries`, "items", (each) => delivery(each, path, () => log.read()), NONE, () => ({ state: filter.value || undefined }));
  filter.addEventListener("change", () => busy(log.list, log.read));
  const standing = el("div", { class: "part", tabindex: -1 });
  const stands = async () => {
    const hook = await get(path);
    exchange(standing, state(hook, path, given, it, { stands, log }), standing);
    return hook;
  };
  const [hook] = await Promise.all([stands(), log.read()]);
  return [standing, changing(hook, path, stands), another(path), el("h2", {}, "The log"), field("Show", filter), log.element, sinceWhen(path, log)];
}

function state(hook, path, { go }, { business }, { stands, log }) {
  const pause = async () => {
    await patch(path, { paused: !hook.paused_at });
    notice(hook.paused_at ? "It is told again. What came meanwhile can be sent again, below." : "It is told nothing until you go on.");
    await Promise.all([stands(), log.read()]);
  };
  const test = async () => {
    await post(`${path}/test`);
    notice("A test is on its way.");
    await log.read();
  };
  const end = async () => {
    if (!confirm("End it? Its log is forgotten.")) return;
    await remove(path);
    notice("It is told nothing any more.");
    go(addressOf("webhooks", business.id).slice(1));
  };
  return [
    el("p", { class: "standing" }, stateOf(hook), el("code", {}, hook.url)),
    el("p", { class: "quiet" }, `Since ${on(hook.created_at)} it is told · ${hook.kinds.map(nameOf).join(" · ")}`),
    el(
      "div",
      { class: "votes" },
      action(hook.paused_at ? "Go on" : "Pause it", { class: hook.paused_at ? "second strong" : "second" }, pause),
      !hook.paused_at && action("Send a test", { class: "second" }, test),
      action("End it", { class: "second" }, end),
    ),
  ];
}

function changing(hook, path, stands) {
  const { parts, said } = hookFields(hook);
  const made = form(parts, "Change it", async (values) => {
    await patch(path, said(values));
    notice("Changed.");
    await stands();
  });
  return el("details", { class: "card" }, el("summary", {}, "Change its address, or what it is told"), made);
}

function another(path) {
  const shown = el("div", { class: "then" });
  const made = form([field("And the old one", choice("lasts", LASTS))], "Make a new secret", async (values) => {
    const { secret } = await post(`${path}/secrets`, { old_lasts_hours: Number(values.get("lasts")) });
    shown.replaceChildren(...secretOnce(secret, shown));
  });
  return el("details", { class: "card" }, el("summary", {}, "Another secret"), el("div", { class: "then" }, shown, made));
}

function delivery({ id, kind, happened_at, state: stands, tries, next_try_at, status, reason }, path, reread) {
  const again = async () => {
    await post(`${path}/deliveries/${id}/replay`);
    notice("It is sent again, under the same id.");
    await reread();
  };
  const said = [
    counted(tries, "try", "tries"),
    status && `answered ${status}`,
    reason && stands !== "delivered" && REASONS[reason],
    stands === "waiting" && next_try_at && `next ${until(next_try_at)}`,
  ].filter(Boolean);
  const name = nameOf(kind);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who between" }, el("span", {}, el("b", {}, name), " ", el("time", { datetime: happened_at, title: new Date(happened_at).toLocaleString() }, ago(happened_at))), badge(...(STATES[stands] ?? [stands, "over"]))),
      el("p", { class: "about" }, said.join(" · ")),
      el("div", { class: "votes" }, action("Send again", { class: "second", "aria-label": `Send again: ${name}, ${new Date(happened_at).toLocaleString()}` }, again)),
    ),
  );
}

/** Sending again all that was given up since a day. */
function sinceWhen(path, log) {
  const day = (back) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
  const since = el("input", { name: "since", type: "date", required: true, value: day(1), min: day(30), max: day(0) });
  const made = form([field("Since", since)], "Send again what was given up", async () => {
    const { replayed } = await post(`${path}/replay`, { since: new Date(`${since.value}T00:00`).toISOString() });
    notice(replayed ? `${counted(replayed, "message is", "messages are")} sent again.` : "Nothing was given up since then.");
    await log.read();
  });
  return el("details", { class: "card" }, el("summary", {}, "Send again what was given up"), made);
}
