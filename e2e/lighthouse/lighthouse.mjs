// Lighthouse on the four pages people meet first: a phone, throttled as Lighthouse does by default, five runs, the median.
//   cd e2e/lighthouse && npm ci && BASE_URL=http://127.0.0.1:8080 node lighthouse.mjs [RUNS]
// Prints the four scores of each page; ends with 1 and the audits that failed when one is below 100.
import { existsSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { withDoor } from "../addresses.mjs";
import { base } from "../server.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const runs = Number(process.argv[2] ?? 5);
const chromePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromePath)) throw new Error(`no browser at ${chromePath}: apt-get install chromium, or set CHROMIUM`);

// Results of a search ask not to be indexed, which Lighthouse counts as a fault and search engines ask for.
const PAGES = [
  { name: "home", path: "/" },
  { name: "find", path: "/find" },
  { name: "find, results", path: "/find?q=health&kind=hospital", skipAudits: ["is-crawlable"] },
  { name: "organization", path: await withDoor() },
  { name: "help", path: "/help/rights" },
  { name: "home, Spanish", path: "/es" },
];

const chromeFlags = ["--headless=new", "--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const chrome = await launch({ chromePath, chromeFlags, logLevel: "silent" });
const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
let missed = 0;
try {
  for (const { name, path, skipAudits } of PAGES) {
    const reports = [];
    for (let tries = 0; reports.length < runs; tries += 1) {
      const { lhr } = await lighthouse(base + path, { port: chrome.port, output: "json", logLevel: "silent", onlyCategories: CATEGORIES, skipAudits: skipAudits ?? null });
      // A trace that did not begin says nothing of the page; it may happen now and then.
      if (!lhr.runtimeError) reports.push(lhr);
      else if (tries >= 2 * runs + 2) throw new Error(`${path}: ${lhr.runtimeError.message}`);
    }
    const scores = CATEGORIES.map((category) => Math.round(100 * middle(reports.map((report) => report.categories[category].score))));
    const time = (audit) => `${Math.round(middle(reports.map((report) => report.audits[audit].numericValue)))} ms`;
    console.log(`${scores.join(" / ")}  ${name} (${path})  first paint ${time("first-contentful-paint")}, largest ${time("largest-contentful-paint")}, blocked ${time("total-blocking-time")}`);
    for (const [n, category] of CATEGORIES.entries()) {
      if (scores[n] === 100) continue;
      missed += 1;
      // The run that is the median, or is next to it.
      const report = reports.find((one) => Math.round(100 * one.categories[category].score) === scores[n]);
      for (const { id, weight } of report.categories[category].auditRefs) {
        const audit = report.audits[id];
        if (weight === 0 || audit.score === null || audit.score === 1) continue;
        const where = (audit.details?.items ?? []).slice(0, 3).map((item) => item.node?.snippet ?? item.url ?? item.description ?? "").filter(Boolean);
        console.log(`    ${category}: ${id} ${audit.score} ${audit.displayValue ?? ""} ${audit.title} ${where.join(" | ")}`);
      }
    }
  }
} finally {
  await chrome.kill();
}
if (missed > 0) {
  console.error(`${missed} scores below 100 (median of ${runs})`);
  process.exit(1);
}
