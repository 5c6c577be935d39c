// GeoJSON for the map: names in the middle of areas, and the hexagon for "somewhere in this quarter".

// Farther around, hexagons are too small to see and too many to fetch.
const FARTHEST_M = 12_000;

export function collection(features) {
  return { type: "FeatureCollection", features };
}

/** A community's name, and how many are there, at the middle of its largest part. */
export function labelled(community, here) {
  const label = here ? `${community.properties.name}\n${here} here` : community.properties.name;
  return feature({ type: "Point", coordinates: middle(community.geometry) }, { label });
}

/** The quarters (H3 cells) seen so far: a position disclosed as an area is the exact middle of one. */
export class Quarters {
  #outlines = new Map();

  /** Those of a part of the map; none where they are too small to see. */
  async within(bbox, reach_m) {
    if (reach_m > FARTHEST_M) return [];
    const answer = await fetch(`/quarters.geojson?bbox=${bbox.join(",")}`).catch(() => null);
    if (!answer?.ok) return [];
    const { features } = await answer.json();
    for (const quarter of features) this.#outlines.set(String(quarter.properties.centre), quarter.geometry);
    return features;
  }

  /** Check-ins in a quarter as its hexagon, one for all that are there, darker the more they are. */
  drawn(checkIns) {
    const byQuarter = new Map();
    for (const checkIn of checkIns) {
      const key = String(checkIn.geometry.coordinates);
      byQuarter.set(key, [...(byQuarter.get(key) ?? []), checkIn]);
    }
    return [...byQuarter].map(([key, inside]) => {
      const outline = this.#outlines.get(key) ?? inside[0].geometry;
      return feature(outline, { id: inside[0].id, many: inside.length });
    });
  }
}

function feature(geometry, properties) {
  return { type: "Feature", geometry, properties };
}

function middle(geometry) {
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
