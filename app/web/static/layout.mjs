// Where the knots of a graph lie: in rings by their steps, those that belong together on the same side.

const ROUNDS = 30;

/**
 * The knots with `x`, `y` and `r`, in a square of 2 × 2 around the middle. `ties` are `{one, other, weight}` by id.
 * The same graph is always laid out alike. Costs some 10 ms for 200 knots and 3,000 ties.
 */
export function rings(knots, ties) {
  const near = new Map(knots.map(({ id }) => [id, []]));
  for (const { one, other, weight } of ties) {
    near.get(one)?.push([other, weight]);
    near.get(other)?.push([one, weight]);
  }
  const layers = spread(knots);
  const angles = new Map(layers.flatMap(({ inside }) => inside.map(({ id }, place) => [id, turn(place, inside.length)])));
  for (let round = 0; round < ROUNDS; round++) for (const { inside } of layers) settle(inside, near, angles);
  return layers.flatMap(({ inside, radius, size }) =>
    inside.map((knot) => ({
      ...knot,
      x: radius * Math.cos(angles.get(knot.id)),
      y: radius * Math.sin(angles.get(knot.id)),
      r: size,
    })),
  );
}

/** One ring for each step, or several where there are too many for one; each as far out as it needs. */
function spread(knots) {
  const steps = [...new Set(knots.map((each) => each.steps))].sort();
  const size = Math.min(0.075, 0.62 / Math.sqrt(knots.length + 4));
  const inner = knots.filter((each) => each.steps === steps[0]).length > 1 ? 0.6 : 0;
  const layers = [];
  let radius = 0;
  for (const [place, step] of steps.entries()) {
    let left = knots.filter((each) => each.steps === step);
    const airy = (0.9 * (place + inner)) / (steps.length - 1 + inner || 1);
    radius = place ? Math.max(radius + 4 * size, airy) : Math.min(airy, 2 * size * left.length);
    while (left.length) {
      const rounds = Math.ceil((2.3 * size * left.length) / (2 * Math.PI * Math.max(radius, size)));
      const many = Math.ceil(left.length / rounds);
      layers.push({ inside: left.slice(0, many), radius });
      left = left.slice(many);
      if (left.length) radius += 2.4 * size;
    }
  }
  const scale = 0.9 / Math.max(radius, 0.3);
  return layers.map(({ inside, radius: far }) => ({ inside, radius: far * scale, size: Math.min(0.075, size * scale) }));
}

/** Order a ring by the middle of what each is tied to, and give all the same room. */
function settle(inside, near, angles) {
  const wish = new Map(inside.map(({ id }) => [id, middle(near.get(id), angles) ?? angles.get(id)]));
  const ordered = inside.toSorted((one, other) => wish.get(one.id) - wish.get(other.id) || (one.id < other.id ? -1 : 1));
  const shift = mean(ordered.map(({ id }, place) => [wish.get(id) - turn(place, ordered.length), 1])) ?? 0;
  for (const [place, { id }] of ordered.entries()) angles.set(id, turn(place, ordered.length) + shift);
}

function middle(tied, angles) {
  const found = mean(tied.filter(([id]) => angles.has(id)).map(([id, weight]) => [angles.get(id), weight]));
  return found === null ? null : (found + 2 * Math.PI) % (2 * Math.PI);
}

/** The mean of weighted angles; null where there is none, or they face each other. */
function mean(angles) {
  const [x, y] = angles.reduce(([a, b], [angle, weight]) => [a + weight * Math.cos(angle), b + weight * Math.sin(angle)], [0, 0]);
  return Math.hypot(x, y) > 1e-9 ? Math.atan2(y, x) : null;
}

function turn(place, many) {
  return (place / many) * 2 * Math.PI;
}
