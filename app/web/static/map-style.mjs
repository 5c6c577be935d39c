// How the map is drawn. Colours come from base.css, so that light and dark stand in one place.

export const SOURCES = ["quarters", "areas", "counted", "around", "site", "quiet", "names", "spots", "numbers"];

/** The id of a source or layer of ours, unlike any that a background map has. */
export const own = (name) => `hereabouts-${name}`;

/** A background of our own, for where no map style was set. */
export function plain() {
  const ground = { id: "ground", type: "background", paint: { "background-color": colour("ground") } };
  return { version: 8, sources: {}, layers: [ground] };
}

/** Our layers in the order of drawing. Over a background map (its style) the areas are only outlined. */
export function layersOver(background) {
  return [
    ...areas(background),
    ...counted(),
    ...around(),
    ...site(),
    ...quiet(),
    spots(),
    names(background),
    numbers(background),
  ];
}

function areas(background) {
  const [accent, mine] = [colour("accent"), ["get", "mine"]];
  const appearing = ["interpolate", ["linear"], ["zoom"], 12, 0, 14, 1];
  return [
    layer("fill", "areas", { "fill-color": colour("area"), "fill-opacity": background ? 0 : 1 }),
    layer("fill", "areas", { "fill-color": accent, "fill-opacity": ["case", mine, 0.08, 0] }, "mine"),
    layer("line", "quarters", { "line-color": colour("grid"), "line-opacity": appearing }),
    layer("line", "areas", { "line-color": colour("edge") }, "edges"),
    layer("line", "areas", { "line-color": accent, "line-width": ["case", mine, 1.5, 0] }, "my-edges"),
  ];
}

/** Check-ins in a street, quarter or city: its hexagon; a soft spot where it is too small to draw. */
function around() {
  const accent = colour("accent");
  const soft = { "circle-color": accent, "circle-radius": 16, "circle-blur": 0.9, "circle-opacity": 0.5 };
  const far = layer("circle", "around", soft, "around-far");
  return [
    layer("fill", "around", { "fill-color": accent, "fill-opacity": ["get", "shade"] }),
    layer(
      "line",
      "around",
      { "line-color": accent, "line-opacity": 0.35, "line-width": 1.5 },
      "around-edges",
    ),
    { ...far, filter: ["==", ["geometry-type"], "Point"] },
  ];
}

/** Where people of a community were counted. */
function counted() {
  const accent = colour("accent");
  return [
    layer("fill", "counted", { "fill-color": accent, "fill-opacity": ["get", "shade"] }),
    layer("line", "counted", { "line-color": accent, "line-width": 1 }, "counted-edges"),
  ];
}

/** Where the event is that is looked at. */
function site() {
  return [
    layer("fill", "site", { "fill-color": colour("accent"), "fill-opacity": 0.1 }),
    layer("line", "site", { "line-color": colour("accent"), "line-width": 2 }, "site-edges"),
  ];
}

function quiet() {
  return [
    layer("fill", "quiet", { "fill-color": colour("ink"), "fill-opacity": 0.12 }),
    layer(
      "line",
      "quiet",
      { "line-color": colour("ink"), "line-width": 1.5, "line-dasharray": [2, 2] },
      "quiet-edges",
    ),
  ];
}

function spots() {
  return layer("circle", "spots", {
    "circle-color": colour("accent"),
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 4, 15, 7],
    "circle-stroke-color": colour("halo"),
    "circle-stroke-width": 2,
  });
}

function names(background) {
  const paint = { "text-color": colour("quiet"), "text-halo-color": colour("area"), "text-halo-width": 1.5 };
  const layout = {
    "text-field": ["get", "label"],
    "text-font": fontOf(background),
    "text-size": 12,
    "text-max-width": 8,
  };
  return { ...layer("symbol", "names", paint), layout, minzoom: 11 };
}

/** How many were counted in an area, over its shade. */
function numbers(background) {
  const paint = { "text-color": colour("ink"), "text-halo-color": colour("halo"), "text-halo-width": 1 };
  const layout = { "text-field": ["get", "label"], "text-font": fontOf(background), "text-size": 14 };
  return { ...layer("symbol", "numbers", paint), layout, minzoom: 8 };
}

/** A font the background's glyphs are there for; without any, letters are drawn from this machine's fonts. */
function fontOf(background) {
  const fonts = background?.layers.map((each) => each.layout?.["text-font"]).filter(Array.isArray) ?? [];
  return fonts.find((font) => font.every((name) => typeof name === "string")) ?? ["sans-serif"];
}

function layer(type, source, paint, id = source) {
  return { id: own(id), source: own(source), type, paint };
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
