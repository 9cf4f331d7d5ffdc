// What the privacy page promises, seen from a browser: a walk over every kind of page with scripts on keeps account of
// every request, cookie and thing stored, and of where links lead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses, bySlug, inEnglish, withDoor, withDoors } from "./addresses.mjs";
import { base, newContext } from "./lib.mjs";

/** Pages that are opened at most, and of each kind. */
const PAGES = 150;
const EACH = 4;
/** The only pages that may keep something, and only what a person saves there. */
const PLACES = /^\/places$/;

const pathOf = (address) => inEnglish(new URL(address).pathname);
const isOurs = (address) => address.startsWith(`${base}/`) || address === base;
const isPage = (path) => !/^\/(api|assets|data|o)\/|^\/(robots\.txt|sitemap\.xml|llms\.txt|healthz|readyz)/.test(path);

/** The kind of page that an address is: `/organizations/*`, `/browse/states/*`, with the names of what is asked. */
function kindOf(address) {
  const url = new URL(address);
  const parts = url.pathname.split("/").filter(Boolean);
  const spanish = parts[0] === "es" && parts.shift();
  const head = parts[0] === "browse" ? 2 : 1;
  const shape = parts.map((part, n) => (n < head || (n === 2 && parts[0] === "organizations") ? part : "*")).join("/");
  return `${spanish ? "/es" : ""}/${shape}?${[...new Set(url.searchParams.keys())].sort()}`;
}

/** What this browser holds of us. Cookies that scripts cannot see are counted apart. */
const held = (page) =>
  page.evaluate(async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((database) => database.name),
    caches: globalThis.caches ? await caches.keys() : [],
    workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope) : [],
  }));
const NOTHING = { cookie: "", local: [], session: [], databases: [], caches: [], workers: [] };

/** Links of a page: address as the browser understands it, and rel. Ids that can be jumped to. */
const links = (page) =>
  page.evaluate(() => ({
    anchors: [...document.querySelectorAll("a[href], area[href]")].map((one) => ({ href: one.href, rel: one.rel, target: one.target, ping: one.ping })),
    forms: [...document.forms].map((one) => one.action),
    ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
    canonical: document.querySelector("link[rel=canonical]")?.href,
    refresh: document.querySelector("meta[http-equiv=refresh]")?.content,
  }));

test("a walk over the whole site stores nothing and tells nobody", { timeout: 400_000 }, async (t) => {
  const context = await newContext({ viewport: { width: 390, height: 740 } });
  const page = await context.newPage();
  const requests = [];
  context.on("request", (request) => requests.push(request.url()));
  const problems = [];
  context.on("response", async (response) => {
    const headers = await response.allHeaders().catch(() => ({}));
    if (headers["set-cookie"]) problems.push(`${response.url()} sets a cookie`);
  });

  const waiting = [`${base}/`, `${base}/es`];
  const kinds = new Map();
  const visited = new Set();
  // Where a link was seen; fragments that are asked of a page; ids that pages have.
  const seen = new Map();
  const fragments = [];
  const ids = new Map();
  const outside = new Map();
  while (waiting.length > 0 && visited.size < PAGES) {
    const address = waiting.shift();
    const answer = await page.goto(address, { waitUntil: "load" });
    const landed = page.url();
    visited.add(address);
    const headers = await answer.allHeaders();
    if (headers["referrer-policy"] !== "no-referrer") problems.push(`${landed}: Referrer-Policy ${headers["referrer-policy"]}`);
    assert.deepEqual(await held(page), NOTHING, `after ${landed}`);
    // Told once, with those that are not opened, below.
    if (answer.status() !== 200) continue;
    const found = await links(page);
    ids.set(address, new Set(found.ids));
    if (found.refresh) problems.push(`${landed} leads on by itself: ${found.refresh}`);
    for (const action of found.forms) if (!isOurs(action)) problems.push(`${landed}: a form goes to ${action}`);
    const ourPublic = found.canonical && new URL(found.canonical).origin;
    for (const { href, rel, target, ping } of found.anchors) {
      if (/^(tel|mailto):/.test(href)) continue;
      const here = ourPublic && href.startsWith(`${ourPublic}/`) ? base + href.slice(ourPublic.length) : href;
      if (!isOurs(here)) {
        const words = rel.split(/\s+/);
        if (!/^https?:/.test(here)) problems.push(`${landed}: ${here}`);
        if (!words.includes("noreferrer") || !words.includes("noopener")) problems.push(`${landed}: ${href} has rel="${rel}"`);
        if (target) problems.push(`${landed}: ${href} opens in ${target}`);
        if (!outside.has(href)) outside.set(href, landed);
        continue;
      }
      if (ping) problems.push(`${landed}: ${href} has a ping`);
      // A redirect of ours would carry the address it leads to.
      if (/https?(:|%3a)/i.test(new URL(here).search + new URL(here).pathname)) problems.push(`${landed}: ${href} carries an address`);
      const [plain, fragment] = here.split("#");
      if (!seen.has(plain)) {
        seen.set(plain, landed);
        const path = pathOf(plain);
        const kind = kindOf(plain);
        const count = kinds.get(kind) ?? 0;
        const few = path.startsWith("/help/") ? PAGES : EACH;
        if (isPage(path) && !PLACES.test(path) && count < few) {
          kinds.set(kind, count + 1);
          waiting.push(plain);
        }
      }
      if (fragment) fragments.push({ plain, fragment: decodeURIComponent(fragment), landed });
    }
  }
  t.diagnostic(`${visited.size} pages opened, ${kinds.size} kinds, ${seen.size} links of ours, ${outside.size} links to others, ${requests.length} requests`);
  assert.ok(visited.size > 40 && outside.size > 10, "it went somewhere");
  assert.deepEqual(requests.filter((url) => !isOurs(url)), [], "requests to other hosts");
  assert.deepEqual(await context.cookies(), [], "cookies");

  // Links of ours that lead nowhere, opened or not.
  for (const [address, from] of seen) {
    const answer = await fetch(address);
    const body = await answer.text();
    if (answer.status !== 200) problems.push(`${from} links to ${address}: ${answer.status}`);
    else if (!ids.has(address)) ids.set(address, new Set([...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  }
  for (const { plain, fragment, landed } of fragments) {
    if (ids.has(plain) && !ids.get(plain).has(fragment)) problems.push(`${landed} links to ${plain}#${fragment}: no such part`);
  }
  assert.deepEqual(problems, []);

  // Every page can be reached by links, without a search.
  for (const lang of ["en", "es"]) {
    const list = await addresses(lang);
    const reached = new Set([...seen.keys(), ...visited].map((address) => kindOf(address).split("?")[0]));
    const missed = list.filter(({ path, status }) => status === 200 && !reached.has(kindOf(base + path).split("?")[0])).map(({ path }) => path);
    assert.deepEqual(missed, [], "pages that no link leads to");
  }
  await context.close();
});

test("My places keeps nothing before a person saves", async (t) => {
  const list = await addresses("en");
  const places = list.filter(({ template }) => template === "places").map(({ path }) => path);
  for (const path of [...places, ...places.map((path) => `/es${path}`)]) {
    const context = await newContext({ viewport: { width: 390, height: 740 } });
    const page = await context.newPage();
    const others = [];
    context.on("request", (request) => { if (!isOurs(request.url())) others.push(request.url()); });
    await page.goto(base + path, { waitUntil: "networkidle" });
    const { caches, workers, ...rest } = await held(page);
    // It works offline once it was opened: the page itself may be kept, nothing about a person.
    const { caches: noCaches, workers: noWorkers, ...nothing } = NOTHING;
    assert.deepEqual(rest, nothing, path);
    t.diagnostic(`${path}: caches ${JSON.stringify(caches)}, workers ${JSON.stringify(workers)}`);
    assert.deepEqual([await context.cookies(), others], [[], []], path);
    await context.close();
  }
});

test("a link to a door is the door's own address and takes no referrer along", async (t) => {
  const context = await newContext({ viewport: { width: 390, height: 740 } });
  const page = await context.newPage();
  const left = [];
  await page.route((url) => !isOurs(url.href), (route) => {
    left.push({ url: route.request().url(), referer: route.request().headers().referer, cookie: route.request().headers().cookie });
    return route.abort();
  });
  const app = (await (await fetch(`${base}/apps`)).text()).match(/href="(\/apps\/[^"]+)"/)[1];
  let pressed = 0;
  for (const path of [await withDoor(), await withDoors(), app]) {
    await page.goto(base + path);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    const hrefs = await page.locator("a[href^='http']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    if (path !== app) {
      const slug = path.split("/").pop();
      const known = await bySlug(slug);
      for (const portal of known.portals.filter((one) => one.state === "live")) assert.ok(hrefs.includes(portal.url), `${path} links to ${portal.url}`);
    }
    for (const [n, href] of hrefs.slice(0, 8).entries()) {
      left.length = 0;
      await page.locator("a[href^='http']").nth(n).click({ noWaitAfter: true });
      await page.waitForFunction(() => true);
      for (let waited = 0; left.length === 0 && waited < 40; waited += 1) await page.waitForTimeout(25);
      assert.deepEqual(left, [{ url: new URL(href).href, referer: undefined, cookie: undefined }], `${path}: ${href}`);
      pressed += 1;
      // A browser shows a page of its own where nobody answers.
      await page.goto(base + path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    }
  }
  t.diagnostic(`${pressed} links pressed`);
  assert.ok(pressed >= 5);
  await context.close();
});
