// The till: a code that people type on their phone, reading a tag's code, and what was redeemed lately.

import { all, get, remove } from "../api.mjs";
import { action, busy, el, exchange, notice } from "../dom.mjs";
import { field, form } from "../views/forms.mjs";
import { on } from "../words.mjs";
import { badge, consolePage, parted } from "./page.mjs";
import { readersOf } from "./readers.mjs";
import { CURRENCY, Till } from "./reading.mjs";
import { scanning } from "./scanning.mjs";

const LEAD = "People redeem here in two ways. They type your code on their phone, or they show their tag and you read its code.";
const TYPED = "People type it where they redeem the offer. You learn that somebody did, and not who.";
const READ = "Type it, or read it with a scanner that types. What you learn of them is what they let readers learn.";
const BEGIN = "To read tags this browser becomes a reader of your business, which everybody may know. Its key stays in this browser until you sign out.";
const NONE = "Nothing was redeemed yet.";
const NO_OFFER = "None: they buy something";
const AGAIN_MS = 5000;
const STANDING = ["live", "paused"];
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function businessTill(given) {
  return consolePage(given, "The till", (it) => fill(given, it));
}

async function fill(given, { path, business }) {
  const sales = parted("What was redeemed, newest first", `${path}/redemptions`, "items", (each) => sale(each, () => sales.read()), NONE);
  const till = new Till(business.id, given.signal, () => busy(sales.list, sales.read));
  const reading = el("div", { class: "part", tabindex: -1 });
  const stand = () => exchange(reading, till.open ? [readingOf(till, path, given.signal), closing(till, stand)] : [beginning(till, stand)], reading);
  await sales.read();
  stand();
  return [
    el("p", { class: "quiet" }, LEAD),
    el("h2", {}, "They type your code"),
    shownCode(given, path),
    el("h2", {}, "You read their code"),
    reading,
    el("h2", {}, "What was redeemed"),
    action("Look again", { class: "second" }, sales.read),
    sales.element,
    readersOf(path, () => till.id, stand),
  ];
}

/** The code of now, and another one as soon as it ends. */
function shownCode({ signal }, path) {
  const code = el("output", { class: "till-code", "aria-label": "The code of the till" });
  const until = el("p", { class: "about" });
  let later;
  const read = async () => {
    clearTimeout(later);
    if (signal.aborted) return;
    const found = await get(`${path}/till-code`).catch((problem) => (notice(problem.message), null));
    if (found) {
      code.textContent = found.code.match(/.{1,4}/g).join(" ");
      until.textContent = `Until ${clock.format(Date.parse(found.until))}, then another one. ${TYPED}`;
    }
    const wait = found ? Math.max(1000, Date.parse(found.until) - Date.now()) : AGAIN_MS;
    if (!signal.aborted) later = setTimeout(read, wait);
  };
  signal.addEventListener("abort", () => clearTimeout(later));
  read();
  return el("div", { class: "card" }, code, until);
}

function beginning(till, stand) {
  return el(
    "div",
    { class: "card" },
    el("p", {}, BEGIN),
    action("Make this browser a till", { class: "second strong" }, async () => {
      await till.begin();
      stand();
      notice("This browser reads codes now.");
    }),
  );
}

function closing(till, stand) {
  const close = async () => {
    if (!confirm("Let this browser be a till no more?")) return;
    await till.close();
    stand();
  };
  return action("This is no till any more", { class: "second" }, close);
}

function readingOf(till, path, signal) {
  const which = el("select", { name: "offer" }, el("option", { value: "" }, NO_OFFER));
  const code = el("input", { name: "code", required: true, maxlength: 200, autocomplete: "off", autocapitalize: "none", spellcheck: "false", class: "secret" });
  const amount = el("input", { name: "amount", inputmode: "decimal", maxlength: 15, autocomplete: "off" });
  const currency = el("input", { name: "currency", maxlength: 3, minlength: 3, autocapitalize: "characters", autocomplete: "off", value: localStorage.getItem(CURRENCY) ?? "EUR" });
  busy(which, () => offers(which, path));
  const answers = el("ul", { class: "list answers", "aria-label": "What came of it", "aria-live": "polite" });
  till.show = (answer) => answers.prepend(answered(answer, which));
  const parts = [
    field("Offer", which),
    field("Their code", code, READ),
    scanning((read) => {
      code.value = read;
      made.requestSubmit();
    }, signal),
    el("div", { class: "row" }, field("Amount, if you like", amount), field("Currency", currency)),
  ].filter(Boolean);
  const made = form(parts, "Redeem", async () => {
    const paid = amount.value.trim().replace(",", ".");
    const said = { code: code.value.trim(), offer_id: which.value || null, ...(paid && { amount: paid, currency: currency.value.trim().toUpperCase() }) };
    if (paid) localStorage.setItem(CURRENCY, said.currency);
    const done = await till.tell(said);
    if (["amount", "currency"].includes(done.outcome)) throw Object.assign(new Error(done.says), { errors: [{ at: `/${done.outcome}`, says: done.says }] });
    till.show({ ...done, title: which.selectedOptions[0].textContent, paid: paid && `${paid} ${said.currency}` });
    [code.value, amount.value] = ["", ""];
    code.focus();
  });
  return el("div", { class: "reading" }, made, answers);
}

async function offers(which, path) {
  const found = await all(`${path}/offers`, {}, "features", 300);
  const now = found.filter(({ properties }) => STANDING.includes(properties.state));
  now.sort((a, b) => STANDING.indexOf(a.properties.state) - STANDING.indexOf(b.properties.state));
  which.prepend(...now.map(({ id, properties }) => el("option", { value: id, lang: properties.language }, properties.title)));
  which.selectedIndex = 0;
}

function answered({ outcome, says, title, paid, reading }) {
  const ok = outcome === "ok";
  const known = { handle: reading?.handle, pseudonym: reading?.pseudonym && `known to you as ${reading.pseudonym}` }[reading?.disclosed];
  const state = outcome === "waiting" ? badge("Kept", "waiting") : ok ? badge("Redeemed", "good") : badge("Not redeemed", "bad");
  return el("li", {}, el("div", { class: "body" }, el("p", { class: "who between" }, el("b", {}, title), state), el("p", { class: "about" }, [clock.format(Date.now()), paid, known].filter(Boolean).join(" · ")), says && el("p", {}, says)));
}

function sale({ id, title, language, at, amount, currency, rolled_back_at, handle, pseudonym }, reread) {
  const back = async () => {
    if (!confirm("Take it back? It may be redeemed once more then.")) return;
    await remove(`/redemptions/${id}`);
    notice("Taken back.");
    await reread();
  };
  const name = title ?? "Bought without an offer";
  const about = [on(at), amount && `${amount} ${currency}`, handle ?? (pseudonym && `known to you as ${pseudonym}`)].filter(Boolean).join(" · ");
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who between" }, el("b", { lang: language }, name), rolled_back_at && badge("Taken back", "over")),
      el("p", { class: "about" }, about),
      rolled_back_at ? null : el("div", { class: "votes" }, action("Take it back", { class: "second", "aria-label": `Take back: ${name}, ${about}` }, back)),
    ),
  );
}
