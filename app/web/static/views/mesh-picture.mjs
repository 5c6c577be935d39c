// The mesh as a picture: to be pointed at, touched, walked through by arrow keys, and made larger.

import { drawn, el } from "../dom.mjs";
import { rings } from "../layout.mjs";
import { pageOf } from "./community.mjs";

export const STEPS = ["Yours", "One step away", "Two steps away", "Three steps away"];
const HALF = 200;
const ROOM_FOR_NAMES = 12;
const MOST_NAMED = 14;
const MOST_SAID = 3;
const LONGEST = 24;
const LARGEST = 3;

/** Those a community is tied to, as `[id, weight]`, the most first. */
export function tiesOf(id, ties) {
  const mine = ties.filter(({ one, other }) => one === id || other === id);
  return mine
    .map(({ one, other, weight }) => [one === id ? other : one, weight])
    .sort(([, one], [, other]) => other - one);
}

/** Of `{id, name, steps}` and ties `{one, other, weight}`: the picture in a frame that can be moved, and what belongs to it. */
export function picture(communities, ties) {
  const knots = rings(communities, ties);
  const at = new Map(knots.map((each) => [each.id, each]));
  const most = Math.max(...ties.map(({ weight }) => weight));
  const lines = ties.map((tie) => line(tie, at, most));
  const spots = knots.map((each) => knot(each, knots.length <= MOST_NAMED || !each.steps));
  const label = `${knots.length} communities; arrow keys go from one to the next`;
  const edge = HALF + ROOM_FOR_NAMES;
  const box = `${-edge} ${-edge} ${2 * edge} ${2 * edge}`;
  const drawing = drawn("svg", { class: "mesh-picture", viewBox: box, role: "group", "aria-label": label }, lines, spots);
  const told = el("p", { class: "about told" }, "Touch a community to see with whom it shares members.");
  whenLookedAt(drawing, (id) => tell(id, { lines, spots, ties, at, told }));
  drawing.addEventListener("keydown", (event) => walk(event, spots));
  spots[0].setAttribute("tabindex", 0);
  const frame = el("div", { class: "frame" }, drawing);
  return [el("div", { class: "figure" }, frame, zooming(drawing, frame), told)];
}

/** A finger cannot point: its first touch shows what a mouse would, the next one goes there. */
function whenLookedAt(drawing, show) {
  let [shown, firstTouch] = [null, false];
  const look = (event) => {
    const id = event.target.closest("a")?.dataset.id ?? null;
    if (event.pointerType === "touch") firstTouch = id !== shown;
    shown = id;
    show(id);
  };
  for (const kind of ["pointerover", "focusin"]) drawing.addEventListener(kind, look);
  drawing.addEventListener("click", (event) => {
    if (firstTouch) event.preventDefault();
    firstTouch = false;
  });
}

function line({ one, other, weight }, at, most) {
  const [from, to] = [at.get(one), at.get(other)];
  const width = (0.6 + 3.4 * (weight / most)).toFixed(1);
  return drawn("line", { x1: px(from.x), y1: px(from.y), x2: px(to.x), y2: px(to.y), "stroke-width": width });
}

function knot({ id, name, steps, x, y, r }, isNamed) {
  const label = { class: isNamed ? "label" : "label folded-away", x: px(x), y: px(y + r) + 12, "text-anchor": side(x) };
  return drawn(
    "a",
    { href: pageOf(id), tabindex: -1, class: `steps-${steps}`, "data-id": id, "aria-label": `${name}, ${STEPS[steps].toLowerCase()}` },
    drawn("circle", { cx: px(x), cy: px(y), r: px(r) }),
    drawn("text", label, name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name),
  );
}

/** Light up one community and what it is tied to, and say so; null for none. */
function tell(id, { lines, spots, ties, at, told }) {
  const tied = new Map(id ? tiesOf(id, ties) : []);
  for (const spot of spots) spot.classList.toggle("shown", spot.dataset.id === id);
  for (const spot of spots) spot.classList.toggle("faint", id !== null && spot.dataset.id !== id && !tied.has(spot.dataset.id));
  for (const [place, { one, other }] of ties.entries()) lines[place].classList.toggle("lit", one === id || other === id);
  if (!id) return;
  const people = [...tied].slice(0, MOST_SAID).map(([other, many]) => `${many} with ${at.get(other).name}`);
  const sharing = people.length ? ` shares about ${people.join(", ")}.` : ".";
  told.replaceChildren(el("a", { href: pageOf(id) }, at.get(id).name), sharing);
}

/** Tab comes to one of them, and arrow keys to the others: two hundred would be too many on the way to the list. */
function walk(event, spots) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const from = spots.indexOf(event.target);
  if (!by || from < 0) return;
  event.preventDefault();
  const next = spots[(from + by + spots.length) % spots.length];
  spots[from].setAttribute("tabindex", -1);
  next.setAttribute("tabindex", 0);
  next.focus();
}

function zooming(drawing, frame) {
  let place = 0;
  const turn = (by) => () => {
    // What was in the middle stays there.
    const x = (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth;
    const y = (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight;
    place = Math.min(LARGEST, Math.max(0, place + by));
    drawing.dataset.zoom = place;
    frame.scrollTo(x * frame.scrollWidth - frame.clientWidth / 2, y * frame.scrollHeight - frame.clientHeight / 2);
  };
  return el(
    "div",
    { class: "votes" },
    el("button", { type: "button", class: "second", onclick: turn(1) }, "Larger"),
    el("button", { type: "button", class: "second", onclick: turn(-1) }, "Smaller"),
  );
}

const px = (number) => Math.round(number * HALF * 10) / 10;
const side = (x) => (x > 0.6 ? "end" : x < -0.6 ? "start" : "middle");
