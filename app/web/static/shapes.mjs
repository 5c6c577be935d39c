// GeoJSON for the map: names in the middle of areas, and the hexagons for "somewhere in this street", quarter or city.

// Farther around, hexagons are too small to see and too many to fetch.
const FARTHEST_M = { street: 5_000, quarter: 12_000, city: 200_000 };
// How dark the first in a cell makes it, each other one, and all at most: a city covers the whole map.
const SHADES = {
  street: { one: 0.28, each: 0.06, most: 0.55 },
  quarter: { one: 0.22, each: 0.06, most: 0.5 },
  city: { one: 0.06, each: 0.02, most: 0.16 },
};

// As many as the server draws at once.
const MOST_NAMED = 100;

export function collection(features) {
  return { type: "FeatureCollection", features };
}

/** A community's name, and how many are there, at the middle of its largest part. */
export function labelled(community, here) {
  const label = here ? `${community.properties.name}\n${here} here` : community.properties.name;
  return feature({ type: "Point", coordinates: middle(community.geometry) }, { label });
}

/** A circle on the ground as an outline of many corners. */
export function round({ lat, lon, radius_m }) {
  const [high, wide] = [radius_m / 111_195, radius_m / (111_195 * Math.cos((lat * Math.PI) / 180))];
  const corners = Array.from({ length: 65 }, (_, corner) => {
    const turn = (corner / 64) * 2 * Math.PI;
    return [lon + wide * Math.cos(turn), lat + high * Math.sin(turn)];
  });
  return feature({ type: "Polygon", coordinates: [corners] }, {});
}

/** `[west, south, east, north]` as an area. */
export function rectangle([west, south, east, north]) {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: "Polygon", coordinates: [corners] };
}

/** The quarters of a part of the map; none where they are too small to see. */
export async function quartersWithin(bbox, reach_m) {
  if (reach_m > FARTHEST_M.quarter) return [];
  return fetched(`/quarters.geojson?bbox=${bbox.join(",")}`);
}

/** Cells (H3) by their names, in that order. */
export async function cellsNamed(names) {
  const parts = Array.from({ length: Math.ceil(names.length / MOST_NAMED) }, (_, part) =>
    names.slice(part * MOST_NAMED, (part + 1) * MOST_NAMED),
  );
  const asked = parts.map((part) => fetched(`/cells.geojson?${part.map((each) => `cell=${each}`).join("&")}`));
  return (await Promise.all(asked)).flat();
}

/** The cells (H3) seen so far: a position disclosed as a street, quarter or city is the exact middle of one. */
export class Cells {
  #outlines = new Map();

  /** Find out what the cells look like that check-ins are in; whether there are new ones. */
  async learn(checkIns, reach_m) {
    const sizes = Object.keys(FARTHEST_M).filter((size) => reach_m <= FARTHEST_M[size]);
    const came = await Promise.all(
      sizes.map((size) => this.#fetch(size, unlike(checkIns, size, this.#outlines))),
    );
    return came.some(Boolean);
  }

  /** Each cell once for all that are in it, darker the more they are; the largest first, so that none hides others. */
  drawn(checkIns, reach_m) {
    const inside = new Map();
    for (const checkIn of checkIns)
      inside.set(keyOf(checkIn), [...(inside.get(keyOf(checkIn)) ?? []), checkIn]);
    const bySize = [...inside].sort(([, [one]], [, [other]]) => sizeOf(other) - sizeOf(one));
    return bySize.map(([key, [first, ...more]]) => {
      const size = first.properties.disclosed;
      const outline = reach_m <= FARTHEST_M[size] && this.#outlines.get(key);
      const shade = Math.min(SHADES[size].most, SHADES[size].one + SHADES[size].each * more.length);
      return feature(outline || first.geometry, { id: first.id, shade });
    });
  }

  async #fetch(size, checkIns) {
    if (!checkIns.length) return false;
    const middles = checkIns.map(({ geometry }) => `at=${geometry.coordinates.join(",")}`);
    const features = await fetched(`/cells.geojson?size=${size}&${middles.join("&")}`);
    features.forEach(({ geometry }, index) => this.#outlines.set(keyOf(checkIns[index]), geometry));
    return features.length > 0;
  }
}

/** One check-in for each cell of a size that is not known yet. */
function unlike(checkIns, size, known) {
  const unknown = checkIns.filter((each) => each.properties.disclosed === size && !known.has(keyOf(each)));
  return [...new Map(unknown.map((each) => [keyOf(each), each])).values()];
}

function keyOf({ geometry, properties }) {
  return `${properties.disclosed} ${geometry.coordinates}`;
}

function sizeOf({ properties }) {
  return FARTHEST_M[properties.disclosed];
}

async function fetched(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? (await answer.json()).features : [];
}

function feature(geometry, properties) {
  return { type: "Feature", geometry, properties };
}

/** The middle of the largest part of an area. */
export function middle(geometry) {
  const outlines =
    geometry.type === "Polygon"
      ? [geometry.coordinates[0]]
      : geometry.coordinates.map(([outline]) => outline);
  return outlines.map(centroid).reduce((one, other) => (other.size > one.size ? other : one)).at;
}

/** By the shoelace formula, measured from the first corner so that few digits are lost. */
function centroid(outline) {
  const [[west, south]] = outline;
  let [twice, x, y] = [0, 0, 0];
  for (let corner = 1; corner < outline.length; corner++) {
    const [x0, y0] = [outline[corner - 1][0] - west, outline[corner - 1][1] - south];
    const [x1, y1] = [outline[corner][0] - west, outline[corner][1] - south];
    const cross = x0 * y1 - x1 * y0;
    twice += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { size: Math.abs(twice), at: [west + x / (3 * twice || 1), south + y / (3 * twice || 1)] };
}
