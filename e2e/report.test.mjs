// Reporting a wrong link as people do: by keyboard, on a phone in Spanish without JavaScript, and those who need their
// own records, who are led to the door.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible, base, fits, LANGUAGES, open, pressable, WIDTHS } from "./lib.mjs";

const SENT = 3_200; // A form that is sent faster than this is sent by a machine.
const PLAIN = 20_200; // The same for a browser without scripts, which does no work meanwhile.

/** The readable address of a place with a door. */
async function place(page, prefix = "") {
  await page.goto(`${base}${prefix}/find?q=quest`);
  const href = await page.locator(".result a", { hasText: "Quest Diagnostics" }).first().getAttribute("href");
  return href.slice(prefix.length);
}

/** Everything that a page sends and is no reading. */
function sent(page) {
  const posts = [];
  page.context().on("request", (request) => {
    if (request.method() !== "GET") posts.push(`${request.method()} ${request.url()}`);
  });
  return posts;
}

/** Tabs until something has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} is not reached by keyboard`);
}

test("a wrong link by keyboard only, with a mistake on the way", async () => {
  const { page, end } = await open({ width: 1280, expectedStatus: [422] });
  const at = await place(page);
  await page.goto(`${base}${at}/report`);
  await tabTo(page, ".report-choices li:first-child a");
  await page.keyboard.press("Enter");
  await page.waitForURL(/about=wrong/);
  const opened = Date.now();
  // Nothing chosen and a mistyped address: both are said, and heard first.
  await tabTo(page, "#email");
  await page.keyboard.type("jane@example");
  await tabTo(page, ".report button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.title.startsWith("Please check:"));
  const focused = await page.evaluate(() => [document.activeElement.className, document.activeElement.getAttribute("role")]);
  assert.deepEqual(focused, ["error-summary", "alert"], "the list of mistakes has the focus");
  const mistakes = await page.locator(".error-summary a").allInnerTexts();
  assert.equal(mistakes.length, 2, mistakes.join("; "));
  assert.equal(await page.inputValue("#email"), "jane@example", "what was typed is still there");
  const heard = await page.evaluate(() => {
    const box = document.getElementById("email");
    return [box.getAttribute("aria-invalid"), document.getElementById(box.getAttribute("aria-describedby")).innerText];
  });
  assert.equal(heard[0], "true");
  assert.match(heard[1], /name@example\.org/);
  await fits(page, "with mistakes");
  await pressable(page, "with mistakes");
  await accessible(page, "with mistakes");
  // The first mistake leads to the choices.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#what-"));
  await tabTo(page, "input[name=what]");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("input[name=what]:checked").getAttribute("value"), "wrong_place");
  await tabTo(page, "input[name=door]");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "#right");
  await page.keyboard.type(`https://right.example.org/${opened}`);
  await tabTo(page, "#email");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("jane@example.org");
  await page.waitForTimeout(Math.max(0, SENT - (Date.now() - opened)));
  await page.waitForFunction(() => document.querySelector("input[name=work]").value !== "");
  await tabTo(page, ".report button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}${at}/report/thanks`);
  assert.equal(await page.locator("h1").innerText(), "Thank you");
  const thanks = await page.locator("main").innerText();
  assert.match(thanks, /A person will look at this\./);
  assert.doesNotMatch(thanks, /day/, "no promise that nobody measured");
  await end();
});

test("a wrong link on a phone, in Spanish, without JavaScript", async () => {
  const { page, end } = await open({ width: 320, javaScriptEnabled: false, expectedStatus: [422] });
  const posts = sent(page);
  const at = await place(page, "/es");
  await page.goto(`${base}/es${at}/report`);
  await page.getByRole("link", { name: /El enlace o un dato de aquí está mal/ }).click();
  await page.waitForURL(/about=wrong/);
  const opened = Date.now();
  await page.getByLabel("¿Cómo lo sabe?").fill("Llamé al consultorio");
  await page.getByRole("button", { name: "Enviar" }).click();
  await page.getByRole("alert").getByRole("link", { name: "Elija qué está mal." }).waitFor();
  assert.equal(await page.getByLabel("¿Cómo lo sabe?").inputValue(), "Llamé al consultorio");
  assert.match(await page.title(), /^Revise, por favor:/);
  await page.getByLabel("Un enlace no abre").check();
  await page.getByLabel("¿Qué sería lo correcto?").fill(`https://correcto.example.org/${opened}`);
  await page.waitForTimeout(Math.max(0, PLAIN - (Date.now() - opened)));
  await page.getByRole("button", { name: "Enviar" }).click();
  await page.waitForURL(`${base}/es${at}/report/thanks`);
  assert.equal(await page.locator("h1").innerText(), "Gracias");
  assert.match(await page.locator("main").innerText(), /Una persona lo revisará\./);
  assert.equal(posts.length, 2);
  await end();
});

test("who sends faster than a person is asked once more, with everything still there", async () => {
  const { page, end } = await open({ width: 320, javaScriptEnabled: false, expectedStatus: [422] });
  const at = await place(page);
  await page.goto(`${base}${at}/report?about=wrong`);
  await page.getByLabel("A link does not open").check();
  await page.getByLabel("How do you know?").fill(`autofill ${Date.now()}`);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("That was very quick").waitFor();
  assert.ok(await page.getByLabel("A link does not open").isChecked());
  await page.waitForTimeout(PLAIN);
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/\/report\/thanks$/);
  await end();
});

for (const { lang, prefix } of LANGUAGES) {
  test(`who needs their own records is led to the door and the letter, and sends nothing: ${lang}`, async () => {
    const { page, end } = await open({ width: 320, javaScriptEnabled: false });
    const posts = sent(page);
    const at = await place(page, prefix);
    await page.goto(`${base}${prefix}${at}/report`);
    assert.equal(await page.locator("main form:not([role=search])").count(), 0, "no form before the choice");
    await page.locator(".report-choices a").nth(1).click();
    await page.waitForURL(/about=records/);
    const ways = await page.locator("main .ways a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    assert.match(ways[0], /^https:\/\/[^/]*questdiagnostics\.com/);
    assert.deepEqual(ways.slice(-2), [`${prefix}${at}/letter`, `${prefix}/help/not-found`]);
    assert.equal(await page.locator("main .ways a[href^=http]").first().getAttribute("rel"), "noopener noreferrer nofollow");
    assert.equal(await page.locator("main form:not([role=search])").count(), 0);
    assert.deepEqual(posts, [], "nothing was sent");
    await end();
  });

  describe(`every step: ${lang}`, () => {
    for (const width of WIDTHS) {
      test(`no axe violation, nothing cut off, the trap is out of reach: ${width}px`, async () => {
        const { page, end } = await open({ width, expectedStatus: [422] });
        const at = await place(page, prefix);
        const steps = [`${at}/report`, `${at}/report?about=wrong`, `${at}/report?about=records`, `${at}/report/thanks`, "/report", "/report?about=wrong", "/report?about=records", "/report/thanks"];
        for (const step of steps) {
          for (const colorScheme of ["light", "dark"]) {
            const what = `${prefix}${step} (${colorScheme})`;
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            const response = await page.goto(`${base}${prefix}${step}`);
            assert.equal(response.status(), 200, what);
            await fits(page, what);
            await pressable(page, what);
            await accessible(page, what);
          }
        }
        await page.goto(`${base}${prefix}/report?about=wrong`);
        assert.equal(await page.locator("#leave").getAttribute("tabindex"), "-1");
        const seen = await page.locator("#leave").evaluate((box) => box.getBoundingClientRect().right > 0);
        assert.ok(!seen, "the field for machines is not on the screen");
        await page.locator(".report button[type=submit]").click();
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await accessible(page, `mistakes (${colorScheme})`);
        }
        await end();
      });
    }
  });
}
