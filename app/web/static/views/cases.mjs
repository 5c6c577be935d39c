// For moderators: what was reported, and what to look at next.

import { all } from "../api.mjs";
import { busy, el } from "../dom.mjs";
import { ago, listed } from "../words.mjs";
import { choice, field } from "./forms.mjs";
import { THINGS, WHY } from "./reports.mjs";

const STATES = { open: "Open", taken: "Taken", upheld: "Upheld", dismissed: "Dismissed", "": "All" };
const REASONS = { "": "Any", ...WHY };
const MOST = 300;

export function cases(given) {
  const list = el("ul", { class: "list", "aria-label": "Cases, oldest first", tabindex: -1 });
  const tally = el("p", { class: "quiet", role: "status" });
  const [state, reason] = [choice("state", STATES), choice("reason", REASONS)];
  const read = async () => {
    const asked = { state: state.value || undefined, reason: reason.value || undefined };
    const items = await all("/moderation/cases", asked, "items", MOST);
    tally.textContent = items.length ? "The oldest first. None of them says who reported it." : "Nothing.";
    list.replaceChildren(...items.map(row));
  };
  const look = () => busy(list, () => read().catch((problem) => (tally.textContent = problem.message)));
  for (const each of [state, reason]) each.addEventListener("change", look);
  if (given.session.open) look();
  return el(
    "section",
    {},
    el("header", {}, el("h1", { tabindex: -1 }, "What was reported")),
    el("div", { class: "row" }, field("Which", state), field("Reported as", reason)),
    tally,
    list,
    el("p", { class: "quiet" }, el("a", { href: "#reports" }, "Reports of your own")),
  );
}

function row({ id, what, state, taken_by, reports, reported_at, objected }) {
  const counts = listed(Object.entries(reports).map(([reason, count]) => `${WHY[reason]} ${count}`));
  const by = taken_by && (state === "taken" ? `taken by ${taken_by}` : `${state} by ${taken_by}`);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "body" },
      el("p", { class: "who" }, el("a", { href: caseAddress(id) }, el("b", {}, THINGS[what])), el("time", { datetime: reported_at }, ago(reported_at))),
      el("p", { class: "about" }, [counts, by].filter(Boolean).join(" · ")),
      objected && el("p", { class: "about" }, "Its author objected."),
    ),
  );
}

/** Where one case is. */
export function caseAddress(id) {
  return `#case//${id}`;
}
