// The pages in a real browser: finding a door, suggestions, filters, location, headers. Every page: every-page.mjs.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible, base, fits, LANGUAGES, open, pressable, WIDTHS } from "./lib.mjs";

for (const words of LANGUAGES) {
  for (const width of WIDTHS) {
    for (const javaScriptEnabled of [true, false]) {
      test(`finds the door of Quest: ${words.lang}, ${width}px, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
        const { page, end } = await open({ width, javaScriptEnabled });
        await page.goto(`${base}${words.prefix || "/"}`);
        assert.equal(await page.getAttribute("html", "lang"), words.lang);
        await page.fill("#q", "quest");
        await page.getByRole("button", { name: words.search, exact: true }).click();
        await page.waitForURL(/\/find\?/);
        assert.ok(page.url().startsWith(`${base}${words.prefix}/find?q=quest`), page.url());
        await page.locator(".result a", { hasText: "Quest Diagnostics" }).first().click();
        await page.waitForURL(/\/organizations\//);
        const door = page.locator(".door");
        const go = door.getByRole("link", { name: words.go });
        assert.equal(await go.count(), 1, "one large button");
        assert.ok(await go.isVisible());
        const address = new URL(await go.getAttribute("href"));
        assert.equal(address.protocol, "https:");
        assert.match(address.hostname, /(^|\.)questdiagnostics\.com$/);
        assert.match(await go.getAttribute("rel"), /noopener/);
        const text = await door.innerText();
        assert.ok(text.includes("questdiagnostics.com"), "the domain it opens");
        assert.ok(text.includes(words.unchecked), "who lists it");
        // The other language is the same page.
        const here = new URL(page.url()).pathname;
        await page.getByRole("link", { name: words.other, exact: true }).click();
        const there = words.prefix ? here.slice(words.prefix.length) : `/es${here}`;
        await page.waitForURL(`${base}${there}`);
        await end();
      });
    }
  }
}

describe("suggestions by keyboard", () => {
  const box = (page) => page.getByRole("combobox");
  const list = (page) => page.getByRole("listbox");
  const typed = async (page, text) => {
    await page.goto(`${base}/`);
    await box(page).focus();
    await page.keyboard.type(text);
    await list(page).waitFor({ state: "visible" });
  };

  test("the box says what it is, nothing is chosen by itself", async () => {
    const { page, end } = await open({ width: 320 });
    await typed(page, "quest");
    const field = box(page);
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    assert.equal(await field.getAttribute("aria-autocomplete"), "list");
    assert.equal(await field.getAttribute("aria-controls"), await list(page).getAttribute("id"));
    assert.equal(await field.getAttribute("aria-activedescendant"), null);
    assert.ok(await list(page).getAttribute("aria-label"), "the list has a name");
    assert.equal(await page.locator("[aria-owns]").count(), 0);
    assert.equal(await page.locator("[role=option][aria-selected=true]").count(), 0);
    assert.match(await page.getByRole("option").last().innerText(), /See all results for “quest”/);
    await page.waitForFunction(() => /\d+ place/.test(document.querySelector("[role=status]").textContent));
    await fits(page, "with suggestions");
    await accessible(page, "with suggestions");
    await end();
  });

  test("arrows mark, Enter opens what is marked", async () => {
    const { page, end } = await open({ width: 1280 });
    await typed(page, "quest");
    await page.keyboard.press("ArrowDown");
    const first = page.getByRole("option").first();
    assert.equal(await first.getAttribute("aria-selected"), "true");
    assert.equal(await box(page).getAttribute("aria-activedescendant"), await first.getAttribute("id"));
    assert.equal(await box(page).inputValue(), "quest");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/organizations\//);
    await end();
  });

  test("up from the box reaches the last one, which searches", async () => {
    const { page, end } = await open({ width: 1280 });
    await typed(page, "quest");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.getByRole("option").last().getAttribute("aria-selected"), "true");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/find?q=quest`);
    await end();
  });

  test("Enter on nothing searches; Escape closes, then clears", async () => {
    const { page, end } = await open({ width: 1280 });
    await typed(page, "quest");
    await page.keyboard.press("Escape");
    assert.equal(await list(page).count(), 0, "closed");
    assert.equal(await box(page).getAttribute("aria-expanded"), "false");
    assert.equal(await box(page).inputValue(), "quest");
    await page.keyboard.press("Escape");
    assert.equal(await box(page).inputValue(), "");
    await page.keyboard.type("quest");
    await list(page).waitFor({ state: "visible" });
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}/find?q=quest`);
    await end();
  });

  test("a finger chooses too", async () => {
    const { page, end } = await open({ width: 320 });
    await typed(page, "quest");
    await page.getByRole("option").first().click();
    await page.waitForURL(/\/organizations\//);
    await end();
  });
});

test("filters by form, without JavaScript, and each can be taken away", async () => {
  const { page, end } = await open({ width: 320, javaScriptEnabled: false });
  await page.goto(`${base}/find?q=health`);
  await page.getByRole("link", { name: "Filters" }).click();
  await page.getByLabel("State", { exact: true }).selectOption("TX");
  await page.getByLabel("Health plans").check();
  await page.getByRole("button", { name: "Show results" }).click();
  await page.waitForURL(/state=TX/);
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get("q"), asked.get("kind"), asked.get("state")], ["health", "insurer", "TX"]);
  assert.equal(await page.locator(".chip").count(), 2);
  await page.locator(".chip", { hasText: "Texas" }).click();
  await page.waitForURL((url) => !url.searchParams.has("state"));
  assert.equal(new URL(page.url()).searchParams.get("kind"), "insurer");
  await end();
});

describe("use my location", () => {
  const pressed = async (page) => {
    await page.goto(`${base}/find?q=quest`);
    await page.getByRole("button", { name: "Use my location" }).click();
  };
  const said = (page, words) => page.locator(".located", { hasText: words }).waitFor();

  test("asks when it is pressed, rounds, and sends nothing by itself", async () => {
    const { page, end } = await open({ width: 320 });
    await page.context().grantPermissions(["geolocation"]);
    await page.context().setGeolocation({ latitude: 43.61871, longitude: -116.21461 });
    await pressed(page);
    await said(page, "Press Search");
    assert.equal(await page.inputValue("#near"), "43.62,-116.21");
    assert.equal(page.url(), `${base}/find?q=quest`);
    await fits(page, "with a location");
    await pressable(page, "with a location");
    await accessible(page, "with a location");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.waitForURL(/near=43\.62%2C-116\.21/);
    await end();
  });

  test("says so when the browser refuses", async () => {
    const { page, end } = await open({ width: 1280 });
    await page.context().clearPermissions();
    await pressed(page);
    await said(page, "did not share your location");
    assert.equal(await page.inputValue("#near"), "");
    await end();
  });

  test("is not there without JavaScript", async () => {
    const { page, end } = await open({ width: 320, javaScriptEnabled: false });
    await page.goto(`${base}/find`);
    assert.equal(await page.getByText("Use my location").count(), 0);
    await end();
  });
});

test("headers keep pages strict and free of cookies", async () => {
  for (const path of ["/", "/es/find?q=quest", "/organizations/there-is-no-such-place"]) {
    const response = await fetch(base + path);
    const csp = response.headers.get("content-security-policy");
    assert.match(csp, /default-src 'none'/);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.doesNotMatch(csp, /unsafe|data:|\*/);
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("set-cookie"), null);
  }
});
