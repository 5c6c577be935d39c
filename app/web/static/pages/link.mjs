// The page behind the link of a letter: confirm an address, or choose a new password. What the link is worth stands
// behind the #, which browsers send to nobody; it is taken out of the address at once.

import { putAsNobody } from "../api.mjs";
import { el } from "../dom.mjs";
import { field, form, password } from "../views/forms.mjs";

const PURPOSES = { confirm, reset };

const [purpose, secret] = location.hash.slice(1).split("=");
history.replaceState(null, "", location.pathname);
show(...(Object.hasOwn(PURPOSES, purpose) && secret ? PURPOSES[purpose]() : nothing()));

function confirm() {
  const send = async () => {
    await putAsNobody("/email-confirmations", { secret });
    show(heading("Confirmed"), el("p", {}, "By this address you can get back in should you forget your password."), home());
  };
  return [heading("Is this your address?"), form([], "Yes, it is mine", send)];
}

function reset() {
  const fields = [field("New password", password("password", false), "At least 8 characters. You are signed out everywhere.")];
  const send = async (values) => {
    await putAsNobody("/password-resets", { secret, password: values.get("password") });
    show(heading("Changed"), el("p", {}, "Sign in with your new password."), home());
  };
  return [heading("A new password"), form(fields, "Change it", send)];
}

function nothing() {
  const cut = "The link of your letter was cut short on its way here. Copy all of it into the address line.";
  return [heading("Half a link"), el("p", {}, cut), home()];
}

function heading(words) {
  return el("h1", { tabindex: -1 }, words);
}

function home() {
  return el("p", {}, el("a", { href: "/#you" }, "To Hereabouts"));
}

function show(...parts) {
  document.getElementById("said").replaceChildren(...parts);
}
