// Where this browser is, by its own account.

const PATIENCE_MS = 15_000;
const WHY = {
  1: "This browser may not tell where you are. Allow it in the browser's settings",
  2: "This browser does not know where it is. Try again",
  3: "Finding out where you are took too long. Try again",
};

/** Whether the browser will tell without asking the person. */
export async function mayLocate() {
  const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  return permission?.state === "granted";
}

/** `{lat, lon, accuracy_m, fixed_at}`; throws an Error that says what to do, or what else. */
export function whereIAm(otherwise = ", or tap the map.") {
  return new Promise((found, failed) => {
    if (!navigator.geolocation) return failed(new Error(WHY[2] + otherwise));
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => found(positionOf(coords, timestamp)),
      ({ code }) => failed(new Error(WHY[code] + otherwise)),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30_000 },
    );
  });
}

function positionOf({ latitude, longitude, accuracy }, timestamp) {
  const fixed_at = new Date(Math.min(timestamp, Date.now())).toISOString();
  return { lat: latitude, lon: longitude, accuracy_m: Math.min(Math.round(accuracy), 100_000), fixed_at };
}
