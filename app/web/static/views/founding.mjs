// Start a community.

import { post, put } from "../api.mjs";
import { el, notice } from "../dom.mjs";
import { rectangle } from "../shapes.mjs";
import { topicsOf } from "../topics.mjs";
import { choice, field, form } from "./forms.mjs";

const KINDS = {
  interest: "An interest we share",
  goal: "A goal we pursue",
  value: "A value we hold",
  location: "A neighbourhood",
};
const ABOUT_TOPICS = "One or two words, such as cycling. Check-ins and offers on it find the community.";

export function founding(given, founded) {
  if (!given.session.open)
    return el("p", { class: "quiet" }, "Sign up under You to join one or to start your own.");
  const made = form(fields(), "Start it", async (values) => {
    const community = await found(values, given.map.view);
    made.reset();
    notice(begun(community.properties));
    given.surroundings.refresh();
    await founded();
  });
  return el("details", { class: "card" }, el("summary", {}, "Start a community"), made);
}

function begun({ name, forming }) {
  if (!forming) return `${name} is there.`;
  return `${name} is forming. Everybody finds it once ${forming.grows_at} people belong; show it to some.`;
}

function fields() {
  const kind = choice("kind", KINDS);
  const topic = field("Topic", line("topics", { maxlength: 40 }), ABOUT_TOPICS);
  const ground = el(
    "p",
    { class: "quiet", hidden: true },
    "Its area is what the map shows now: move it until it fits.",
  );
  kind.addEventListener("change", () => {
    topic.hidden = kind.value === "location";
    ground.hidden = !topic.hidden;
  });
  const name = field("Name", line("name", { required: true, minlength: 2, maxlength: 80 }));
  const purpose = field("What for", line("purpose", { required: true, minlength: 10, maxlength: 280 }), "In a sentence.");
  return [field("What brings us together", kind), name, topic, ground, purpose];
}

function line(name, more) {
  return el("input", { name, autocomplete: "off", ...more });
}

async function found(values, { bbox }) {
  const [kind, name, purpose] = ["kind", "name", "purpose"].map((each) => values.get(each).trim());
  if (kind === "location") return post("/communities", { kind, name, purpose, area: rectangle(bbox) });
  const topics = await topicsOf(kind, values.get("topics").trim());
  const community = await post("/communities", { kind, name, purpose, topics });
  return put(`/communities/${community.id}/membership`);
}
