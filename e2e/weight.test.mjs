// The first view of any page: how much comes over the wire, from whom, and whether it stands without JavaScript.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses } from "./addresses.mjs";
import { base, open } from "./lib.mjs";

const BYTES = 60_000;
const REQUESTS = 8;

/** What a browser that was never here transfers for a page: headers and bodies, as they come over the wire. */
async function firstView(path, status) {
  const { page, end } = await open({ width: 360, expectedStatus: [404].filter((one) => one === status) });
  const network = await page.context().newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  let ended = 0;
  network.on("Network.requestWillBeSent", ({ request }) => { if (!request.url.startsWith("data:")) requests += 1; });
  network.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; ended += 1; });
  network.on("Network.loadingFailed", () => { ended += 1; });
  await network.send("Network.enable");
  const answer = await page.goto(base + path, { waitUntil: "load" });
  // Scripts have run; what they asked for must have come too.
  for (let quiet = 0; quiet < 3; quiet = ended >= requests ? quiet + 1 : 0) await page.waitForTimeout(40);
  assert.equal(answer.status(), status, path);
  // Nothing of another host, no error, no cookie: `end` looks at it.
  await end();
  return { bytes, requests };
}

for (const lang of ["en", "es"]) {
  test(`first view: at most ${BYTES / 1000} kB in ${REQUESTS} requests, nothing of others, no cookie: ${lang}`, async (t) => {
    const list = await addresses(lang);
    const heavy = [];
    for (const { path, status } of list) {
      const { bytes, requests } = await firstView(path, status);
      const line = `${(bytes / 1000).toFixed(1).padStart(6)} kB ${String(requests).padStart(2)} requests  ${path}`;
      t.diagnostic(line);
      assert.ok(requests > 1 && bytes > 1000, `measured: ${line}`);
      if (bytes > BYTES || requests > REQUESTS) heavy.push(line);
    }
    assert.deepEqual(heavy, []);
  });

  test(`without JavaScript a page says what it has to say and its controls do something: ${lang}`, async () => {
    const list = await addresses(lang);
    const { page, end } = await open({ width: 360, javaScriptEnabled: false, expectedStatus: [404] });
    for (const { path } of list) {
      await page.goto(base + path);
      assert.ok(await page.locator("main h1").isVisible(), `${path}: its title`);
      assert.ok(await page.locator("main form[role=search] button").isVisible(), `${path}: the search`);
      assert.ok((await page.locator("main").innerText()).length > 200, `${path}: something to read`);
      // Whatever can be pressed belongs to a form, leads somewhere or opens: no control waits for a script.
      const dead = await page.locator("main button, main a, main [role=button]").evaluateAll((all) =>
        all.filter((one) => one.getClientRects().length > 0 && !(one.matches("a[href]") || one.form?.hasAttribute("action"))).map((one) => one.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(dead, [], path);
    }
    await end();
  });
}
