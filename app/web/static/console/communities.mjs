// Communities as a business meets them: how each stands to it, asking to be welcome, and the public record.

import { all, get, post } from "../api.mjs";
import { el, exchange, notice } from "../dom.mjs";
import { form, limited } from "../views/forms.mjs";
import { counted, on, topicName, until } from "../words.mjs";
import { addressOf, badge, consolePage, line } from "./page.mjs";
import { Picking } from "./picking.mjs";
import { recordOf } from "./record.mjs";

const LEAD = "A business is a labelled, equal member where it is welcome. Members decide that by voting for three days; nobody learns who voted how.";
const NONE = "No community was asked yet.";
const LONGEST = 500;
const MOST = 500;
const STATES = { welcome: ["Welcome", "good"], asked: ["Asked", "waiting"], refused: ["Refused", "over"], "sent-off": ["Sent off", "bad"] };

export function businessCommunities(given) {
  return consolePage(given, "Communities", fill);
}

async function fill({ path, business }) {
  const list = el("ul", { class: "list", "aria-label": "How communities stand to it", tabindex: -1 });
  const record = el("div", { class: "parts" });
  const read = async () => {
    const found = await all(`${path}/communities`, {}, "items", MOST);
    exchange(list, found.length ? found.map((each) => row(each, business.id)) : [el("li", { class: "nothing" }, NONE)], list);
  };
  const [, known] = await Promise.all([read(), get(`${path}/record`)]);
  record.append(...recordOf(known));
  return [el("p", { class: "quiet" }, LEAD), list, asking(path, read), el("h2", {}, "The public record"), record];
}

function row(stands, business) {
  const name = el("a", { href: addressOf("business-community", business, stands.community) }, el("b", {}, stands.name));
  return line(el("p", { class: "who between" }, name, stateBadge(stands.state)), el("p", { class: "about" }, standingOf(stands)));
}

export function stateBadge(state) {
  return badge(...(STATES[state] ?? [state, "over"]));
}

/** "Since 22 Nov", or until when members vote. */
export function standingOf({ state, since, asking: asked }) {
  if (state === "asked" && asked?.state === "open") return `Members vote until ${until(asked.closes_at)}`;
  const votes = asked?.votes && votesOf(asked.votes);
  return [`Since ${on(since)}`, state === "refused" && votes].filter(Boolean).join(" · ");
}

/** "12 for, 3 against, 1 abstained". */
export function votesOf({ in_favour, against, abstained }) {
  return [`${in_favour} for`, `${against} against`, abstained && `${abstained} abstained`].filter(Boolean).join(", ");
}

function asking(path, read) {
  const community = new Picking({ label: "Community", at: "community", suggest: communitiesLike, nothing: "No community of that name or topic.", hint: "By its name, or by what it is about." });
  const why = el("textarea", { name: "why", required: true, minlength: 10, rows: 4 });
  const made = form(
    [community.element, limited("Why it should welcome you", why, LONGEST, "Members read it before they vote. What do you bring, and what will you not do?")],
    "Ask to be welcome",
    async () => {
      const [id] = community.values;
      if (!id) throw Object.assign(new Error("Choose a community."), { errors: [{ at: "/community", says: "choose one of those that are found" }] });
      await post(`${path}/communities`, { community: id, why: why.value.trim() });
      made.reset();
      community.choose([]);
      notice("Asked. Its members have three days to vote.");
      await read();
    },
  );
  return el("details", { class: "card" }, el("summary", {}, "Ask a community"), made);
}

async function communitiesLike(typed) {
  const { features } = await get("/search", { q: typed, kind: "community", limit: 8 });
  return features.map(({ id, properties: { title, topics } }) => ({ value: id, name: title, about: topics.map(topicName).join(", ") }));
}

/** "3 communities welcome it, 1 was asked". */
export function communitiesInWords(found) {
  const count = (state) => found.filter((each) => each.state === state).length;
  const [welcome, asked] = ["welcome", "asked"].map(count);
  return [welcome && `welcome in ${counted(welcome, "community", "communities")}`, asked && `${asked} asked`].filter(Boolean).join(", ");
}
