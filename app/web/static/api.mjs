// Speaks to /v1. The token is kept in this browser, and forgotten as soon as the server no longer takes it.

const TOKEN = "hereabouts.token";
const JSON_TYPE = "application/json";
let ended = () => {};

/** What the server said no with (RFC 9457): `slug` for code, `message` for people, `errors` by field. */
export class Problem extends Error {
  constructor(said) {
    super(said.detail || said.title || "Something went wrong.");
    this.slug = (said.type ?? "").split("/").pop();
    this.status = said.status;
    this.errors = said.errors ?? [];
    this.more = said;
  }
}

const unreachable = {
  detail: "Hereabouts cannot be reached. Check your connection and try again.",
  status: 0,
};

export const token = {
  get: () => localStorage.getItem(TOKEN),
  keep: (value) => localStorage.setItem(TOKEN, value),
  forget: () => localStorage.removeItem(TOKEN),
};

/** Called when the server no longer takes the token. */
export function whenEnded(run) {
  ended = run;
}

/** What stands at an address, with `query` as an object; `undefined` values are left out. */
export function get(path, query = {}) {
  return call("GET", withQuery(path, query));
}

/** A part of a list, and the cursor of the next one, or null (RFC 8288). */
export function getPart(path, query) {
  return call("GET", withQuery(path, query), undefined, {}, token.get(), async (answer) => {
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1];
    const cursor = next ? new URL(next, location.href).searchParams.get("cursor") : null;
    return { found: await answer.json(), next: cursor };
  });
}

/** What a list has, `most` at the most, part after part. */
export async function all(path, query, name, most) {
  const found = [];
  let cursor = null;
  do {
    const part = await getPart(path, { limit: 100, ...query, ...(cursor && { cursor }) });
    found.push(...part.found[name]);
    cursor = part.next;
  } while (cursor && found.length < most);
  return found.slice(0, most);
}

/** Have something be so; with `match`, only while its ETag is that. */
export function put(path, body = undefined, match = undefined) {
  return call("PUT", path, body, match ? { "If-Match": match } : {});
}

export function remove(path, body = undefined) {
  return call("DELETE", path, body);
}

/** Send something. With the same `key` it is done once however often it is sent. */
export function post(path, body = {}, key = undefined) {
  return call("POST", path, body, key ? { "Idempotency-Key": key } : {});
}

/** Send something as a reader, by its key. */
export function postAsReader(key, path, body) {
  return call("POST", path, body, {}, key);
}

/** Change some of something. */
export function patch(path, body) {
  return call("PATCH", path, body);
}

/** Have a file made. */
export function file(path) {
  return call("POST", path, {}, {}, token.get(), (answer) => answer.blob());
}

/** A file that stands at an address. */
export function fileAt(path, query, type) {
  return call("GET", withQuery(path, query), undefined, { Accept: type }, token.get(), (answer) => answer.blob());
}

/** Send something to do with who this is: a refusal ends no session. */
export function postAsNobody(path, body) {
  return call("POST", path, body, {}, null);
}

export function putAsNobody(path, body) {
  return call("PUT", path, body, {}, null);
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const EMPTY = [202, 204];
const asJson = (answer) => (EMPTY.includes(answer.status) ? null : answer.json());

async function call(method, path, body, headers = {}, bearer = token.get(), read = asJson) {
  const asked = { method, headers: { Accept: `${JSON_TYPE}, application/geo+json`, ...headers } };
  if (bearer) asked.headers.Authorization = `Bearer ${bearer}`;
  if (body) {
    asked.headers["Content-Type"] = JSON_TYPE;
    asked.body = JSON.stringify(body);
  }
  const answer = await fetch(`/v1${path}`, asked).catch(() => null);
  if (!answer) throw new Problem(unreachable);
  if (answer.ok) return read(answer);
  if (answer.status === 401 && bearer && bearer === token.get()) ended();
  throw new Problem(await answer.json().catch(() => ({ status: answer.status })));
}

function withQuery(path, query) {
  const said = Object.entries(query).filter(([, value]) => value !== undefined);
  return said.length ? `${path}?${new URLSearchParams(said)}` : path;
}
