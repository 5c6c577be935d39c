// What the numbers of communities promise to each person who is in them, and why there may be none.

import { el } from "../dom.mjs";
import { folded } from "../figures.mjs";

/** How the numbers are made, to be unfolded. */
export function promise({ best_guess_of_one: one, best_guess_of_all: all }) {
  const times = (share) => `${Math.round(share * 100)} times in 100`;
  return folded(
    "How these numbers are made, and why they tell of nobody",
    el(
      "ul",
      { class: "says" },
      [
        "Every four weeks it is counted once, and never again. What is published stays as it is.",
        "Counted is who lets it: “I am counted” in the trust contract. Of those who take part only check-ins that are public and exact anyway.",
        "To each number chance is added, so it is near the truth and never sure. That is how numbers are rounded here.",
        "What is too small is not shown: it looks the same as what never was.",
        `Somebody who knows everything of everybody but you, and asks everything, guesses whether you took part rightly ${times(one)} at most; with the numbers of all communities ${times(all)}. By chance it is 50.`,
      ].map((each) => el("li", {}, each)),
    ),
    el(
      "p",
      {},
      el("a", { href: "#trust" }, "Whether you are counted"),
      " · ",
      el("a", { href: "/v1/docs#/statistics" }, "The same numbers for programs"),
    ),
  );
}

/** What to say where nothing is published yet; `least` is the smallest number of people that is. */
export function teaching(belongs, least) {
  return el(
    "div",
    { class: "card teach" },
    el("p", {}, el("b", {}, "There are no numbers yet.")),
    el("p", {}, "They come by themselves, when four weeks are over in which enough people took part:"),
    el(
      "ul",
      { class: "says" },
      [
        `at least some ${least} who checked in so that the community hears it, or who joined, or belong;`,
        "and as many, or some more, who share a topic, an hour or an area, before that is shown;",
        "of people who let themselves be counted. What only friends may know is never counted.",
      ].map((each) => el("li", {}, each)),
    ),
    el(
      "p",
      { class: "quiet" },
      belongs
        ? "So check in, answer, and show the community to others. Fewer people have no numbers, as numbers of few would tell of each."
        : "Fewer people have no numbers, as numbers of few would tell of each.",
    ),
  );
}
