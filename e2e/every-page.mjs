// Every template, both languages, light and dark, a small screen and a large one: no axe violation, nothing cut off,
// whatever is pressed is large enough. One test file a language calls it, so that two run at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses } from "./addresses.mjs";
import { accessible, base, fits, open, pressable } from "./lib.mjs";

/** Widths and colours. Colours are those of the same elements at any width, so dark is looked at once. */
const VIEWS = [
  { width: 320, colorSchemes: ["light", "dark"] },
  { width: 1280, colorSchemes: ["light"] },
];

export function everyPage(lang) {
  for (const { width, colorSchemes } of VIEWS) {
    test(`no axe violation, nothing cut off, nothing asked of others: ${lang}, ${width}px`, async () => {
      const list = await addresses(lang);
      // Without motion: colours that fade from light to dark are neither.
      const { page, end } = await open({ width, expectedStatus: [404], reducedMotion: "reduce" });
      for (const { path, status } of list) {
        const response = await page.goto(base + path);
        assert.equal(response.status(), status, path);
        assert.equal(await page.getAttribute("html", "lang"), lang, path);
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        await fits(page, path);
        await pressable(page, path);
        for (const colorScheme of colorSchemes) {
          await page.emulateMedia({ colorScheme });
          await accessible(page, `${path} (${colorScheme})`);
        }
      }
      await end();
    });
  }
}
