// What people do: find a door with the keyboard alone; on a phone, in Spanish; without JavaScript; find on when nothing
// was found.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { base, fits, LANGUAGES, open } from "./lib.mjs";

const [, SPANISH] = LANGUAGES;

/** Presses Tab until what has the focus is that; as people do, it gives up in the end. */
async function tabTo(page, what, isIt, patience = 60) {
  for (let n = 0; n < patience; n += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(isIt)) return n + 1;
  }
  throw new Error(`Tab does not reach ${what} in ${patience} steps on ${page.url()}`);
}

/** The door of a page: one large link, to the address that is written beside it. */
async function door(page, words, domain) {
  const go = page.locator(".door").getByRole("link", { name: words.go });
  assert.equal(await go.count(), 1, "one large button");
  const address = new URL(await go.getAttribute("href"));
  assert.ok(address.hostname === domain || address.hostname.endsWith(`.${domain}`), address.hostname);
  assert.equal(address.protocol, "https:");
  assert.ok((await page.locator(".door").innerText()).includes(domain), "the domain it opens");
  return go;
}

test("finds a door with the keyboard alone, by suggestions", async () => {
  const { page, end } = await open({ width: 1280 });
  await page.goto(`${base}/`);
  await tabTo(page, "the box", () => document.activeElement.id === "q");
  await page.keyboard.type("labcorp");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/organizations\/labcorp/);
  await tabTo(page, "the door", () => document.activeElement.matches(".door a.go"));
  await door(page, LANGUAGES[0], "labcorp.com");
  await end();
});

test("finds a door with the keyboard alone, by results and a filter", async () => {
  const { page, end } = await open({ width: 1280 });
  await page.goto(`${base}/`);
  await tabTo(page, "the box", () => document.activeElement.id === "q");
  await page.keyboard.type("riverbend");
  // Nothing is chosen by itself: Enter searches.
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/find\?q=riverbend/);
  await tabTo(page, "a kind", () => document.activeElement.matches("#filters input[type=checkbox][value=hospital]"), 120);
  await page.keyboard.press("Space");
  await tabTo(page, "the button that shows them", () => document.activeElement.matches("#filters button[type=submit]"), 120);
  await page.keyboard.press("Enter");
  await page.waitForURL(/kind=hospital/);
  await tabTo(page, "the first result", () => document.activeElement.matches(".result h3 a"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/organizations\/riverbend-example-health/);
  await tabTo(page, "a door", () => document.activeElement.matches(".door a.go"));
  assert.equal(await page.evaluate(() => document.activeElement.href), "https://my.riverbend.example.org/");
  await end();
});

test("finds a door on a phone, in Spanish, with a finger", async () => {
  const phone = { width: 360, isMobile: true, hasTouch: true, deviceScaleFactor: 3, locale: "es-US" };
  const { page, end } = await open(phone);
  await page.goto(`${base}/`);
  await page.getByRole("link", { name: "Español" }).tap();
  await page.waitForURL(`${base}/es`);
  assert.equal(await page.getAttribute("html", "lang"), "es");
  await page.locator("#q").tap();
  await page.locator("#q").pressSequentially("quest");
  await page.getByRole("option", { name: /Quest Diagnostics/ }).first().tap();
  await page.waitForURL(/\/es\/organizations\/quest/);
  const go = await door(page, SPANISH, "questdiagnostics.com");
  // Nothing to scroll to the side, and the door is a thumb wide and among the first things.
  await fits(page, "the page of Quest");
  const box = await go.boundingBox();
  assert.ok(box.height >= 48 && box.width >= 100 && box.y < 740 * 1.5, JSON.stringify(box));
  await end();
});

for (const words of LANGUAGES) {
  test(`finds a door without JavaScript: ${words.lang}`, async () => {
    const { page, end } = await open({ width: 360, javaScriptEnabled: false });
    await page.goto(`${base}${words.prefix || "/"}`);
    await page.fill("#q", "mayo clinic");
    await page.getByRole("button", { name: words.search, exact: true }).click();
    await page.waitForURL(/\/find\?q=mayo/);
    await page.locator(".result a", { hasText: "Mayo Clinic" }).first().click();
    await page.waitForURL(/\/organizations\//);
    await door(page, words, "mayoclinic.org");
    await end();
  });
}

describe("when nothing is found", () => {
  test("takes the spelling that is offered", async () => {
    const { page, end } = await open({ width: 360, javaScriptEnabled: false });
    await page.goto(`${base}/find?q=${encodeURIComponent("qeust dignostcs")}`);
    // Either the place is found in spite of the errors, or its spelling is offered.
    const offered = page.locator(".count-line a");
    if (await page.locator(".result").count() === 0) await offered.first().click();
    assert.match(await page.locator(".result h3").first().innerText(), /Quest Diagnostics/);
    await end();
  });

  test("takes a filter away", async () => {
    const { page, end } = await open({ width: 360, javaScriptEnabled: false });
    await page.goto(`${base}/find?q=labcorp&kind=insurer`);
    assert.equal(await page.locator(".result").count(), 0, "no insurer of that name");
    assert.match(await page.locator(".count-line").innerText(), /labcorp/);
    await page.locator(".chip").first().click();
    await page.waitForURL((url) => !url.searchParams.has("kind"));
    assert.match(await page.locator(".result h3").first().innerText(), /Labcorp/i);
    await end();
  });

  for (const words of LANGUAGES) {
    test(`asks by letter, or tells us: ${words.lang}`, async () => {
      const { page, end } = await open({ width: 360, javaScriptEnabled: false });
      await page.goto(`${base}${words.prefix}/find?q=zzyzx+qqq`);
      assert.equal(await page.locator(".result").count(), 0);
      const ways = await page.locator(".ways a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      const asking = ways.find((way) => /\/(letter|help\/rights)$/.test(way));
      assert.ok(asking, `a way to ask for records: ${ways}`);
      assert.ok(ways.some((way) => /\/(help\/contact|report)$/.test(way)), `a way to tell us: ${ways}`);
      await page.locator(`.ways a[href="${asking}"]`).click();
      await page.waitForURL(base + asking);
      assert.ok(await page.locator("main h1").isVisible());
      await end();
    });
  }
});
