// People who sign in, in a browser with an authenticator of its own: invitation -> link -> passkey -> sign out -> sign in with
// the passkey -> confirm. Passkeys are bound to a name, so BASE_URL is http://localhost:PORT and the server's
// CONNECTOR_PUBLIC_URL the same. DATA is its data folder, BINARY the program (default target/debug/connector).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { accessible, base, fits, newContext } from "./lib.mjs";

const { DATA, BINARY = "../target/debug/connector" } = process.env;
const can = DATA && base.startsWith("http://localhost");
const skip = can ? false : "BASE_URL must be http://localhost:PORT, and DATA the data folder of that server";

/** Addresses that no test before this one used. */
const run = Date.now().toString(36);

/** The link that the command line prints. */
const invited = (name, role) => {
  const email = `${name}-${run}@example.org`;
  const arguments_ = ["admin", "invite", email, "--role", role, "--data", DATA];
  return execFileSync(BINARY, arguments_, { env: { ...process.env, CONNECTOR_PUBLIC_URL: base }, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
};

/** A page of a browser whose device keeps passkeys. */
async function device(options = {}) {
  const context = await newContext({ viewport: { width: 390, height: 740 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4")) complaints.push(message.text());
  });
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const verified = (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  const end = async () => {
    await context.close();
    assert.deepEqual(complaints, [], "errors in the console");
  };
  return { page, context, verified, end };
}

const path = (page) => new URL(page.url()).pathname;
const session = async (context) => (await context.cookies()).find(({ name }) => name === "__Host-session");

test("an invitation makes a moderator with a passkey, who comes back with it and confirms with it", { skip, timeout: 60_000 }, async () => {
  const { page, context, end } = await device();
  const link = invited("mo", "moderator");
  await page.goto(link);
  assert.ok((await page.textContent("article")).includes(`mo-${run}@example.org`));
  assert.equal(await session(context), undefined, "opening the link signs nobody in");
  await accessible(page, "the invitation");
  await page.click("article button[type=submit]");

  assert.equal(path(page), "/account/passkeys/new");
  const first = await session(context);
  assert.ok(first.httpOnly && first.secure && first.sameSite === "Lax" && first.path === "/", "the cookie");
  assert.equal(await page.getByRole("link", { name: "Not now" }).count(), 0, "a moderator needs one");
  await accessible(page, "add a passkey");
  await fits(page, "add a passkey");
  await page.fill("#passkey-name", "work laptop");
  await Promise.all([page.waitForURL(/\/review/), page.click("[data-passkey] button")]);
  const second = await session(context);
  assert.notEqual(second.value, first.value, "a new secret with the passkey");

  await page.goto(link);
  assert.match(await page.textContent("h1"), /does not work any more/, "the link was used");

  await page.goto(`${base}/account`);
  assert.match(await page.textContent(".own-list"), /work laptop/);
  await accessible(page, "the account");
  await fits(page, "the account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  assert.equal(await session(context), undefined);
  // A browser that offers passkeys beside the e-mail field does so at once.
  await page.goto(`${base}/sign-in?next=/account`);
  await page.waitForURL(`${base}/account`);
  assert.notEqual((await session(context)).value, second.value);

  // One that does not has the button.
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = undefined;
  });
  await page.goto(`${base}/account`);
  assert.equal(path(page), "/sign-in");
  await accessible(page, "signing in");
  await fits(page, "signing in");
  await Promise.all([page.waitForURL(`${base}/account`), page.click("[data-passkey] button")]);
  const third = await session(context);

  await page.goto(`${base}/es/account/confirm?next=/es/account`);
  await accessible(page, "confirm");
  await Promise.all([page.waitForURL(`${base}/es/account`), page.click("[data-passkey] button")]);
  assert.notEqual((await session(context)).value, third.value, "a new secret with every step up");
  await end();
});

test("a passkey without the person's finger is not taken", { skip, timeout: 60_000 }, async () => {
  const { page, context, verified, end } = await device();
  await page.goto(invited("finger", "moderator"));
  await page.click("article button[type=submit]");
  await Promise.all([page.waitForURL(/\/review/), page.click("[data-passkey] button")]);
  const before = await session(context);
  await verified(false);
  await page.goto(`${base}/account/confirm`);
  await page.click("[data-passkey] button");
  await page.waitForFunction(() => document.querySelector(".passkey-said").textContent !== "");
  assert.equal(path(page), "/account/confirm");
  assert.equal((await session(context)).value, before.value);
  await end();
});

test("without scripts a link signs in, and the page says what passkeys need", { skip, timeout: 60_000 }, async () => {
  const context = await newContext({ viewport: { width: 390, height: 740 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(invited("plain", "moderator"));
  await page.click("article button[type=submit]");
  assert.match(await page.textContent("article"), /need a newer browser with scripts turned on/);
  await page.goto(`${base}/account`);
  await page.fill("#name", "Plain");
  await page.click("form[action='/account/name'] button");
  assert.match(await page.textContent("article [role=status]"), /Saved/);
  await page.goto(`${base}/es/sign-in`);
  assert.equal(path(page), "/es/account", "signed in already");
  await context.close();
});
