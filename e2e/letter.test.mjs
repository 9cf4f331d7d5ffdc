// Request letters, as people use them: a blank one on paper without JavaScript, a filled one that is sent nowhere.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible, base, fits, LANGUAGES, open, pressable, WIDTHS } from "./lib.mjs";

const KINDS = ["provider", "plan", "pharmacy", "lab", "registry", "va", "military", "ihs", "school"];
const found = async (q, kind = "") => (await (await fetch(`${base}/api/v1/search?q=${q}&limit=1${kind}`)).json()).results[0];
const quest = await found("quest+diagnostics");
const english = (page) => page.locator(".letter[lang=en]");
const spanish = (page) => page.locator(".letter[lang=es]");

for (const { lang, prefix } of LANGUAGES) {
  for (const width of WIDTHS) {
    test(`every kind is chosen from the list; nothing is cut off, no axe violation: ${lang}, ${width}px`, async () => {
      const { page, end } = await open({ width });
      // Colours that are still changing are no colours to judge.
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto(`${base}${prefix}/letter`);
      const links = await page.locator(".letter-kinds a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      assert.deepEqual(links, KINDS.map((kind) => `${prefix}/letter/${kind}`));
      for (const path of [`${prefix}/letter`, ...links, `${prefix}/organizations/${quest.slug}/letter`]) {
        await page.goto(base + path);
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const what = `${path} (${colorScheme})`;
          await fits(page, what);
          await pressable(page, what);
          await accessible(page, what);
        }
        if (path.includes("/letter/")) assert.ok(await english(page).isVisible() && await spanish(page).isVisible(), path);
      }
      await end();
    });
  }

  test(`filled in on the screen, for a child, in both languages at once, and nothing is sent: ${lang}`, async () => {
    const { page, end } = await open({ width: 320 });
    await page.goto(`${base}${prefix}/organizations/${quest.slug}/letter?kind=provider`);
    await page.waitForLoadState("networkidle");
    const asked = [];
    page.context().on("request", (request) => asked.push(request.url()));
    assert.ok((await english(page).innerText()).includes(quest.name), "the place is in the letter");
    assert.equal(await page.locator("[data-other-person]").filter({ visible: true }).count(), 0);
    await page.selectOption("[data-pick=who]", "who.child");
    assert.equal(await page.locator("[data-other-person]").filter({ visible: true }).count(), 2, "name and date of birth, no papers");
    for (const [name, value] of [["name", "Ana <b>Lee</b>"], ["address", "1 Main St\nBoise, ID"], ["patient", "Max Lee"], ["patient_born", "3/2/2020"], ["email", "ana@example.org"], ["from", "2020"]]) {
      await page.fill(`[data-fill=${name}]`, value);
    }
    await page.check("[value='records.labs']");
    await page.check("[value='format.pdf']");
    await page.selectOption("[data-pick=delivery]", "delivery.email");
    for (const letter of [english(page), spanish(page)]) {
      const text = await letter.innerText();
      for (const part of ["Ana <b>Lee</b>", "1 Main St\nBoise, ID", "Max Lee", "3/2/2020", "ana@example.org", "PDF", "2020", "164.524"]) {
        assert.ok(text.includes(part), `${part} in ${text}`);
      }
      assert.equal(await letter.locator("[data-choice='who.child']").isVisible(), true);
      for (const other of ["who.self", "records.all", "format.paper", "delivery.mail", "more.ehi", "more.other"]) {
        assert.equal(await letter.locator(`[data-choice='${other}']`).isVisible(), false, other);
      }
      assert.equal(await letter.locator("b").count(), 0);
    }
    const date = await english(page).locator("[data-field=date]").innerText();
    assert.match(date, /^[A-Z][a-z]+ \d{1,2}, \d{4}$/, "the English letter has an English date");
    await page.check("[value='more.ehi']");
    assert.ok((await english(page).innerText()).includes("This is a wish."));
    await page.keyboard.press("Enter");
    await accessible(page, "filled in");
    await fits(page, "filled in");
    page.once("dialog", (dialog) => dialog.accept());
    await page.locator("[data-do=again]").click();
    assert.ok(!(await english(page).innerText()).includes("Ana"), "started again");
    assert.ok((await english(page).innerText()).includes(quest.name), "the place stays");
    assert.equal(await english(page).locator("[data-choice='records.all']").isVisible(), true, "boxes are back");
    assert.deepEqual(asked, [], "requests while the letter was written");
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    await end();
  });
}

test("copied as text: what is chosen, and lines for what is empty", async () => {
  const { page, end } = await open({ width: 1280 });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${base}/letter/va`);
  await page.fill("[data-fill=name]", "Ana Lee");
  await page.selectOption("[data-pick=who]", "who.self");
  await page.getByRole("button", { name: "Copy the letter as text" }).click();
  await page.getByText("The English letter is copied.").waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ["My name: Ana Lee", "Signature: __________", "\nI ask for my own records.", "[ ] Lab and test results.", "38 CFR 1.577"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.ok(!text.includes("guardian"), "what was not chosen is not there");
  await end();
});

describe("on paper", () => {
  for (const { lang, prefix } of LANGUAGES) {
    test(`a blank letter without JavaScript: lines, boxes, no form; Spanish only when wanted: ${lang}`, async () => {
      const { page, end } = await open({ width: 1280, javaScriptEnabled: false });
      for (const kind of KINDS) {
        await page.goto(`${base}${prefix}/letter/${kind}`);
        assert.equal(await page.locator("#letter-form").isVisible(), false);
        assert.ok(await page.locator("noscript").isVisible());
        await page.emulateMedia({ media: "print" });
        assert.ok(await english(page).isVisible(), kind);
        assert.equal(await spanish(page).isVisible(), false, "English is what is sent");
        for (const hidden of ["h1", ".top", ".foot", ".letter-know", ".with-spanish"]) {
          assert.equal(await page.locator(hidden).first().isVisible(), false, `${hidden} is not printed`);
        }
        for (const field of ["name", "address", "sign"]) {
          const line = await english(page).locator(`[data-field=${field}]`).first().boundingBox();
          assert.ok(line.width > 100 && line.height > 15, `a line for ${field}: ${JSON.stringify(line)}`);
        }
        assert.ok(await english(page).locator("[data-choice]").count() >= 4);
        await page.emulateMedia({ media: "screen" });
      }
      await page.check("#with-spanish");
      await page.emulateMedia({ media: "print" });
      assert.ok(await spanish(page).isVisible() && await english(page).isVisible());
      await end();
    });
  }

  test("each letter is at most two sheets", async () => {
    const { page, end } = await open({ width: 1280 });
    for (const kind of KINDS) {
      await page.goto(`${base}/letter/${kind}`);
      const pdf = (await page.pdf({ format: "Letter" })).toString("latin1");
      const sheets = pdf.match(/\/Type\s*\/Page\b/g).length;
      assert.ok(sheets <= 2, `${kind}: ${sheets} sheets`);
    }
    await end();
  });
});

test("a place of the government: people choose, and the choice keeps the address", async () => {
  const { page, end } = await open({ width: 320 });
  const va = await found("veterans+affairs", "&kind=government");
  assert.ok(va, "a government place is listed");
  await page.goto(`${base}/organizations/${va.slug}/letter`);
  await page.getByRole("link", { name: "Veterans Affairs (VA)", exact: true }).click();
  await page.waitForURL(`${base}/organizations/${va.slug}/letter?kind=va`);
  const text = await english(page).innerText();
  assert.ok(text.includes(va.name) && text.includes("10-5345a"), text);
  await page.getByRole("link", { name: "Español" }).click();
  await page.waitForURL(`${base}/es/organizations/${va.slug}/letter?kind=va`);
  await end();
});

test("the lines to write on are lines, and a filled-in word is as dark as the rest", async () => {
  const { page, end } = await open({ width: 1280, javaScriptEnabled: false });
  await page.goto(`${base}/letter/provider`);
  const widths = await english(page).locator(".rule").evaluateAll((rules) => rules.map((rule) => rule.getBoundingClientRect().width));
  assert.ok(widths.length > 0 && widths.every((width) => width > 200), `lines of ${widths.join(", ")} px`);
  const [blank, letter] = await english(page).evaluate((one) => [getComputedStyle(one.querySelector(".blank")).color, getComputedStyle(one).color]);
  assert.equal(blank, letter);
  await end();
});
