// Pictures of twelve pages, to look at before a change is finished: three widths, and on the phone also dark and Spanish.
//   cd e2e && BASE_URL=http://127.0.0.1:8080 node pictures.mjs FOLDER
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { addresses } from "./addresses.mjs";
import { base } from "./server.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: BASE_URL=... node pictures.mjs FOLDER");
  process.exit(2);
}
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM`);

/** Template, and which of its addresses. */
const TWELVE = [
  ["home", 0], ["find", 1], ["find-nothing", 0], ["organization", 0], ["organization-doors", 0], ["organization-no-door", 0],
  ["help", 0], ["apps", 0], ["places", 0], ["letter", 0], ["browse", 0], ["available", 0],
];
const VIEWS = [
  { name: "360", width: 360, lang: "en", colorScheme: "light" },
  { name: "768", width: 768, lang: "en", colorScheme: "light" },
  { name: "1280", width: 1280, lang: "en", colorScheme: "light" },
  { name: "360-dark", width: 360, lang: "en", colorScheme: "dark" },
  { name: "360-es", width: 360, lang: "es", colorScheme: "light" },
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
let taken = 0;
for (const { name, width, lang, colorScheme } of VIEWS) {
  const list = await addresses(lang);
  const context = await browser.newContext({ viewport: { width, height: 740 }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const [n, [template, which]] of TWELVE.entries()) {
    const { path } = list.filter((one) => one.template === template)[which];
    const answer = await page.goto(base + path);
    if (answer.status() !== 200) throw new Error(`${path}: ${answer.status()}`);
    await page.screenshot({ path: join(folder, `${String(n + 1).padStart(2, "0")}-${template}-${name}.png`), fullPage: true });
    taken += 1;
  }
  await context.close();
}
await browser.close();
console.log(`${taken} pictures of ${TWELVE.length} pages in ${folder}`);
