// Signing in through a real provider of OpenID Connect, in a real browser. Provider and server are started here, on loopback.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { Provider } from "oidc-provider";

const binary = process.env.CONNECTOR ?? path.resolve(import.meta.dirname, "../target/debug/connector");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const NAME = "Example Health";

let base, issuer, listener, server, data, browser;

const freePort = () =>
  new Promise((resolve) => {
    const socket = createSocket().listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

/** Whoever signs in there is called as they typed; mallory has taken ana's address. */
const claims = (sub) => ({ sub, email: `${sub === "mallory" ? "ana" : sub}@example.org`, email_verified: sub !== "unchecked" });

before(async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  base = `http://localhost:${port}`;
  issuer = `http://127.0.0.1:${providerPort}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "connector", client_secret: "s3cret &+", redirect_uris: [`${base}/sign-in/oidc/back`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["of this test"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  });
  listener = createServer(provider.callback()).listen(providerPort, "127.0.0.1");
  data = mkdtempSync(path.join(tmpdir(), "connector-oidc-"));
  server = spawn(binary, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data, "--public-url", base], {
    env: {
      ...process.env,
      CONNECTOR_OIDC_ISSUER: issuer,
      CONNECTOR_OIDC_CLIENT: "connector",
      CONNECTOR_OIDC_SECRET: "s3cret &+",
      CONNECTOR_OIDC_NAME: NAME,
      CONNECTOR_FETCH_ALLOW: `127.0.0.1:${providerPort}`,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (let tries = 0; ; tries++) {
    const up = await fetch(`http://127.0.0.1:${port}/sign-in/oidc`).then((answer) => answer.ok, () => false);
    if (up) break;
    assert.ok(tries < 600 && server.exitCode === null, "the server did not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const asRoot = process.getuid?.() === 0;
  browser = await chromium.launch({ executablePath, args: asRoot ? ["--no-sandbox"] : [] });
});

after(async () => {
  await browser?.close();
  listener?.close();
  listener?.closeAllConnections();
  if (server?.exitCode === null) {
    server.kill("SIGTERM");
    await new Promise((resolve) => server.once("exit", resolve));
  }
  rmSync(data, { recursive: true, force: true });
});

/** Walks to the provider, signs in there, and comes back. */
async function signIn(page, who, prefix = "") {
  await page.goto(`${base}${prefix}/sign-in/oidc?next=${prefix}/account/oidc`);
  await page.locator("article form button").click();
  await page.waitForURL(`${issuer}/**`);
  const login = page.locator("input[name=login]");
  await login.fill(who);
  await page.locator("input[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
  await page.locator("button[type=submit]").click();
  await page.waitForURL(`${base}/**`);
}

for (const javaScriptEnabled of [true, false]) {
  test(`a new person signs in, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 390, height: 740 } });
    const page = await context.newPage();
    const who = javaScriptEnabled ? "ana" : "bea";
    const prefix = javaScriptEnabled ? "" : "/es";
    await signIn(page, who, prefix);
    assert.equal(page.url(), `${base}${prefix}/account/oidc`);
    assert.match(await page.locator("main").textContent(), new RegExp(issuer));
    const cookies = await context.cookies(base);
    assert.deepEqual(cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite]), [
      ["__Host-session", true, true, "Lax"],
    ]);
    // Once more, by somebody whom the provider knows already: the same account.
    await context.clearCookies({ name: "__Host-session" });
    await page.goto(`${base}${prefix}/account/oidc`);
    assert.match(page.url(), /\/sign-in\?next=/, "signed out");
    await context.close();
  });
}

test("an address at the provider opens nobody's account, and one it did not check opens none", async () => {
  for (const [who, why] of [["ana", null], ["mallory", "email-known"], ["unchecked", "no-email"]]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, who);
    if (why) {
      assert.equal(page.url(), `${base}/sign-in/oidc?why=${why}`);
      assert.deepEqual(await context.cookies(base), []);
    } else {
      assert.equal(page.url(), `${base}/account/oidc`);
    }
    await context.close();
  }
});

test("an answer of the provider is worth nothing in another browser, or twice", async () => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const page = await mine.newPage();
  let back = "";
  page.on("request", (request) => {
    if (request.url().startsWith(`${base}/sign-in/oidc/back`)) back = request.url();
  });
  await signIn(page, "carla");
  assert.equal(page.url(), `${base}/account/oidc`);
  const other = await theirs.newPage();
  for (const visitor of [other, page]) {
    await visitor.goto(back);
    assert.equal(visitor.url(), `${base}/sign-in/oidc?why=over`);
  }
  assert.deepEqual(await theirs.cookies(base), []);
  await mine.close();
  await theirs.close();
});
