// Keeps the kiosk's page usable when it is opened again without a network. It holds the empty page, never an answer.
"use strict";
const SHELF = "kiosk";
const PAGE = /^\/k\/([0-9A-Z]{9})(\/leave)?$/;
const PATIENCE_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const page = PAGE.exec(new URL(event.request.url).pathname);
  if (event.request.method === "GET" && event.request.mode === "navigate" && page) event.respondWith(shown(event.request, page[1]));
});

async function shown(request, code) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.status < 500) return answer;
    return (await kept(code)) || answer;
  } catch (error) {
    return (await kept(code)) || Response.error();
  } finally {
    clearTimeout(clock);
  }
}

async function kept(code) {
  return (await caches.open(SHELF)).match("/k/" + code, { ignoreVary: true });
}
