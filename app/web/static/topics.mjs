// Topics as people type them.

import { get, post } from "./api.mjs";
import { slugged } from "./words.mjs";

/** The key of what was typed, as a list, added if it is new; an empty list if nothing was typed. */
export async function topicsOf(kind, typed) {
  const slug = slugged(typed);
  if (!slug) return [];
  const key = `${kind}:${slug}`;
  await get(`/topics/${key}`).catch((problem) => {
    if (problem.status !== 404) throw problem;
    return post("/topics", { key, name: typed });
  });
  return [key];
}
