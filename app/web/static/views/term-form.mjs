// Adding a sentence to the trust contract: who may know, for what, how exactly, how long, when.

import { get } from "../api.mjs";
import { asGiven } from "../contract.mjs";
import { action, busy, el, notice } from "../dom.mjs";
import { choice, field, form } from "./forms.mjs";
import { sentence, warnings } from "./sentences.mjs";

const GROUPS = {
  everyone: "Everyone",
  signed_in: "Everyone who is signed in",
  here: "People who are here, too",
  communities: "Members of my communities",
  community: "Members of one community",
  follow_back: "People I follow back",
  circle: "People of a circle",
  person: "One person",
};
const PURPOSES = {
  nearby: "when they look around",
  feed: "in feeds, by topic and by person",
  communities: "in the feed of our community",
};
const NOT_FOR = {
  communities: ["everyone", "signed_in", "follow_back", "circle", "person"],
  feed: ["here"],
  nearby: [],
};
const EXACTNESS = {
  exact: "Exactly where I am",
  street: "Which street",
  quarter: "Which quarter",
  city: "Which city",
  nothing: "Nothing",
};
const LASTS = {
  kept: "As long as I keep it",
  until_i_leave: "Until I leave",
  "1 day": "One day",
  "7 days": "A week",
  "30 days": "30 days",
  "365 days": "A year",
};
const DAYS = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };

export function adding({ contract }) {
  const shown = el("div", { class: "then", role: "status" });
  const made = form(fields(), "Show what it would say", async (values) => {
    const wanted = {
      terms: [...asGiven(contract.held.terms), term(values)],
      time_zone: clockFor(contract.held, values),
    };
    shown.replaceChildren(...preview(await contract.preview(wanted), wanted, contract, put));
  });
  const card = el("details", { class: "card" }, el("summary", {}, "Add a sentence"), made, shown);
  const put = (added) => {
    shown.replaceChildren();
    if (added) {
      made.reset();
      made.dispatchEvent(new Event("change"));
      card.open = false;
    }
    card.querySelector("summary").focus();
  };
  made.addEventListener("input", () => shown.replaceChildren());
  made.addEventListener("change", () => fit(made));
  fit(made);
  return card;
}

function fields() {
  const which = el("select", { name: "which" });
  const handle = el("input", {
    name: "handle",
    maxlength: 30,
    autocapitalize: "none",
    spellcheck: "false",
    autocomplete: "off",
  });
  return [
    field("Who may know", choice("group", GROUPS)),
    field("Which one", which),
    field("Their handle", handle),
    field("Where they see it", choice("purpose", PURPOSES)),
    field("How exactly", choice("exactness", EXACTNESS)),
    field("For how long", choice("lasts", LASTS)),
    hours(),
  ];
}

function hours() {
  const box = el("input", { type: "checkbox", name: "at_times" });
  const days = Object.entries(DAYS).map(([value, label]) => {
    const day = el("input", { type: "checkbox", name: "days", value, checked: true });
    return el("label", { class: "chip" }, day, el("span", {}, label));
  });
  const since = el("input", { name: "since", type: "time", value: "09:00" });
  const until = el("input", { name: "until", type: "time", value: "17:00" });
  return el(
    "fieldset",
    { class: "hours" },
    el("legend", { class: "aloud" }, "When"),
    el("label", { class: "check" }, box, "Only at certain times"),
    el(
      "div",
      { class: "times", hidden: true },
      el("div", { class: "chips" }, days),
      el("div", { class: "row" }, field("From", since), field("Until", until)),
    ),
  );
}

/** Offer only what goes together. */
function fit(made) {
  const { group, which, handle, purpose, at_times } = made.elements;
  const named = ["community", "circle"].includes(group.value);
  which.closest(".field").hidden = !named;
  handle.closest(".field").hidden = group.value !== "person";
  handle.required = group.value === "person";
  which.required = named;
  for (const option of purpose.options) option.disabled = NOT_FOR[option.value].includes(group.value);
  if (purpose.selectedOptions[0]?.disabled !== false)
    purpose.value = [...purpose.options].find((each) => !each.disabled).value;
  made.querySelector(".times").hidden = !at_times.checked;
  if (named && which.dataset.of !== group.value) busy(which, () => fill(which, group.value));
}

async function fill(which, group) {
  which.dataset.of = group;
  which.replaceChildren();
  const found = group === "community" ? await communities() : await circles();
  if (which.dataset.of === group)
    which.replaceChildren(...found.map(([id, name]) => el("option", { value: id }, name)));
}

async function communities() {
  const { features } = await get("/me/communities");
  return features.map(({ id, properties }) => [id, properties.name]);
}

async function circles() {
  const { items } = await get("/me/circles");
  return items.filter(({ kind }) => kind === "named").map(({ id, name }) => [id, name]);
}

function term(values) {
  const [group, lasts] = [values.get("group"), values.get("lasts")];
  return {
    purpose: values.get("purpose"),
    who: whoIn(values, group),
    exactness: values.get("exactness"),
    hours: values.get("at_times") ? times(values) : undefined,
    lasts: Number.parseInt(lasts, 10) || lasts,
  };
}

function whoIn(values, group) {
  if (group === "person") return { group, handle: values.get("handle").trim() };
  return ["community", "circle"].includes(group) ? { group, id: values.get("which") } : { group };
}

function times(values) {
  const days = values.getAll("days");
  if (!days.length) throw new Error("Choose at least one day of the week.");
  return { days, since: values.get("since"), until: values.get("until") };
}

/** The first hours are meant by this browser's clock; later ones by the same as the first. */
function clockFor({ terms }, values) {
  const first = values.get("at_times") && !terms.some(({ hours: given }) => given);
  return first ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined;
}

function preview(would, wanted, contract, done) {
  const added = would.terms.at(-1);
  const clock = added.hours && el("p", { class: "quiet" }, `Times are those of ${would.time_zone}.`);
  const agree = async () => {
    await contract.agree(wanted, would.version);
    notice("Added. It holds from now on.");
    done(true);
  };
  return [
    el("p", {}, el("b", {}, "It would say: "), sentence(added.says)),
    clock,
    ...warnings(would),
    el(
      "div",
      { class: "row" },
      action("Let this hold", { class: "main" }, agree),
      action("Not now", { class: "second" }, () => done(false)),
    ),
  ].filter(Boolean);
}
