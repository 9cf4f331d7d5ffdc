// Reaching every place by links alone, what is available as map, table and file, and the map of the site.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, base, fits, LANGUAGES, open, pressable, WIDTHS } from "./lib.mjs";

const text = async (path) => {
  const answer = await fetch(base + path);
  assert.equal(answer.status, 200, path);
  return answer.text();
};

/** Presses Tab until a link with this address has the focus, then Enter. */
async function follow(page, wanted) {
  for (let presses = 0; presses < 400; presses += 1) {
    await page.keyboard.press("Tab");
    const href = await page.evaluate(() => document.activeElement?.getAttribute("href"));
    if (href && wanted(href)) {
      await Promise.all([page.waitForURL(`${base}${href}`), page.keyboard.press("Enter")]);
      return href;
    }
  }
  throw new Error(`no such link on ${page.url()}`);
}

for (const { lang, prefix } of LANGUAGES) {
  test(`from the first page to an organization by keyboard, without JavaScript and without searching: ${lang}`, async () => {
    const { page, end } = await open({ width: 320, javaScriptEnabled: false });
    await page.goto(`${base}${prefix || "/"}`);
    await follow(page, (href) => href === `${prefix}/browse`);
    await follow(page, (href) => href === `${prefix}/browse/states/US`);
    const list = await follow(page, (href) => href.startsWith(`${prefix}/browse/states/US/`));
    const place = await follow(page, (href) => href.startsWith(`${prefix}/organizations/`));
    assert.equal(await page.getAttribute("html", "lang"), lang);
    assert.equal(await page.locator("h1").count(), 1, `${list} leads to ${place}`);
    await end();
  });

  for (const width of WIDTHS) {
    test(`no axe violation, nothing cut off, light and dark: ${lang}, ${width}px`, async () => {
      const { page, end } = await open({ width });
      for (const path of [
        "/browse",
        "/browse/states/TX",
        "/browse/states/US",
        "/browse/states/TX/insurer",
        "/browse/kinds/hospital",
        "/browse/vendors",
        "/browse/vendors/mychart",
        "/browse/vendors/other",
        "/available",
        "/available?kind=hospital&feature=save",
        "/available/TX",
      ]) {
        for (const colorScheme of ["light", "dark"]) {
          const what = `${prefix}${path} (${colorScheme})`;
          await page.emulateMedia({ colorScheme });
          const response = await page.goto(`${base}${prefix}${path}`);
          assert.equal(response.status(), 200, what);
          await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
          await fits(page, what);
          await pressable(page, what);
          await accessible(page, what);
        }
      }
      await end();
    });
  }

  test(`a kind and a question are chosen with the form, without JavaScript: ${lang}`, async () => {
    const { page, end } = await open({ width: 320, javaScriptEnabled: false });
    await page.goto(`${base}${prefix}/available`);
    await page.selectOption("#kind", "hospital");
    await page.selectOption("#feature", "see");
    await page.locator(".choose button").click();
    await page.waitForURL(`${base}${prefix}/available?kind=hospital&feature=see`);
    assert.equal(await page.inputValue("#kind"), "hospital");
    await end();
  });
}

test("the table, the map and the file say the same numbers", async () => {
  const [header, ...lines] = (await text("/data/available.csv")).trim().split("\r\n").map((line) => line.split(","));
  const rows = lines.map((line) => Object.fromEntries(header.map((name, at) => [name, line[at]])));
  assert.ok(rows.length > 100);
  for (const row of rows) {
    const sum = ["yes", "no", "planned", "not_known"].reduce((all, name) => all + Number(row[name]), 0);
    assert.equal(sum, Number(row.total), JSON.stringify(row));
  }
  const { page, end } = await open({ width: 1280 });
  for (const [kind, feature] of [["", "apps"], ["insurer", "see"], ["laboratory", "save"]]) {
    await page.goto(`${base}/available?kind=${kind}&feature=${feature}`);
    const shown = await page.locator("#states tbody tr").evaluateAll((all) =>
      all.map((row) => ({
        state: row.querySelector("a")?.getAttribute("href").split("/").pop() ?? "all",
        numbers: [...row.querySelectorAll("td")].map((cell) => cell.textContent.replaceAll(",", "")),
      })),
    );
    const filed = rows.filter((row) => row.kind === (kind || "all") && row.feature === feature);
    assert.equal(shown.length, filed.length, `${kind} ${feature}`);
    const tiles = await page.locator(".map .tile-code").allTextContents();
    const shares = await page.locator(".map .tile-share").allTextContents();
    for (const { state, numbers } of shown) {
      const row = filed.find((one) => one.state === state);
      const expected = [row.total, row.yes, row.planned, row.no, row.not_known, row.known_without_door];
      assert.deepEqual(numbers.slice(0, 6), expected, `${state} ${kind} ${feature}`);
      if (tiles.includes(state)) assert.equal(shares[tiles.indexOf(state)], numbers[6], state);
    }
  }
  await end();
});

test("the site map has exactly the organizations that the API lists", async () => {
  const listed = new Set();
  let after = "";
  do {
    const page = JSON.parse(await text(`/api/v1/organizations?limit=100${after}`));
    for (const { slug } of page.results) listed.add(slug);
    after = page.next_after ? `&after=${page.next_after}` : "";
  } while (after);
  const places = (xml) => [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map((match) => new URL(match[1]).pathname);
  const mapped = [];
  for (const part of places(await text("/sitemap.xml"))) mapped.push(...places(await text(part)));
  for (const { prefix } of LANGUAGES) {
    const start = `${prefix}/organizations/`;
    const slugs = mapped.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
    assert.equal(slugs.length, listed.size, "each once");
    assert.deepEqual(new Set(slugs), listed);
  }
  assert.ok(mapped.includes("/browse") && mapped.includes("/es/available"));
});

test("a printed list keeps every name, kind and place", async () => {
  const { page, end } = await open({ width: 1280 });
  await page.goto(`${base}/browse/kinds/insurer`);
  const list = await page.locator("#states a").first().getAttribute("href");
  await page.goto(base + list);
  const shown = await page.locator(".names li").allInnerTexts();
  await page.emulateMedia({ media: "print" });
  assert.deepEqual((await page.locator(".names li").allInnerTexts()).map(squeeze), shown.map(squeeze));
  for (const part of await page.locator(".names a, .names .where, .shelf-count").all()) assert.ok(await part.isVisible());
  await end();
});

const squeeze = (words) => words.replace(/\s+/g, " ").trim();
