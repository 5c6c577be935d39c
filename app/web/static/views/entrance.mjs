// Sign up or in.

import { postAsNobody } from "../api.mjs";
import { action, el, notice } from "../dom.mjs";
import { hasPasskeys } from "../passkeys.mjs";
import { field, form, password } from "./forms.mjs";

const HANDLE = "[A-Za-z0-9]+([._\\-][A-Za-z0-9]+)*";
const RULE = "Letters and digits, with a dot, dash or underscore between them.";
const LEAD = "Say where you are and what you are doing; the neighbourhood hears it, as exactly as you allow.";

export function entrance({ session }, title = "Welcome") {
  const place = el("section", {});
  const show = (page) => {
    const turn = () => {
      show(page.other());
      place.querySelector("input").focus();
    };
    const other = el("button", { type: "button", class: "second", onclick: turn }, page.otherwise);
    place.replaceChildren(page.head, page.form, ...(page.more ?? []), other);
  };
  const newcomer = () => signUp(session, title, known);
  const known = () => signIn(session, newcomer, () => show(forgot(known)));
  show(newcomer());
  return place;
}

function signUp(session, title, other) {
  const fields = [
    field("Handle", handle({ minlength: 2, pattern: HANDLE, title: RULE }), `How others see you. ${RULE}`),
    field("Password", password("password", false), "At least 8 characters."),
  ];
  const head = el("header", {}, heading(title), el("p", { class: "quiet" }, LEAD));
  const send = (values) => session.signUp(values.get("handle").trim(), values.get("password"));
  return { head, form: form(fields, "Sign up", send), otherwise: "I have been here before", other };
}

function signIn(session, other, lost) {
  const fields = [field("Handle", handle()), field("Password", password("password", true))];
  const send = (values) => session.signIn(values.get("handle").trim(), values.get("password"));
  const head = el("header", {}, heading("Sign in"));
  const byPasskey = () => session.signInByPasskey();
  const more = [
    hasPasskeys() && action("Use a passkey", { class: "second" }, byPasskey),
    el("button", { type: "button", class: "second", onclick: lost }, "I forgot my password"),
  ].filter(Boolean);
  return { head, form: form(fields, "Sign in", send), more, otherwise: "I am new here", other };
}

function forgot(other) {
  const who = el("input", { name: "who", required: true, minlength: 2, maxlength: 254, autocomplete: "username" });
  const fields = [field("Handle or e-mail address", who, "If there is a confirmed address, a letter goes there.")];
  const head = el("header", {}, heading("Get back in"));
  const send = async (values) => {
    await postAsNobody("/password-resets", { who: values.get("who").trim() });
    notice("If you have confirmed an address, a letter is on its way. Its link is good for half an hour.");
  };
  return { head, form: form(fields, "Send me a letter", send), otherwise: "Back", other };
}

function heading(words) {
  return el("h1", { tabindex: -1 }, words);
}

function handle(more = {}) {
  const plainly = { autocomplete: "username", autocapitalize: "none", spellcheck: "false" };
  return el("input", { name: "handle", required: true, maxlength: 30, ...plainly, ...more });
}
