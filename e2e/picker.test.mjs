// The picker in pages of other sites: by keyboard, in Spanish, what it tells the page, what it asks and of whom, inside a
// frame, and the example of an app.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, base, fits, newContext } from "./lib.mjs";
import { host } from "./hosts.mjs";

const SCRIPT = `<script type="module" src="${base}/embed/picker-1.js"></script>`;
const sites = {};
before(async () => {
  sites.plain = await host();
  sites.app = await host({ secure: true });
  sites.other = await host({ secure: true });
});
after(() => Promise.all(Object.values(sites).map((site) => site.close())));

/** A browser on a page of another site; `end` checks that only that site and the Connector were asked. */
async function visit(site, { path = "/", expected = [], ...options } = {}) {
  const context = await newContext({ viewport: { width: 800, height: 800 }, ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  context.on("request", (request) => asked.push(request));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.some((words) => words.test(message.text()))) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    window.told = [];
    for (const name of ["record-door-select", "record-door-clear", "record-door-error"]) {
      window.addEventListener(name, (event) => window.told.push([name, event.detail]));
    }
    window.addEventListener("message", (event) => window.told.push([event.data.type, event.data.detail ?? event.data.height, event.origin]));
  });
  await page.goto(site.origin + path);
  const end = async () => {
    const stored = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
    const cookies = await context.cookies();
    await context.close();
    const outside = asked.map((request) => new URL(request.url()).origin).filter((origin) => ![site.origin, base, "null"].includes(origin));
    assert.deepEqual([...new Set(outside)], [], "requests to others");
    assert.deepEqual(cookies, [], "cookies");
    assert.deepEqual(stored, [0, 0, ""], "nothing is stored");
    assert.deepEqual(complaints, [], "errors in the console");
    for (const request of asked.filter((one) => one.url().startsWith(`${base}/api/`))) {
      assert.equal(request.headers().referer || "", "", "the Connector does not learn the address of the page");
    }
  };
  const told = (name) => page.evaluate((name) => window.told.filter(([one]) => one === name).map(([, ...rest]) => rest), name);
  return { page, context, asked, told, end };
}

const box = (page) => page.getByRole("combobox");
const options = (page) => page.getByRole("option");
const said = (page, words) => page.waitForFunction((words) => document.querySelector("record-door-picker").shadowRoot.querySelector("[role=status]").textContent.includes(words), words);
async function type(page, words) {
  await box(page).focus();
  await page.keyboard.type(words);
}
async function pick(page, words) {
  await type(page, words);
  await options(page).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

describe("by keyboard", () => {
  test("a place with one way in is chosen, and the page is told everything it needs", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, told, end } = await visit(sites.plain);
    await type(page, "aspen example");
    await options(page).first().waitFor();
    assert.equal(await box(page).getAttribute("aria-expanded"), "true");
    assert.equal(await box(page).getAttribute("aria-activedescendant"), null, "nothing is chosen by itself");
    await said(page, "Places found: 1");
    const text = await options(page).first().innerText();
    assert.ok(text.includes("Aspen Example Clinic") && text.includes("Reno, NV") && text.includes("Opens example.net"), text);
    await page.keyboard.press("ArrowDown");
    assert.equal(await options(page).first().getAttribute("aria-selected"), "true");
    assert.equal(await box(page).getAttribute("aria-activedescendant"), await options(page).first().getAttribute("id"));
    await page.keyboard.press("Enter");
    await said(page, "You chose Aspen Example Clinic");
    const [[detail], ...more] = await told("record-door-select");
    assert.equal(more.length, 0);
    for (const [thing, prefix] of [["organization", "org-"], ["portal", "por-"], ["endpoint", "end-"]]) {
      assert.match(detail[thing].id, new RegExp(`^${prefix}[0-9a-f]{32}$`));
      detail[thing].id = prefix;
    }
    assert.deepEqual(detail, {
      organization: { id: "org-", name: "Aspen Example Clinic", kind: "clinic", city: "Reno", state: "NV", page: detail.organization.page },
      portal: { id: "por-", name: "Aspen Online", url: "https://portal.aspen.example.net/", domain: "example.net" },
      endpoint: { id: "end-", iss: "https://fhir.aspen.example.net/r4", domain: "example.net", name: null, fhirVersions: ["4.0.1"] },
    });
    assert.equal(new URL(detail.organization.page).origin, base);
    assert.equal(await page.evaluate(() => document.querySelector("record-door-picker").value.endpoint.iss), "https://fhir.aspen.example.net/r4");
    // Typing on is another question: the page is told that the choice is gone.
    await page.keyboard.type(" x");
    assert.equal((await told("record-door-clear")).length, 1);
    assert.equal(await page.evaluate(() => document.querySelector("record-door-picker").value), null);
    await end();
  });

  test("a place with several ways asks which one", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, told, end } = await visit(sites.plain);
    await pick(page, "willow sample");
    await said(page, "Choices: 2");
    assert.equal((await told("record-door-select")).length, 0);
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => document.activeElement.shadowRoot.activeElement.innerText);
    assert.match(await focused(), /MyWillow\s+Opens example\.org\s+Apps connect to example\.org · FHIR/);
    await page.keyboard.press("Enter");
    const [[detail]] = await told("record-door-select");
    assert.match(detail.endpoint.iss, /^https:\/\/fhir\.willow\.example\.org\//);
    assert.match(await focused(), /Choose another place/, "the focus is not lost");
    await page.keyboard.press("Enter");
    assert.equal(await box(page).inputValue(), "");
    assert.ok(await box(page).evaluate((input) => input.getRootNode().activeElement === input));
    await end();
  });

  test("Escape closes, then clears; Enter on nothing looks again", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, end } = await visit(sites.plain);
    await type(page, "quest");
    await options(page).first().waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await options(page).count(), 0);
    assert.equal(await box(page).inputValue(), "quest");
    await page.keyboard.press("Enter");
    await options(page).first().waitFor();
    await page.keyboard.press("ArrowUp");
    assert.equal(await options(page).last().getAttribute("aria-selected"), "true");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assert.equal(await box(page).inputValue(), "");
    await end();
  });
});

describe("what a page asks for", () => {
  test("a version of FHIR leaves one way, and it is chosen", async () => {
    sites.plain.show(`<record-door-picker fhir-version="4.0"></record-door-picker>${SCRIPT}`);
    const { page, told, end } = await visit(sites.plain);
    await pick(page, "willow sample");
    await said(page, "You chose");
    const [[detail]] = await told("record-door-select");
    assert.deepEqual([detail.endpoint.iss, detail.endpoint.fhirVersions], ["https://fhir.willow.example.org/r4", ["4.0.1"]]);
    await end();
  });

  test("only places where apps can connect, of a state and a kind", async () => {
    sites.plain.show(`<record-door-picker only-with-endpoint state="NV, OH" kind="clinic,hospital"></record-door-picker>${SCRIPT}`);
    const { page, asked, end } = await visit(sites.plain);
    await type(page, "example");
    await options(page).first().waitFor();
    const names = await options(page).locator(".name").allInnerTexts();
    assert.ok(names.includes("Aspen Example Clinic") && names.every((name) => /^(Aspen|Willow) /.test(name)), `apps can connect to no other: ${names}`);
    const question = new URL(asked.map((request) => request.url()).findLast((url) => url.includes("/api/v1/search")));
    assert.deepEqual(question.searchParams.getAll("state"), ["NV", "OH"]);
    assert.deepEqual(question.searchParams.getAll("kind"), ["clinic", "hospital"]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await type(page, "quest diagnostics");
    await page.getByText("where apps can connect").first().waitFor();
    await end();
  });

  test("Spanish, by the attribute or from what is around it", async () => {
    for (const [html, lang] of [['<record-door-picker lang="es"></record-door-picker>', "en"], ["<record-door-picker></record-door-picker>", "es-MX"]]) {
      sites.plain.show(html + SCRIPT, { lang });
      const { page, end } = await visit(sites.plain);
      await page.getByLabel("Busque el lugar que tiene su expediente").waitFor();
      await type(page, "aspen example");
      await options(page).first().waitFor();
      assert.match(await options(page).first().innerText(), /Consultorio|clínica/i);
      assert.match(await options(page).first().innerText(), /Abre example\.net/);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await said(page, "Eligió Aspen Example Clinic");
      await end();
    }
  });

  test("a language it does not have is English, and says so", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`, { lang: "fr" });
    const { page, end } = await visit(sites.plain);
    await page.getByLabel("Find the place that has your records").waitFor();
    assert.equal(await page.locator("record-door-picker .picker").getAttribute("lang"), "en");
    await end();
  });

  test("colours, shape and words of its own", async () => {
    const head = "<style>record-door-picker { --record-door-ground: rgb(255, 250, 240); --record-door-radius: 0 } record-door-picker::part(label) { font-style: italic }</style>";
    sites.plain.show(`<record-door-picker label="Your hospital"></record-door-picker>${SCRIPT}`, { head });
    const { page, end } = await visit(sites.plain);
    const input = page.getByLabel("Your hospital");
    assert.deepEqual(await input.evaluate((one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderRadius]), ["rgb(255, 250, 240)", "0px"]);
    assert.equal(await page.locator("record-door-picker label").evaluate((one) => getComputedStyle(one).fontStyle), "italic");
    await end();
  });
});

describe("only doors that are open", () => {
  test("what is old, not encrypted, suspicious or not of today is never a choice", async () => {
    sites.plain.show(SCRIPT);
    const { page, end } = await visit(sites.plain);
    const left = await page.evaluate(async (script) => {
      const { ways } = await import(script);
      const portal = { id: "por-1", url: "https://a.example.org/", domain: "example.org", state: "live" };
      const endpoint = { id: "end-1", address: "https://a.example.org/r4", domain: "example.org", state: "live", fhir_versions: ["4.0.1"] };
      const today = "2026-11-26";
      const count = (more, settings) => ways({ portals: [{ ...portal, ...more }], endpoints: [{ ...endpoint, ...more }] }, { today, ...settings }).length;
      return {
        open: count({}),
        old: count({ state: "old_address" }),
        plain: count({ url: "http://a.example.org/", address: "http://a.example.org/r4" }),
        script: count({ url: "javascript:alert(1)", address: "javascript:alert(1)" }),
        suspicious: count({ warnings: ["look_alike"] }),
        port: count({ warnings: ["odd_port"] }),
        closed: count({ valid_to: "2026-11-25" }),
        soon: count({ valid_from: "2026-11-27" }),
        apps: count({}, { onlyWithEndpoint: true }),
        version: count({ fhir_versions: ["1.0.2"] }, { onlyWithEndpoint: true, version: "4" }),
        begins: count({ fhir_versions: ["40.1"] }, { onlyWithEndpoint: true, version: "4" }),
        nothing: ways({}, { today }).length,
      };
    }, `${base}/embed/picker-1.js`);
    assert.deepEqual(left, { open: 2, old: 0, plain: 0, script: 0, suspicious: 0, port: 2, closed: 0, soon: 0, apps: 1, version: 0, begins: 0, nothing: 0 });
    await end();
  });

  test("a place without one says so and leads to what is known", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, told, end } = await visit(sites.plain);
    await pick(page, "unlocked example");
    await said(page, "no safe online door");
    const link = page.getByRole("link", { name: /See what we know/ });
    assert.match(await link.getAttribute("href"), new RegExp(`^${base}/organizations/unlocked-example-hospital`));
    assert.equal(await link.getAttribute("target"), "_blank");
    assert.deepEqual(await told("record-door-select"), []);
    await end();
  });

  test("a name that is a script is a name", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, end } = await visit(sites.plain);
    await pick(page, "tricky");
    await said(page, "You chose");
    assert.match(await page.locator("record-door-picker").evaluate((one) => one.shadowRoot.querySelector(".chosen").innerText), /Tricky/);
    assert.equal(await page.evaluate(() => document.querySelector("record-door-picker").shadowRoot.querySelectorAll("script, iframe, img").length), 0);
    await end();
  });
});

describe("when something is wrong, in plain words, with a way on", () => {
  for (const [what, answer, words, code, retry] of [
    ["too many questions", { status: 429, headers: { "retry-after": "30", "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" } }, "30 seconds", "busy", true],
    ["a broken server", { status: 500, headers: { "access-control-allow-origin": "*" } }, "Something broke", "broken", true],
    ["a page where data should be", { status: 200, contentType: "text/html", body: "<p>Sign in to this network", headers: { "access-control-allow-origin": "*" } }, "Something broke", "broken", true],
    ["no answer", null, "could not reach", "unreachable", true],
    ["a wrong setting", { status: 400, headers: { "access-control-allow-origin": "*" } }, "something it does not know", "wrong-settings", false],
  ]) {
    test(what, async () => {
      sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
      const { page, told, end } = await visit(sites.plain, { expected: [/Failed to load resource/] });
      await page.route("**/api/v1/search*", (route) => (answer ? route.fulfill(answer) : route.abort()));
      await type(page, "quest");
      await said(page, words);
      assert.equal((await told("record-door-error"))[0][0].code, code);
      assert.equal(await page.getByRole("button", { name: "Try again" }).count(), retry ? 1 : 0);
      await accessible(page, what);
      await page.unroute("**/api/v1/search*");
      if (retry) {
        await page.getByRole("button", { name: "Try again" }).click();
        await options(page).first().waitFor();
      }
      await end();
    });
  }

  test("no connection at all", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, context, told, end } = await visit(sites.plain, { expected: [/ERR_INTERNET_DISCONNECTED/] });
    await box(page).waitFor();
    await context.setOffline(true);
    await type(page, "quest");
    await said(page, "You are offline");
    assert.equal((await told("record-door-error"))[0][0].code, "offline");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await options(page).first().waitFor();
    await end();
  });

  test("a place that has gone meanwhile", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, end } = await visit(sites.plain, { expected: [/Failed to load resource/] });
    await page.route("**/api/v1/organizations/*", (route) => route.fulfill({ status: 410, headers: { "access-control-allow-origin": "*" } }));
    await pick(page, "quest");
    await said(page, "no longer on the list");
    await end();
  });
});

describe("for everybody", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1280]) {
      test(`axe finds nothing, nothing is cut off, all is large enough: ${colorScheme}, ${width}px`, async () => {
        const head = '<meta name="color-scheme" content="light dark"><style>:root { color-scheme: light dark } body { margin: 8px }</style>';
        sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`, { head });
        const { page, end } = await visit(sites.plain, { viewport: { width, height: 740 }, colorScheme, reducedMotion: "reduce" });
        const look = async (what) => {
          await accessible(page, what);
          await fits(page, what);
          const small = await page.evaluate(() =>
            [...document.querySelector("record-door-picker").shadowRoot.querySelectorAll("button, input, a, [role=option]")]
              .filter((one) => one.getClientRects().length > 0 && Math.min(one.getBoundingClientRect().height, one.getBoundingClientRect().width) < 24)
              .map((one) => one.outerHTML),
          );
          assert.deepEqual(small, [], what);
        };
        await box(page).waitFor();
        await look("empty");
        await type(page, "ex");
        await options(page).first().waitFor();
        await page.keyboard.press("ArrowDown");
        await look("with a list");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await type(page, "zzzz nowhere");
        await page.getByText("We found no place").first().waitFor();
        await look("with nothing found");
        await page.keyboard.press("Escape");
        await pick(page, "willow sample");
        await page.getByRole("button", { name: /MyWillow/ }).first().waitFor();
        await look("with a choice");
        await page.getByRole("button", { name: /MyWillow/ }).first().click();
        await look("chosen");
        await end();
      });
    }
  }

  test("the focus is seen, also with forced colours", async () => {
    sites.plain.show(`<record-door-picker></record-door-picker>${SCRIPT}`);
    const { page, end } = await visit(sites.plain, { forcedColors: "active" });
    await type(page, "quest");
    await options(page).first().waitFor();
    await page.keyboard.press("ArrowDown");
    const outline = await box(page).evaluate((one) => getComputedStyle(one).outlineStyle);
    assert.equal(outline, "solid");
    const [marked, plain] = await page.evaluate(() => {
      const all = document.querySelector("record-door-picker").shadowRoot.querySelectorAll("[role=option]");
      return [all[0], all[1]].map((one) => getComputedStyle(one).backgroundColor);
    });
    assert.notEqual(marked, plain, "what is marked is seen");
    await end();
  });
});

describe("its versions", () => {
  test("a pinned version runs on a page that allows nothing else, and a changed one does not run", async () => {
    const list = await (await fetch(`${base}/embed/versions.json`)).json();
    const { immutable, integrity } = list.versions[0];
    const policy = `default-src 'none'; script-src ${base}; connect-src ${base}`;
    const at = `${base}${new URL(immutable).pathname}`;
    sites.plain.show(`<record-door-picker></record-door-picker><script type="module" src="${at}" integrity="${integrity}" crossorigin></script>`, {
      headers: { "content-security-policy": policy },
    });
    const { page, end } = await visit(sites.plain);
    await pick(page, "aspen example");
    await said(page, "You chose");
    assert.ok((await page.locator("record-door-picker").boundingBox()).height > 100);
    assert.equal(await box(page).evaluate((one) => getComputedStyle(one).minHeight), "48px", "it has its styles");
    await end();
    const wrong = `sha384-${"A".repeat(64)}`;
    sites.plain.show(`<record-door-picker></record-door-picker><script type="module" src="${at}" integrity="${wrong}" crossorigin></script>`);
    const other = await visit(sites.plain, { expected: [/integrity/] });
    assert.equal(await other.page.evaluate(() => customElements.get("record-door-picker")), undefined);
    await other.end();
  });
});

describe("inside a frame", () => {
  const frame = (query) => `<iframe title="Find a place" src="${base}/embed/picker?${query}" width="600" height="600"></iframe>`;

  test("the choice is told to exactly the origin that was named", async () => {
    sites.app.show(frame(`lang=es&fhir-version=4&origin=${encodeURIComponent(sites.app.origin)}`));
    const { page, told, end } = await visit(sites.app);
    const inside = page.frameLocator("iframe");
    await inside.getByRole("combobox").pressSequentially("willow sample");
    await inside.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.told.some(([name]) => name === "record-door-select"));
    const [[detail, origin]] = await told("record-door-select");
    assert.equal(origin, base);
    assert.equal(detail.endpoint.iss, "https://fhir.willow.example.org/r4");
    assert.ok((await told("record-door-resize")).every(([height]) => height > 50));
    await end();
  });

  test("a page of another origin learns nothing, whatever it names", async () => {
    sites.other.show(frame(`fhir-version=4&origin=${encodeURIComponent(sites.app.origin)}`));
    const { page, told, end } = await visit(sites.other, { expected: [/Failed to execute 'postMessage'|target origin/] });
    const inside = page.frameLocator("iframe");
    await inside.getByRole("combobox").pressSequentially("willow sample");
    await inside.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await inside.getByText("You chose Willow").first().waitFor();
    assert.deepEqual(await page.evaluate(() => window.told), []);
    assert.deepEqual(await told("record-door-select"), []);
    await end();
  });

  test("an origin that is none is refused, and nothing runs", async () => {
    for (const origin of ["*", "null", sites.plain.origin, `${sites.app.origin}/`]) {
      const answer = await fetch(`${base}/embed/picker?origin=${encodeURIComponent(origin)}`);
      assert.equal(answer.status, 400, origin);
      assert.doesNotMatch(await answer.text(), /<script/, origin);
    }
  });

  test("without JavaScript it is a form that leads to doors", async () => {
    sites.app.show(frame(`origin=${encodeURIComponent(sites.app.origin)}&state=OH`));
    const context = await newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(sites.app.origin);
    const inside = page.frameLocator("iframe");
    await inside.getByRole("searchbox").fill("willow sample");
    await inside.getByRole("button", { name: "Search" }).click();
    const door = inside.getByRole("link", { name: "Go to MyWillow" });
    assert.equal(await door.getAttribute("href"), "https://my.willow.example.org/");
    assert.equal(await door.getAttribute("target"), "_blank");
    assert.match(await inside.locator(".opens").first().innerText(), /example\.org/);
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });

  test("axe finds nothing in it", async () => {
    const context = await newContext({ viewport: { width: 320, height: 600 } });
    const page = await context.newPage();
    for (const query of ["", "?q=quest&lang=es", "?origin=https://app.example", "?origin=*"]) {
      await page.goto(`${base}/embed/picker${query}`);
      await accessible(page, query);
      await fits(page, query);
    }
    await context.close();
  });
});

describe("the example of an app", () => {
  const configuration = {
    authorization_endpoint: "https://login.willow.example.org/authorize?tenant=7",
    token_endpoint: "https://login.willow.example.org/token",
    code_challenge_methods_supported: ["S256"],
  };
  const open = async (options = {}) => {
    const context = await newContext({ viewport: { width: 360, height: 740 }, ...options });
    const page = await context.newPage();
    const outside = [];
    context.on("request", (request) => { if (!request.url().startsWith(`${base}/`)) outside.push(request.url()); });
    await page.goto(`${base}/embed/example`);
    return { context, page, outside };
  };
  const choose = async (page) => {
    await page.locator("record-door-picker").getByRole("combobox").pressSequentially("willow sample");
    await options(page).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /FHIR 4\.0\.1/ }).click();
  };

  test("builds the authorize request from what the server says, and sends it to nobody", async () => {
    const { context, page, outside } = await open();
    await context.route("https://fhir.willow.example.org/**", (route) => route.fulfill({ json: configuration, headers: { "access-control-allow-origin": "*" } }));
    await choose(page);
    assert.match(await page.locator("#event").innerText(), /"iss": "https:\/\/fhir\.willow\.example\.org\/r4"/);
    assert.equal(await page.locator("#configuration").innerText(), "https://fhir.willow.example.org/r4/.well-known/smart-configuration");
    assert.deepEqual(outside, [], "nothing is asked before the button is pressed");
    await page.getByRole("button", { name: "Read it now" }).click();
    await page.getByLabel("Client id").fill("my app");
    const request = new URL((await page.locator("#authorize").innerText()).replace("GET ", ""));
    const given = Object.fromEntries(request.searchParams);
    assert.match(given.state, /^[\w-]{22}$/);
    assert.match(given.code_challenge, /^[\w-]{43}$/);
    assert.deepEqual({ ...given, state: "", code_challenge: "" }, {
      tenant: "7",
      response_type: "code",
      client_id: "my app",
      redirect_uri: "https://app.example.org/callback",
      scope: "launch/patient openid fhirUser patient/*.rs",
      state: "",
      aud: "https://fhir.willow.example.org/r4",
      code_challenge: "",
      code_challenge_method: "S256",
    });
    assert.match(await page.locator("#goes-to").innerText(), /login\.willow\.example\.org/);
    assert.deepEqual(outside, ["https://fhir.willow.example.org/r4/.well-known/smart-configuration"]);
    await fits(page, "with a request");
    await accessible(page, "with a request");
    await context.close();
  });

  test("a server that lets no page read it: paste, and what is no configuration is told", async () => {
    const { context, page } = await open();
    await context.route("https://fhir.willow.example.org/**", (route) => route.abort());
    await choose(page);
    await page.getByRole("button", { name: "Read it now" }).click();
    await page.getByText("could not read it").waitFor();
    const paste = async (text) => {
      await page.getByLabel("The text of the file").fill(text);
      await page.getByRole("button", { name: "Use this text" }).click();
    };
    for (const bad of ["hello", "{}", JSON.stringify({ ...configuration, authorization_endpoint: "javascript:alert(1)" }), JSON.stringify({ ...configuration, token_endpoint: "http://x.example" })]) {
      await paste(bad);
      await page.getByText("This is no SMART configuration").waitFor();
    }
    await paste(JSON.stringify({ ...configuration, code_challenge_methods_supported: ["plain"] }));
    await page.getByText("does not say that it takes S256").waitFor();
    assert.match(await page.locator("#authorize").innerText(), /^GET https:\/\/login\.willow\.example\.org\/authorize\?/);
    await context.close();
  });

  test("is a page like the others", async () => {
    for (const path of ["/embed/example", "/es/embed/example"]) {
      const context = await newContext({ viewport: { width: 320, height: 740 } });
      const page = await context.newPage();
      await page.goto(base + path);
      await page.locator("record-door-picker").getByRole("combobox").waitFor();
      await fits(page, path);
      await accessible(page, path);
      await context.close();
    }
  });
});
