// Keeps "My places" readable without a network: the page in each language that was opened, and the styles, scripts and
// pictures it names. Its scope is that page alone; no other page passes through here, and no answer of the API is kept.
// The page comes from the network first, so an update shows at once; its files carry a hash of their content.
"use strict";
const CACHE = "places-1";
const isPage = (path) => /^(\/[\w-]+)?\/places$/.test(path);
/** How long a kept page waits for a slow network, in milliseconds. */
const PATIENCE = 5000;

const files = (html) => new Set(html.match(/\/assets\/[\w.-]+/g));

/** Keeps a page, after the files it names, and drops the files that no kept page names any more. */
const keep = async (path, response) => {
  const cache = await caches.open(CACHE);
  for (const file of files(await response.clone().text())) {
    if (!(await cache.match(file))) await cache.add(file);
  }
  await cache.put(path, response);
  const all = (await cache.keys()).map((request) => new URL(request.url).pathname);
  const pages = await Promise.all(all.filter(isPage).map(async (page) => (await cache.match(page))?.text()));
  const named = files(pages.join("\n"));
  for (const file of all) if (!isPage(file) && !named.has(file)) await cache.delete(file);
};

const page = async (event, path) => {
  const kept = await caches.match(path);
  const fresh = fetch(event.request).then((response) => {
    if (response.ok) event.waitUntil(keep(path, response.clone()).catch(() => {}));
    return kept && response.status >= 500 ? kept : response;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  return Promise.race([fresh.catch(() => kept), late]);
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  const path = new URL(self.registration.scope).pathname;
  event.waitUntil(fetch(path, { cache: "no-store" }).then((response) => {
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return keep(path, response);
  }));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith("places-") && name !== CACHE) await caches.delete(name);
  };
  event.waitUntil(old());
});

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isPage(pathname)) event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  }
});
