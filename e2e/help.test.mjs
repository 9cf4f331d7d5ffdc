// Help pages, each one that the index knows: they fit, they are accessible, they lead on, and they work without JavaScript.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LANGUAGES, accessible, base, fits, open } from "./lib.mjs";

for (const { lang, prefix } of LANGUAGES) {
  describe(`help in ${lang}`, () => {
    const listed = async (page) => {
      await page.goto(`${base}${prefix}/help`);
      return page.locator("main .pages a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    };

    for (const [width, colorScheme] of [[320, "light"], [1280, "dark"]]) {
      test(`every page at ${width}px, ${colorScheme}`, async () => {
        const { page, end } = await open({ width, colorScheme, javaScriptEnabled: true });
        const addresses = await listed(page);
        assert.ok(addresses.length > 20, "the index lists the pages");
        for (const address of [`${prefix}/help`, ...addresses]) {
          const response = await page.goto(base + address);
          assert.equal(response.status(), 200, address);
          await fits(page, address);
          await accessible(page, address);
        }
        await end();
      });
    }

    test("from the top of the page to a section, and on to the next page, without JavaScript", async () => {
      const { page, end } = await open({ width: 390, javaScriptEnabled: false });
      await page.goto(`${base}${prefix || "/"}`);
      await page.locator("header nav a").last().click();
      await page.locator("main .pages a").first().click();
      const section = page.locator(".contents a").nth(2);
      const id = (await section.getAttribute("href")).slice(1);
      await section.click();
      assert.ok(await page.locator(`[id="${id}"]`).evaluate((heading) => Math.abs(heading.getBoundingClientRect().top) < innerHeight));
      const before = page.url();
      await page.locator(`.next a[href^="${prefix}/help/"]`).first().click();
      assert.notEqual(page.url(), before);
      assert.equal(await page.locator("h1").count(), 1);
      await end();
    });
  });
}
