// Keeps the page itself (never a payment), so that it opens and says that nothing is heard when the till is away. The
// network comes first: after an update of the till the new page is shown.
const SHELF = "tillbell-page-1";
/** A till on the shop's own network answers sooner than this. */
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.add("./"))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

/** Lets go of what a new page does not name any more. */
async function tidied(shelf, page) {
  const text = await page.text();
  for (const kept of await shelf.keys()) {
    const name = kept.url.split("/assets/")[1];
    if (name && !text.includes(name)) await shelf.delete(kept);
  }
}

/** One key for one thing, whatever stands behind the `?` of its address. */
function keyOf(request) {
  if (request.mode === "navigate") return self.registration.scope;
  const { origin, pathname } = new URL(request.url);
  return origin + pathname;
}

/** Asks the till, keeps a good answer, and takes what is kept when there is none. */
async function fetched(request) {
  const shelf = await caches.open(SHELF);
  const key = keyOf(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const page = answer.headers.get("content-type")?.startsWith("text/html") === true;
    // A picture that is opened by itself is a navigation too, and must not lie in the page's place.
    if (answer.ok && page === (key === self.registration.scope)) await shelf.put(key, answer.clone());
    if (answer.ok && page) await tidied(shelf, answer.clone());
    return answer;
  } catch (error) {
    const kept = await shelf.match(key);
    if (kept) return kept;
    throw error;
  }
}

/** Names with a digest in them never change what they hold. */
async function unchanging(request) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(keyOf(request));
  return kept ?? fetched(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const scope = self.registration.scope;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  event.respondWith(request.url.startsWith(`${scope}assets/`) ? unchanging(request) : fetched(request));
});
