// My places, as people use it: saved from a place's page, kept in this browser alone, printed, shared, read offline.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { accessible, base, fits, LANGUAGES, open, pressable, WIDTHS } from "./lib.mjs";

const WORDS = {
  en: { save: "Save to My places", see: "See My places", done: "Done: I have these records", note: "My notes", remove: /^Remove /, clear: "Clear the list", again: "Look them up again", checked: "All places were compared", offline: "We could not reach our directory", gone: "is no longer in our directory", keep: "Save these places" },
  es: { save: "Guardar en Mis lugares", see: "Vea Mis lugares", done: "Hecho: ya tengo este expediente", note: "Mis notas", remove: /^Quitar /, clear: "Borrar la lista", again: "Consultarlos otra vez", checked: "Todos los lugares se compararon", offline: "No pudimos consultar", gone: "ya no está en nuestro directorio", keep: "Guardar estos lugares" },
};

/** Ids, slugs and names of places that a search finds. */
const found = async (q, limit) => (await (await fetch(`${base}/api/v1/search?q=${q}&limit=${limit}`)).json()).results;
const [quest] = await found("quest+diagnostics", 1);
const [labcorp] = await found("labcorp", 1);
const key = "connector.places";
const kept = (page) => page.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? "[]"), key);
const said = (page, words) => page.locator(".places-said", { hasText: words }).waitFor();
const card = (page, name) => page.locator("[data-at=plan] .saved", { hasText: name });

/** Saves places by the button on their pages, then opens the list. */
const save = async (page, words, prefix, places) => {
  for (const place of places) {
    await page.goto(`${base}${prefix}/organizations/${place.slug}/letter`);
    await page.getByRole("button", { name: words.save, exact: true }).click();
    await page.getByRole("link", { name: words.see }).waitFor();
  }
  await page.getByRole("link", { name: words.see }).click();
  await page.waitForURL(`${base}${prefix}/places`);
  await said(page, words.checked);
};

for (const { lang, prefix, go, unchecked } of LANGUAGES) {
  const words = WORDS[lang];
  for (const width of WIDTHS) {
    test(`two places saved, found again with doors and notes, printed, cleared: ${lang}, ${width}px`, async () => {
      const { page, end } = await open({ width });
      // Colours that are still changing are no colours to judge.
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.goto(`${base}${prefix}/places`);
      assert.equal(await page.locator("[data-at=tools]").isVisible(), false, "nothing to print yet");
      assert.ok(await page.locator(".blank-plan").isVisible());
      assert.equal(await page.locator(".notice").filter({ visible: true }).count(), 0, "no trouble");
      await save(page, words, prefix, [quest, labcorp]);
      await page.reload();
      await said(page, words.checked);
      for (const place of [quest, labcorp]) {
        const shown = card(page, place.name).first();
        const door = shown.getByRole("link", { name: go }).first();
        assert.equal(await door.getAttribute("href"), place.portal_url);
        assert.match(await door.getAttribute("rel"), /noopener noreferrer nofollow/);
        const text = await shown.innerText();
        assert.ok(text.includes(place.portal_domain), "the domain it opens");
        assert.ok(text.includes(unchecked), `who says so: ${text}`);
        assert.equal(await shown.locator("[data-at=letter] a").getAttribute("href"), `${prefix}/organizations/${place.slug}/letter`);
        assert.ok(!text.includes("{"), `every value is filled in: ${text}`);
      }
      const first = card(page, quest.name).first();
      await first.getByLabel(words.done).check();
      await first.getByLabel(words.note).fill("Ask for <b>images</b> {name}");
      await page.reload();
      await said(page, words.checked);
      assert.equal(await first.getByLabel(words.note).inputValue(), "Ask for <b>images</b> {name}");
      assert.ok(await first.getByLabel(words.done).isChecked());
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await fits(page, colorScheme);
        await pressable(page, colorScheme);
        await accessible(page, colorScheme);
      }
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      for (const place of [quest, labcorp]) {
        assert.ok(await card(page, place.name).first().locator(".whole", { hasText: place.portal_url }).first().isVisible(), "the whole address on paper");
      }
      assert.match(await page.locator("[data-at=printed]").innerText(), /\d{4}.*\/places/);
      assert.ok(await first.locator(".note-paper", { hasText: "<b>images</b>" }).isVisible());
      assert.equal(await page.locator(".blank-plan").isVisible(), false);
      assert.equal(await page.getByRole("button").filter({ visible: true }).count(), 0, "no buttons on paper");
      await page.emulateMedia({ media: "screen" });
      page.once("dialog", (dialog) => dialog.dismiss());
      await page.getByRole("button", { name: words.clear }).click();
      assert.equal((await kept(page)).length, 2, "asked first");
      page.once("dialog", (dialog) => dialog.accept());
      await page.getByRole("button", { name: words.clear }).click();
      assert.equal(await page.evaluate(() => localStorage.length), 0);
      assert.ok(await page.locator("[data-at=empty]").isVisible());
      await fits(page, "empty");
      await accessible(page, "empty");
      await end();
    });
  }
}

test("one place is taken away, and the button on its page knows", async () => {
  const { page, end } = await open({ width: 320 });
  await save(page, WORDS.en, "", [quest, labcorp]);
  await card(page, quest.name).first().getByRole("button", { name: `Remove ${quest.name}` }).click();
  await said(page, `Removed: ${quest.name}`);
  assert.equal(await page.evaluate(() => document.activeElement.id), "plan-heading", "focus stays near");
  assert.deepEqual((await kept(page)).map((p) => p.id), [labcorp.id]);
  await page.goto(`${base}/organizations/${labcorp.slug}/letter`);
  await page.getByRole("button", { name: "Remove from My places" }).click();
  await page.getByText("Removed. See My places (0)").waitFor();
  assert.deepEqual(await kept(page), []);
  await end();
});

describe("a link", () => {
  test("carries only ids; in another browser it shows the places and saves them when asked", async () => {
    const mine = await open({ width: 1280 });
    await save(mine.page, WORDS.en, "", [quest, labcorp]);
    await card(mine.page, quest.name).first().getByLabel("My notes").fill("private");
    const link = await mine.page.inputValue("#share");
    assert.equal(link, `${base}/places#${quest.id},${labcorp.id}`);
    await mine.end();

    const theirs = await open({ width: 320 });
    const asked = [];
    theirs.page.on("request", (request) => asked.push(request.url()));
    await theirs.page.goto(link);
    const shown = theirs.page.locator("[data-at=linked]");
    await shown.locator(".saved", { hasText: quest.name }).first().getByRole("link", { name: /^Go to/ }).waitFor();
    assert.deepEqual(await kept(theirs.page), [], "nothing is kept by opening");
    await accessible(theirs.page, "from a link");
    await fits(theirs.page, "from a link");
    await shown.getByRole("button", { name: "Save these places" }).click();
    await said(theirs.page, "Places on your list: 2");
    assert.equal(theirs.page.url(), `${base}/places`);
    assert.deepEqual((await kept(theirs.page)).map((p) => p.id), [quest.id, labcorp.id]);
    await theirs.page.goto("about:blank");
    await theirs.page.goto(`${base}/places#${quest.id}`);
    await said(theirs.page, "All places of this link are on your list.");
    assert.equal((await kept(theirs.page)).length, 2);
    assert.ok(asked.filter((url) => url.includes("/api/")).every((url) => [quest.id, labcorp.id].some((id) => url === `${base}/api/v1/organizations/${id}?include=provenance`)), "ids alone are sent");
    await theirs.end();
  });

  test("adds to a list and changes nothing on it; what is no id is nothing", async () => {
    const { page, end } = await open({ width: 1280 });
    await save(page, WORDS.en, "", [quest]);
    await card(page, quest.name).first().getByLabel("My notes").fill("mine");
    await page.goto(`${base}/places#${quest.id},${labcorp.id},javascript:alert(1),<img src=x onerror=alert(1)>,org-1,org-${"0".repeat(33)}`);
    await page.getByRole("button", { name: "Save these places" }).click();
    await said(page, "Places on your list: 2");
    assert.deepEqual((await kept(page)).map((p) => [p.id, p.note]), [[quest.id, "mine"], [labcorp.id, ""]]);
    assert.equal(await page.locator("main img").count(), 0);
    await end();
  });
});

describe("without a network", () => {
  for (const { lang, prefix } of LANGUAGES) {
    test(`the list is there once it was opened: ${lang}`, async () => {
      const { page } = await open({ width: 320 });
      await save(page, WORDS[lang], prefix, [quest]);
      await page.evaluate(() => navigator.serviceWorker.ready);
      const context = page.context();
      await context.setOffline(true);
      await page.reload();
      await said(page, WORDS[lang].offline);
      const shown = card(page, quest.name).first();
      // It may have been recalled meanwhile: its address is there to read, not to press.
      assert.ok(await shown.getByText(quest.portal_domain, { exact: true }).isVisible());
      assert.equal(await shown.locator(".door a").count(), 0);
      assert.match(await shown.locator("[data-at=checked]").innerText(), /\d{4}/, "the day it was compared");
      assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".saved h3")).marginTop), "0px", "with its styles");
      await shown.getByLabel(WORDS[lang].note).fill("offline");
      const other = await page.goto(`${base}/apps`).catch(() => null);
      assert.equal(other, null, "no other page is kept");
      await context.setOffline(false);
      await page.goto(`${base}${prefix}/places`);
      await said(page, WORDS[lang].checked);
      assert.equal(await shown.getByLabel(WORDS[lang].note).inputValue(), "offline");
      assert.ok(await shown.getByRole("link", { name: quest.portal_name }).isVisible());
      const caches = await page.evaluate(async () => {
        const names = await window.caches.keys();
        const all = await Promise.all(names.map(async (name) => (await (await window.caches.open(name)).keys()).map((request) => new URL(request.url).pathname)));
        return all.flat();
      });
      assert.ok(caches.includes(`${prefix}/places`));
      assert.ok(caches.every((path) => /^(\/es)?\/places$|^\/assets\//.test(path)), caches.join(" "));
      await context.close();
    });
  }
});

describe("the directory changes", () => {
  const changed = async (page, answer) => {
    await page.route(`**/api/v1/organizations/${quest.id}?*`, answer);
    await page.getByRole("button", { name: "Look them up again" }).click();
  };
  const organization = async (id) => (await fetch(`${base}/api/v1/organizations/${id}?include=provenance`)).json();

  test("a recalled door disappears, with a warning", async () => {
    const { page, end } = await open({ width: 320 });
    await save(page, WORDS.en, "", [quest]);
    const o = await organization(quest.id);
    await changed(page, (route) => route.fulfill({ json: { ...o, portals: [], website: undefined } }));
    const shown = card(page, quest.name).first();
    await shown.getByText(`The door at ${quest.portal_domain} is no longer in our directory`).waitFor();
    assert.equal(await shown.locator(".door").count(), 0);
    assert.ok(!JSON.stringify(await kept(page)).includes(quest.portal_url), "it is gone from the browser too");
    await accessible(page, "a door is gone");
    await end();
  });

  test("a merged place is where it is now, with the notes of both", async () => {
    const { page, end } = await open({ width: 320 });
    await save(page, WORDS.en, "", [quest, labcorp]);
    for (const [place, note] of [[quest, "one"], [labcorp, "two"]]) await card(page, place.name).first().getByLabel("My notes").fill(note);
    const o = await organization(labcorp.id);
    await changed(page, (route) => route.fulfill({ json: o }));
    await page.getByText(`You saved it as ${quest.name}.`).waitFor({ state: "attached" }).catch(() => {});
    await said(page, "All places were compared");
    const now = await kept(page);
    assert.deepEqual(now.map((p) => p.id), [labcorp.id]);
    assert.equal(now[0].note, "one\ntwo");
    await end();
  });

  test("a place that is gone or withdrawn says so and shows no door of ours", async () => {
    const { page, end } = await open({ width: 320, expectedStatus: [404] });
    await save(page, WORDS.en, "", [quest]);
    await changed(page, (route) => route.fulfill({ status: 404, json: {} }));
    await page.getByText("This place is no longer in our directory.").waitFor();
    assert.equal(await page.locator("[data-at=plan] .door").count(), 0);
    const o = await organization(quest.id);
    await page.unroute("**/api/**");
    await changed(page, (route) => route.fulfill({ json: { ...o, status: "withdrawn", portals: [] } }));
    await page.getByText("No source speaks of this place any more.").waitFor();
    await end();
  });

  test("an answer with bad addresses or markup makes no link and no element", async () => {
    const { page, end } = await open({ width: 320 });
    await save(page, WORDS.en, "", [quest]);
    const o = await organization(quest.id);
    const bad = { ...o.portals[0], url: "javascript:alert(1)" };
    const lies = { ...o.portals[0], url: "http://evil.example/", domain: "questdiagnostics.com", name: "<img src=x onerror=alert(1)>", sign_up: "data:text/html,x", warnings: ["not_https"] };
    await changed(page, (route) => route.fulfill({ json: { ...o, name: "<script>alert(1)</script>{phone}", portals: [bad, lies], website: undefined } }));
    const shown = page.locator("[data-at=plan] .saved", { hasText: "<script>alert(1)</script>{phone}" });
    await shown.waitFor();
    assert.equal(await shown.locator(".door").count(), 1);
    assert.equal(await shown.locator(".opens strong").innerText(), "evil.example", "the domain that really opens");
    assert.ok(await shown.getByText("This address is not encrypted.").isVisible());
    assert.equal(await page.locator("main img").count() - await page.locator("main .brand img").count(), 0);
    assert.ok((await page.locator("main a").evaluateAll((links) => links.map((a) => a.href))).every((href) => /^(https?:|tel:|$)/.test(href)));
    await end();
  });
});

describe("when the browser does not keep things", () => {
  test("a list that cannot be read is kept aside and its ids are found again", async () => {
    const { page, end } = await open({ width: 320 });
    await page.goto(`${base}/places`);
    await page.evaluate(([name, id]) => localStorage.setItem(name, `[{"id":"${id}","note":"half`), [key, quest.id]);
    await page.reload();
    await page.getByText("A part of your list could not be read.").waitFor();
    await said(page, "All places were compared");
    assert.deepEqual((await kept(page)).map((p) => p.id), [quest.id]);
    assert.match(await page.evaluate((name) => localStorage.getItem(`${name}.unreadable`), key), /half/);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the old text as a file" }).click()]);
    assert.match(await readFile(await download.path(), "utf8"), /"note":"half/);
    await accessible(page, "a broken list");
    await end();
  });

  test("what was tampered with is left out: no id, bad addresses, wrong types", async () => {
    const { page, end } = await open({ width: 320 });
    await page.goto(`${base}/places`);
    await page.route("**/api/**", (route) => route.abort());
    await page.evaluate(([name, id]) => localStorage.setItem(name, JSON.stringify([
      { id: "javascript:alert(1)" }, 7, null,
      { id, name: { a: 1 }, portals: [{ state: "live", url: "javascript:alert(1)" }, { state: "live", url: "https://a:b@example.org/" }, "x"], where: 3, note: ["x"], slug: "../../evil", gone: "x" },
    ])), [key, quest.id]);
    await page.reload();
    await page.locator("[data-at=plan] .saved").waitFor();
    assert.equal(await page.locator("[data-at=plan] .saved").count(), 1);
    assert.equal(await page.locator("[data-at=plan] .door").count(), 0);
    assert.equal(await page.locator("[data-at=plan] h3 a").getAttribute("href"), `/o/${quest.id}`);
    await page.context().close();
    void end;
  });

  for (const [why, stub, words] of [
    ["blocked", "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });", "Your browser does not let this page keep anything."],
    ["full", "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };", "Your browser has no room left"],
  ]) {
    test(`storage is ${why}: said clearly, and the list is still on the page`, async () => {
      const { page, end } = await open({ width: 320 });
      await page.addInitScript(stub);
      await page.goto(`${base}/places#${quest.id}`);
      await page.getByRole("button", { name: "Save these places" }).click();
      await page.getByRole("alert").filter({ hasText: words }).waitFor();
      assert.ok(await card(page, quest.name).first().isVisible());
      await accessible(page, why);
      await page.goto(`${base}/organizations/${quest.slug}/letter`);
      await page.getByRole("button", { name: "Save to My places" }).click();
      await page.getByText("Your browser could not save it.").waitFor();
      await end();
    });
  }
});

test("files are made in the browser: everything as data, and as text to read", async () => {
  const { page, end } = await open({ width: 1280 });
  await save(page, WORDS.en, "", [quest]);
  await card(page, quest.name).first().getByLabel("My notes").fill("call Monday");
  const asked = [];
  page.on("request", (request) => { if (!request.url().startsWith("blob:")) asked.push(request.url()); });
  const file = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return readFile(await download.path(), "utf8");
  };
  const [place] = JSON.parse(await file("Save as a file (JSON)"));
  assert.deepEqual([place.id, place.note, place.portals[0].url], [quest.id, "call Monday", quest.portal_url]);
  const text = await file("Save as text");
  for (const part of [quest.name, quest.portal_url, "call Monday", "[ ] Done", "Printed on"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.deepEqual(asked, [], "nothing is sent");
  await end();
});

test("without JavaScript there is a blank plan to print, and no dead button", async () => {
  const { page, end } = await open({ width: 320, javaScriptEnabled: false });
  for (const { prefix } of LANGUAGES) {
    await page.goto(`${base}${prefix}/places`);
    assert.ok(await page.locator("noscript").isVisible());
    assert.equal(await page.locator(".to-fill").filter({ visible: true }).count(), 3);
    assert.equal(await page.locator("main button").filter({ visible: true }).count(), 1, "only Search");
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".to-fill").first().isVisible());
    await page.emulateMedia({ media: "screen" });
    await page.goto(`${base}${prefix}/organizations/${quest.slug}/letter`);
    assert.equal(await page.locator(".save").isVisible(), false);
  }
  await end();
});
