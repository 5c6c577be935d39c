// My tag: whether it answers, the code it shows, what read it; and what to do when it is lost.

import { get, post, put, remove } from "../api.mjs";
import { action, busy, el, exchange, listen, notice } from "../dom.mjs";
import { drawn } from "../qr.mjs";
import { ago, onDay } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { choice, field, form, toggle } from "./forms.mjs";

const LEARNT = {
  person: "They learnt that a person was there.",
  pseudonym: "They learnt a name that only they know you by.",
  handle: "They learnt your handle.",
};
const SILENT = "Your tag is silent: it answers nobody, and shows no code.";
const NO_CODE = "There is no code for now. Once Hereabouts can be reached, codes for a day are kept here.";
const LOST =
  "Whatever your lost phone could still show is worth nothing from then on, and this page shows codes of a new tag.";
const MOST_SHOWN = 50;

export function tag(given) {
  if (!given.session.open) return entrance(given);
  const { contract, signal } = given;
  const shown = showing(given);
  const answers = toggle(
    "My tag answers readers",
    (on) => set(given, shown, on),
    "As far as your contract lets it. A silent tag answers nobody.",
  );
  const allowed = el("div", { class: "allowed" });
  const tell = () => allowed.replaceChildren(...readersLearnNothing(contract));
  listen(contract, signal, { change: tell });
  tell();
  shown.turned = (state) => answers.show(state === "answering");
  busy(answers.element, () => begin(given, shown));
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "My tag")),
    el("div", { class: "card" }, answers.element, shown.element, allowed),
    el("h2", {}, "What read it"),
    readings(given, shown),
    el("details", { class: "card" }, el("summary", {}, "I lost my phone"), lost(given, shown)),
  );
}

/** The code of now, drawn, for where it is shown beside something else. */
export function shownCode(given) {
  const shown = showing(given);
  busy(shown.element, () => begin(given, shown));
  return shown.element;
}

/** The code of now, drawn; another one as soon as it ends, and each time the page is looked at again. */
function showing({ codes, signal }) {
  const element = el("div", { class: "code" });
  const shown = { element, state: null, turned: () => {} };
  let ending;
  shown.draw = () => {
    clearTimeout(ending);
    if (signal.aborted) return;
    shown.turned(shown.state);
    const code = shown.state === "answering" ? codes.next(new Date()) : null;
    element.replaceChildren(
      ...(code ? picture(code, codes, shown) : [el("p", { class: "quiet" }, why(shown))]),
    );
    if (code) ending = setTimeout(shown.draw, Date.parse(code.until) - Date.now());
  };
  signal.addEventListener("abort", () => clearTimeout(ending));
  const again = () => document.hidden || shown.draw();
  document.addEventListener("visibilitychange", again, { signal });
  return shown;
}

function why({ state }) {
  if (state === null) return "Looking for your tag …";
  return state === "silent" ? SILENT : NO_CODE;
}

function picture({ address, code }, codes, shown) {
  return [
    drawn(address + code, "The code of your tag, to be read"),
    el("p", { class: "letters" }, code),
    el(
      "p",
      { class: "quiet" },
      `Another one every time, also without a connection until ${onDay(codes.until)}.`,
    ),
    action("Show another", { class: "second" }, shown.draw),
  ];
}

/** How the tag stands, and codes for a day; without a connection as both were when there was one. */
async function begin({ codes, signal }, shown) {
  shown.state = codes.state;
  shown.draw();
  const { state } = await get("/me/tag");
  if (signal.aborted) return;
  await stand(codes, shown, state);
}

async function stand(codes, shown, state) {
  const was = shown.state;
  shown.state = state;
  const came = await codes.keep(state);
  if (came || was !== state) shown.draw();
}

async function set({ codes }, shown, on) {
  const { state } = await put("/me/tag", { state: on ? "answering" : "silent" });
  await stand(codes, shown, state);
  notice(on ? "Your tag answers, as far as your contract lets it." : SILENT);
}

function readersLearnNothing({ held }) {
  if (!held || held.terms.some(({ purpose, identity }) => purpose === "readers" && identity !== "nobody"))
    return [];
  const change = el("a", { href: "#trust" }, "Choose what readers may learn.");
  return [el("p", {}, "Your contract lets readers learn nothing, so that none gets an answer. ", change)];
}

function readings({ live, signal }, shown) {
  const log = el("ol", { class: "list", "aria-label": "Readings, newest first" });
  const nothing = el("p", { class: "quiet", tabindex: -1 });
  const put = (rows) => {
    exchange(log, rows, nothing);
    nothing.textContent = rows.length ? "" : "Nothing has read your tag.";
  };
  const row = (reading) => {
    const made = read(reading, () => put([...log.children].filter((each) => each !== made)));
    return made;
  };
  listen(live, signal, {
    reading: ({ detail }) => {
      if (log.querySelector(`[data-id="${CSS.escape(detail.id)}"]`)) return;
      put([row(detail), ...log.children]);
      shown.draw();
    },
  });
  busy(log, async () => {
    const { items } = await get("/me/readings", { limit: MOST_SHOWN });
    put(items.map(row));
  });
  return el("div", { class: "card" }, log, nothing);
}

function read({ id, reader, business, purpose, disclosed, pseudonym, read_at }, gone) {
  const erase = async () => {
    await remove(`/me/readings/${id}`);
    gone();
    notice("Erased, for the business as well.");
  };
  const when = el("time", { datetime: read_at, title: new Date(read_at).toLocaleString() }, ago(read_at));
  const learnt = pseudonym ? `${LEARNT[disclosed]} It is ${pseudonym}.` : LEARNT[disclosed];
  const words = el(
    "div",
    { class: "body" },
    el("p", { class: "who" }, el("b", {}, business.name), when),
    el("p", {}, `${reader}: ${purpose}`),
    el("p", { class: "about" }, learnt),
  );
  const label = { class: "second", "aria-label": `Erase this reading of ${business.name}` };
  return el("li", { "data-id": id }, words, action("Erase", label, erase));
}

/** Another tag takes the place of the lost one, and the lost phone is signed out. */
function lost({ codes }, shown) {
  const phone = choice("session", { "": "None: keep them all signed in" });
  busy(phone, async () => {
    const { items } = await get("/me/sessions");
    const others = items.filter((each) => !each.this_one && !each.scopes);
    phone.append(
      ...others.map(({ id, device, created_at }) =>
        el("option", { value: id }, `${device}, since ${ago(created_at)}`),
      ),
    );
  });
  return form(
    [el("p", {}, LOST), field("Which device to sign out", phone)],
    "It is lost: give me another tag",
    async (values) => {
      const { state } = await post("/me/tag/reissue", { session: values.get("session") || null });
      codes.forget();
      await stand(codes, shown, state);
      notice("You have another tag. What the lost one shows is worth nothing.");
      if (phone.value) phone.selectedOptions[0].remove();
    },
  );
}
