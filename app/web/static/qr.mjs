// Draws QR codes: dark on light with a rim, by night as well, for that is what readers look for.

import { encodeQR } from "./lib/qr.mjs";

const SPACE = "http://www.w3.org/2000/svg";
const RIM = 4;

/** What is to be read, as a drawing that is called `label`. */
export function drawn(content, label) {
  const rows = encodeQR(content, "raw", { ecc: "medium", border: RIM });
  const picture = shape("svg", {
    viewBox: `0 0 ${rows.length} ${rows.length}`,
    role: "img",
    "aria-label": label,
  });
  picture.append(
    shape("rect", { width: "100%", height: "100%", fill: "#fff" }),
    shape("path", { d: rows.map(line).join(""), fill: "#000", "shape-rendering": "crispEdges" }),
  );
  return picture;
}

function line(row, y) {
  return row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("");
}

function shape(name, given) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  return made;
}
