// Keeps the page in this browser, so that it opens without a connection: to show the tag. Browsers keep its files anyway.

const SHELF = "hereabouts-page";

self.addEventListener("install", (installing) => {
  self.skipWaiting();
  installing.waitUntil(caches.open(SHELF).then((shelf) => shelf.add("/")));
});

self.addEventListener("fetch", (asking) => {
  const { request } = asking;
  if (request.mode === "navigate" && new URL(request.url).pathname === "/")
    asking.respondWith(newest(request));
});

async function newest(request) {
  const shelf = await caches.open(SHELF);
  const page = await fetch(request).catch(() => null);
  if (page?.ok) await shelf.put("/", page.clone());
  return page ?? (await shelf.match("/")) ?? Response.error();
}
