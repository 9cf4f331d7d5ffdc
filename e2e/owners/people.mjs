// People in browsers of their own: what they have with them, how they sign in, and what their pages look like.
// PICTURES names a folder for a picture of every page that is looked at.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accessible, base, fits, newContext, pressable } from "../lib.mjs";

const PATIENCE = 60_000;
const LANGUAGES = { en: "", es: "/es" };
const WIDTHS = [390, 1280];
const pictures = process.env.PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

/** What was wrong with pages on the way: the story goes on, and one test tells all of it in the end. */
export const faults = [];
const seen = new Set();
/** How many pages were looked at. */
export const looked = () => seen.size;

/** Waits until a check holds, and answers what it answers. */
export async function until(what, check, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not in ${patience / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** A public page as anybody reads it, without a session. */
export async function publicPage(path) {
  const answer = await fetch(base + path, { redirect: "manual" });
  return { status: answer.status, html: await answer.text() };
}

/** The link to a page of ours in a mail. */
export function linkIn(mail, path) {
  const link = mail.text.split(/\s+/).find((word) => word.startsWith(`${base}${path}`) || word.startsWith(`${base}/es${path}`));
  assert.ok(link, `a link to ${path} in: ${mail.text}`);
  return link;
}

async function authenticator(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
}

/** Somebody with a browser that nobody used before; its device keeps passkeys when it has scripts. */
export async function somebody({ javaScriptEnabled = true } = {}) {
  const context = await newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.setDefaultNavigationTimeout(PATIENCE);
  if (javaScriptEnabled) await authenticator(context, page);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
  page.on("console", (message) => {
    const told = ["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(message.text());
    if (told) complaints.push(`${page.url()}: ${message.text()}`);
  });
  context.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`)) complaints.push(`asked of others: ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });

  const path = () => new URL(page.url()).pathname;
  const text = () => page.locator("main").innerText();
  /** Presses something that leads to another page, and answers how that came. */
  const press = async (selector) => {
    const what = typeof selector === "string" ? page.locator(selector) : selector;
    const [answer] = await Promise.all([page.waitForNavigation({ timeout: PATIENCE }), what.click({ timeout: PATIENCE })]);
    return answer;
  };
  const passkey = async () => {
    const from = page.url();
    await page.locator("[data-passkey] button").click();
    await page.waitForURL((url) => url.href !== from, { timeout: PATIENCE });
  };
  /** Opens a page; shows the passkey when that is asked first. */
  const go = async (to) => {
    const answer = await page.goto(to.startsWith("http") ? to : base + to);
    if (!/^(\/es)?\/account\/confirm$/.test(path())) return answer;
    await passkey();
    return page.goto(to.startsWith("http") ? to : base + to);
  };
  const addPasskey = async (name) => {
    assert.match(path(), /\/account\/passkeys\/new$/);
    await page.fill("#passkey-name", name);
    await passkey();
  };
  /** Sends a form of ours by hand, as somebody would who does not take no for an answer; answers the status. */
  const send = async (to, fields) => {
    const csrf = await page.locator("input[name=csrf]").first().getAttribute("value");
    const body = new URLSearchParams({ csrf, ...fields }).toString();
    return page.evaluate(async ([address, form]) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await fetch(address, { method: "POST", headers, body: form, redirect: "manual" });
      return answer.type === "opaqueredirect" ? 303 : answer.status;
    }, [to, body]);
  };
  const end = async () => {
    await context.close();
    return complaints;
  };
  return { context, page, path, text, press, passkey, go, addPasskey, send, end };
}

/** Asks for a link, opens it, and presses the button. */
export async function signIn(who, smtp, email, next) {
  const since = smtp.mails.length;
  await who.page.goto(`${base}/sign-in?next=${encodeURIComponent(next)}`);
  await who.page.fill("#email", email);
  await who.press("form[action$='/sign-in'] button");
  assert.match(await who.text(), /Look at your e-mail/);
  const mail = await smtp.mail(email, /\/sign-in\/link\?/, { since });
  await who.page.goto(linkIn(mail, "/sign-in/link"));
  assert.match(await who.text(), new RegExp(`signed in as ${email.replaceAll(".", "\\.")}`));
  await who.press("form:has(input[name=t]) button");
}

/** The paths of our pages that somebody comes to by links alone, from one of theirs. */
export async function reached(who, from) {
  await who.go(from);
  const found = await who.page.evaluate(async (first) => {
    const known = new Set([first]);
    for (const path of known) {
      // Only pages of people's own lead on, and none of them is opened twice.
      if (known.size > 300 || !/^\/(manage|review|account)/.test(path)) continue;
      const answer = await fetch(path);
      if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) continue;
      const text = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const link of text.querySelectorAll("a[href], main form[method=get][action]")) {
        const to = new URL(link.getAttribute("href") ?? link.getAttribute("action"), location.href);
        if (to.origin === location.origin && !to.pathname.startsWith("/es")) known.add(to.pathname);
      }
    }
    return [...known];
  }, from);
  return new Set(found);
}

const tried = async (what, check) => {
  try {
    await check();
  } catch (error) {
    faults.push(`${what}: ${String(error.message ?? error).slice(0, 1_500)}`);
  }
};

async function view(page, name, lang) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await tried(`${name} ${lang} ${width}px`, () => fits(page, name));
    await tried(`${name} ${lang} ${width}px`, () => pressable(page, name));
    if (pictures) await page.screenshot({ path: join(pictures, `${name}-${lang}-${width}.png`), fullPage: true });
  }
  await tried(`${name} ${lang}`, () => accessible(page, name));
}

/** Looks at the page that is open, on a phone and a large screen; in both languages when it can be opened again. */
export async function look(who, name, { again = true } = {}) {
  seen.add(name);
  const { page } = who;
  const at = new URL(page.url());
  const plain = at.pathname.replace(/^\/es(?=\/|$)/, "") || "/";
  await page.emulateMedia({ reducedMotion: "reduce" });
  if (!again) await view(page, name, await page.getAttribute("html", "lang"));
  for (const [lang, prefix] of again ? Object.entries(LANGUAGES).reverse() : []) {
    const to = `${base}${prefix}${plain === "/" && prefix ? "" : plain}${at.search}`;
    if (page.url() !== to) await page.goto(to);
    await tried(`${name} ${lang}`, async () => assert.equal(await page.getAttribute("html", "lang"), lang, "its language"));
    await view(page, name, lang);
  }
  // Whoever is signed in finds their other pages, and the way out, on each of them; a preview is as patients see it.
  const own = /^\/(manage|review|account)(\/|$)/.test(plain) && !/^\/(manage\/start|review\/log)(\/|$)|\/preview$/.test(plain);
  if (own) await tried(name, async () => assert.equal(await page.locator(".me form[action$='/sign-out']").count(), 1, `${plain}: the way out`));
  await page.setViewportSize({ width: 1280, height: 900 });
}
