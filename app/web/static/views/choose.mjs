// What may others know of me? The contracts to begin with, the most careful first; one of them is chosen.

import { get } from "../api.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { titled } from "../words.mjs";
import { entrance } from "./entrance.mjs";
import { form } from "./forms.mjs";
import { sentences, warnings } from "./sentences.mjs";

const LEAD =
  "Until you choose, only you can see what you say here. You can choose otherwise at any time, under “You”.";
const LATER = "Nobody may know anything of you until you choose. You find it under “You”.";

export function choose(given) {
  if (!given.session.open) return entrance(given);
  const { contract, back } = given;
  const cards = el(
    "fieldset",
    { class: "cards" },
    el("legend", { class: "aloud" }, "A contract to begin with"),
  );
  const then = el("div", { class: "then", role: "status" });
  const choice = { version: null };
  const send = async (values) => {
    if (!values.get("ready")) throw new Error("Choose one of them first, or decide later.");
    await contract.agree({ ready: values.get("ready") }, choice.version ?? undefined);
    notice("This holds from now on. You can change it under “You”.");
    back();
  };
  const made = form([cards, then], "Let this hold", send);
  busy(cards, async () => {
    await fill(cards, contract);
    made.querySelector(".foot").append(action(laterLabel(contract), { class: "second" }, () => later(given)));
  });
  cards.addEventListener("change", ({ target }) =>
    preview(given, target, then, choice).catch((problem) => notice(problem.message)),
  );
  const head = el(
    "header",
    {},
    el("h1", { tabindex: -1 }, "What may others know of me?"),
    el("p", { class: "quiet" }, LEAD),
  );
  return el("section", {}, head, made);
}

function laterLabel({ reachesNobody }) {
  return reachesNobody ? "I’ll decide later" : "Leave it as it is";
}

function later({ contract, back }) {
  if (contract.reachesNobody) notice(LATER);
  back();
}

async function fill(cards, contract) {
  const [{ items }] = await Promise.all([get("/contracts/ready"), contract.held ?? contract.read()]);
  cards.append(...items.map((each) => card(each, contract.held)));
}

function card({ name, says }, { version, ready }) {
  const [title, list] = [`${name}-title`, `${name}-says`];
  const holds = version > 0 && ready === name;
  const given = {
    type: "radio",
    name: "ready",
    value: name,
    "aria-labelledby": title,
    "aria-describedby": list,
  };
  return el(
    "label",
    { class: "card" },
    el("input", given),
    el("b", { id: title }, titled(name), holds && " (holds now)"),
    sentences(says, { id: list }),
  );
}

/** Beyond what the card says: what else would hold, and where it would contradict itself. */
async function preview({ contract }, chosen, then, choice) {
  then.replaceChildren();
  const wanted = await contract.preview({ ready: chosen.value });
  if (!chosen.checked) return;
  choice.version = wanted.version;
  const card = [...chosen.closest("label").querySelectorAll("li")].map((each) => each.textContent);
  const kept = wanted.says.filter((each) => !card.includes(each));
  const besides = kept.length ? [el("p", {}, "Besides, as before:"), sentences(kept)] : [];
  then.replaceChildren(...besides, ...warnings(wanted));
}
