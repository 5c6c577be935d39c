// Choosing topics by searching among those there are.

import { get, post } from "../api.mjs";
import { slugged, titled, topicName } from "../words.mjs";
import { Picking } from "./picking.mjs";

const KINDS = { interest: "Interest", goal: "Goal", value: "Value" };
const MOST_FOUND = 8;

/** "Value" of "value:fair-trade". */
export function kindOf(key) {
  return KINDS[key.split(":")[0]];
}

/** A field for topics. With `adding`, one that nobody added yet may be chosen as well, and is added. */
export function topicPicking({ label, hint, at = "topics", most = 10, adding = false, kinds = Object.keys(KINDS), changed }, keys = []) {
  const suggest = async (typed) => {
    const { items } = await get("/topics", { q: typed, limit: 50 });
    const found = items.filter(({ key }) => kinds.includes(key.split(":")[0])).sort(likest(slugged(typed)));
    return [...found.slice(0, MOST_FOUND).map(one), ...(adding ? added(typed, found, kinds) : [])];
  };
  const nothing = adding ? "Nothing fits." : "Nobody added such a topic. An offer reaches people through communities that share one of its topics.";
  return new Picking({ label, hint, at, most, suggest, nothing, changed }, keys.map((key) => one({ key })));
}

function one({ key, name }) {
  const own = key.slice(key.indexOf(":") + 1);
  return { value: key, name: name && name !== own ? name : topicName(key), about: kindOf(key) };
}

/** What begins with the words comes before what has them inside. */
function likest(slug) {
  const far = ({ key }) => key.slice(key.indexOf(":") + 1).indexOf(slug) >>> 0;
  return (a, b) => far(a) - far(b) || a.key.length - b.key.length;
}

function added(typed, found, kinds) {
  const slug = slugged(typed);
  const there = new Set(found.map(({ key }) => key));
  const wanted = slug ? kinds.map((kind) => `${kind}:${slug}`).filter((key) => !there.has(key)) : [];
  return wanted.map((key) => ({
    value: key,
    name: titled(slug).toLowerCase(),
    about: `Add it as ${key.startsWith("interest") ? "an" : "a"} ${key.split(":")[0]}`,
    make: () => post("/topics", { key, name: typed }).catch((problem) => {
      if (problem.slug !== "already-there") throw problem;
    }),
  }));
}
