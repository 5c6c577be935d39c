// What came of all offers of a business, and how often it is spoken of: counts, as far as they tell of nobody.

import { get } from "../api.mjs";
import { busy, el } from "../dom.mjs";
import { folded, lines, table } from "../figures.mjs";
import { field } from "../views/forms.mjs";
import { lasting } from "../words.mjs";
import { consolePage } from "./page.mjs";
import { cameOf } from "./return.mjs";

const SPANS = { 4: "The last 4 weeks", 12: "The last 12 weeks", 26: "The last half year", 52: "The last year" };
const USUAL_WEEKS = 12;
const DAY_MS = 86_400_000;
const HEARD = "How often anybody can read it, and how often members say it where you are welcome, in steps of five. Who spoke is told to nobody.";
const ABOUT = { name: "Your name", places: "Your places", topics: "Your topics" };
const GOES = { up: "more than before", steady: "as often as before, as far as can be told", down: "less than before" };
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

export function businessReturn(given) {
  return consolePage(given, "What came of it", async ({ path }) => [cameIn(path), heard(await get(`${path}/listening`))]);
}

/** All offers together, of as many weeks as are chosen. */
function cameIn(path) {
  const weeks = el("select", { name: "weeks" }, Object.entries(SPANS).map(([count, words]) => el("option", { value: count, selected: Number(count) === USUAL_WEEKS }, words)));
  const shown = el("div", { class: "part return" });
  const read = async () => {
    let chosen;
    // Whoever chooses again meanwhile is shown what they chose last.
    while (chosen !== weeks.value) {
      chosen = weeks.value;
      const asked = { since: new Date(Date.now() - chosen * 7 * DAY_MS).toISOString().slice(0, 10) };
      shown.replaceChildren(...cameOf(await get(`${path}/return`, asked), `${path}/return.csv`, asked));
    }
  };
  weeks.addEventListener("change", () => busy(shown, read));
  busy(shown, read);
  return el("div", { class: "part" }, el("h2", {}, "Of all your offers"), field("Of when", weeks), shown);
}

function heard({ weeks, spoken_of: spoken, median_answer_s: took }) {
  const parts = spoken.map(({ about, public: all, among_members: members }) => [
    el("h3", {}, ABOUT[about]),
    ...([...all.weeks, ...members.weeks].some(Boolean) ? drawnOf(ABOUT[about], weeks, all, members) : [el("p", { class: "nothing" }, "Too seldom to tell.")]),
  ]);
  const answered = took === null ? "You answered no wish yet." : `You answer a wish within ${lasting(took)}, half of the time.`;
  return el("div", { class: "part return" }, el("h2", {}, "How you are spoken of"), el("p", { class: "quiet" }, HEARD), ...parts.flat(), el("p", {}, answered));
}

function drawnOf(name, weeks, all, members) {
  const series = [
    { name: "Anybody reads it", values: all.weeks },
    { name: "Among members", values: members.weeks },
  ];
  const rows = weeks.map((each, place) => [day.format(Date.parse(each)), ...series.map(({ values }) => values[place].toLocaleString())]);
  return [
    lines(`${name}, by week`, series, weeks, (each) => day.format(Date.parse(each))),
    folded("As numbers", table(name, ["Week of", ...series.map((each) => each.name)], rows)),
    el("p", {}, `Where anybody reads it: ${GOES[all.direction]}. Among members: ${GOES[members.direction]}.`),
  ];
}
