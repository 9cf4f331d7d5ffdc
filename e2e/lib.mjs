// What the browser tests share: BASE_URL names a running server that has the starter directory and e2e/lists; CHROMIUM
// the browser.
// Nothing is clicked that leads away from the server.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { base } from "./server.mjs";

export { base };
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM`);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const LANGUAGES = [
  { lang: "en", prefix: "", search: "Search", go: /^Go to /, unchecked: "Starter data, not checked", other: "Español" },
  { lang: "es", prefix: "/es", search: "Buscar", go: /^Entre a /, unchecked: "Datos iniciales, sin comprobar", other: "English" },
];
export const WIDTHS = [320, 1280];

let browser;
before(async () => {
  const asRoot = process.getuid?.() === 0;
  browser = await chromium.launch({ executablePath, args: asRoot ? ["--no-sandbox"] : [] });
});
after(() => browser?.close());

/** A browser that was never here. */
export const newContext = (options) => browser.newContext(options);

/** A page that keeps account of what it asked for and complained about; `end` checks the account. */
export async function open({ width, javaScriptEnabled = true, colorScheme = "light", expectedStatus = [], ...more }) {
  const context = await newContext({ viewport: { width, height: 740 }, javaScriptEnabled, colorScheme, ...more });
  const page = await context.newPage();
  const outside = [];
  const complaints = [];
  context.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`)) outside.push(request.url());
  });
  context.on("response", (response) => {
    if (response.status() >= 400 && !expectedStatus.includes(response.status())) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const expected = expectedStatus.some((status) => message.text().includes(`status of ${status}`));
    if (["error", "warning"].includes(message.type()) && !expected) complaints.push(message.text());
  });
  const end = async () => {
    const cookies = await context.cookies();
    await context.close();
    assert.deepEqual(outside, [], "requests to other hosts");
    assert.deepEqual(complaints, [], "errors in the console");
    assert.deepEqual(cookies, [], "cookies");
  };
  return { page, end };
}

export async function fits(page, what) {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= shown, `${what}: ${wide}px wide on a screen of ${shown}px`);
}

export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  const told = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html} ${n.failureSummary}`).join(" | ")}`);
  assert.ok(passes.length > 15, `${what}: axe looked at the page (${passes.length} rules)`);
  assert.deepEqual(told, [], what);
}

/** Everything that is pressed is at least 48 pixels high. */
export async function pressable(page, what) {
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button:not([aria-hidden=true]), input:not([type=checkbox], [type=radio]), select, summary, .go, .chip, .language, .brand, .kinds a, .foot-links a, .usa-pagination a")]
      .filter((element) => element.getClientRects().length > 0 && element.getBoundingClientRect().height < 47.9)
      .map((element) => `${element.outerHTML.slice(0, 80)} ${element.getBoundingClientRect().height}px`),
  );
  assert.deepEqual(small, [], what);
}
