// Asks a person whether a client may act for them, and sends them back with the answer. Who is signed in on the main
// page is signed in here as well; who is not signs in first.

import { get, post } from "../api.mjs";
import { action, el } from "../dom.mjs";
import { session } from "../session.mjs";
import { entrance } from "../views/entrance.mjs";

const said = [...new URLSearchParams(location.search)];
const asked = Object.fromEntries(said);
const place = document.getElementById("said");

session.addEventListener("change", turn);
if (said.length !== Object.keys(asked).length) complain({ message: "Its address says something twice." });
else if (session.open) await session.resume();
else turn();

function turn() {
  if (session.open) ask().catch(complain);
  else place.replaceChildren(entrance({ session }, "Sign in or up first"));
}

async function ask() {
  const { client, host, scopes } = await get("/oauth/authorizations", asked);
  const who = host ? `${client}, at ${host},` : `${client}, a program on your own device,`;
  const me = session.person?.handle ?? "you";
  const means = scopes.map(({ means }) => el("li", {}, means));
  place.replaceChildren(
    heading(`May ${client} act for you?`),
    el("p", {}, `${who} asks to do this for ${me}, and nothing else:`),
    el("ul", { class: "list plainly" }, means),
    el("p", { class: "quiet" }, "Anybody can make a program known; nobody has looked at this one. You can end it whenever you like, on your own page under “Elsewhere”."),
    action("Allow it", { class: "main" }, () => decide(true)),
    action("No", { class: "second" }, () => decide(false)),
  );
  place.querySelector("h1").focus();
}

async function decide(allow) {
  const { redirect_to } = await post("/oauth/authorizations", { ...asked, allow });
  location.assign(redirect_to);
}

function complain(problem) {
  const back = problem.more?.redirect_to;
  place.replaceChildren(
    heading("This does not work"),
    el("p", {}, problem.message),
    el("p", {}, el("a", { href: back ?? "/" }, back ? "Back to where you came from" : "To Hereabouts")),
  );
}

function heading(words) {
  return el("h1", { tabindex: -1 }, words);
}
