// The whole story of a page that its organization looks after, in a browser with an authenticator of its own, with a name
// server and a mail server on loopback: a moderator is invited; an owner signs in, shows that the hospital is theirs, edits;
// what could lead patients astray waits for a second person; moderators decide and take back.
// It starts a server of its own (CONNECTOR_BIN names the program), so BASE_URL is not asked. The tests are one story, in order.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { start } from "./owners/start.mjs";

const site = await start();
process.env.BASE_URL = site.base;
const { faults, linkIn, look, looked, publicPage, reached, signIn, somebody, until } = await import("./owners/people.mjs");
after(() => site.stop());

const HOSPITAL = { name: "Lakeside General Hospital", page: "/organizations/lakeside-general-hospital-boise-id", domain: "lakeside-hospital-test.org" };
const CLINIC = { name: "Juniper Family Clinic", page: "/organizations/juniper-family-clinic-salem-or", domain: "juniper-clinic-test.com" };
/** A domain that nobody here used before, and the door on it. */
const NEW = { domain: "lakeside-records-test.com", door: "https://portal.lakeside-records-test.com/" };
const FIRST = "We care for people around the lake, day and night.";
const SECOND = "We care for people around the lake, day and night, and by video.";
const LATER = "From next week on we also have a children’s ward.";
const CLINIC_WORDS = "A family clinic where the doctors know your name.";
const whole = { timeout: 300_000 };

const people = {};
const everybody = [];
const comes = async (name, options) => {
  people[name] = await somebody(options);
  everybody.push([name, people[name]]);
  return people[name];
};
/** Waits until the public page says something, or says it no more. */
const reads = async (where, pattern) => pattern.test((await publicPage(where.page)).html);
/** A page that everybody gets alike may be kept for a minute where nothing of the directory changed; with a query it is not. */
const asMade = (page) => ({ page: `${page}?now` });
const says = (where, pattern) => until(`${where.page} says ${pattern}`, () => reads(where, pattern));
const saysNot = (where, pattern) => until(`${where.page} does not say ${pattern}`, async () => !(await reads(where, pattern)));
/** What the public page says now, or does not. */
const now = async (where, pattern, yes) => assert.equal(await reads(where, pattern), yes, `${where.page} says ${pattern}`);
const quoted = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
const opens = (address) => quoted(`href="${address}"`);

async function moderator(name, role = "moderator") {
  const email = `${name}@connector-test.org`;
  const link = site.invited(email, role);
  const one = await comes(name);
  await one.page.goto(link);
  assert.match(await one.text(), quoted(email));
  return { one, link };
}

/** Describes an organization anew, as far as the page on which it is checked. */
async function describe(who, where, words) {
  await who.go(`/manage/${where.id}/edit/contact`);
  await who.page.fill("textarea[name=description]", words);
  await who.press("p.edit-buttons button[name=do][value=check]");
  assert.match(who.path(), /\/edit\/check$/);
}

const publish = (who) => who.press("button[name=when][value=now]");

test("an invitation makes a moderator, once, and leads to a passkey and the queue", whole, async () => {
  const { one, link } = await moderator("mo");
  await look(one, "01-invitation");
  await one.press("form:has(input[name=t]) button");
  await look(one, "02-passkey-new");
  await one.addPasskey("work laptop");
  assert.equal(one.path(), "/review");
  assert.match(await one.text(), /What waits for a person/);
  await look(one, "03-queue-empty");
  assert.equal((await one.page.goto(link)).status(), 410);
  assert.match(await one.text(), /does not work any more/);
});

test("an owner signs in by an e-mailed link and adds a passkey", whole, async () => {
  const owner = await comes("owner");
  await owner.page.goto(`${site.base}/sign-in?next=/manage`);
  await look(owner, "04-sign-in");
  await signIn(owner, site.smtp, "ana@lakeside-hospital-test.org", "/manage");
  assert.match(site.smtp.mails.at(-1).head, /^From: .*directory@connector-test\.org/im);
  await owner.addPasskey("phone");
  assert.equal(owner.path(), "/manage");
  assert.match(await owner.text(), /No organization is yours yet/);
  await look(owner, "05-manage-none");
});

test("the hospital is found, and claimed by DNS: nothing, a wrong value, the right one", whole, async () => {
  const { owner } = people;
  await owner.page.goto(site.base + HOSPITAL.page);
  await owner.press(owner.page.getByRole("link", { name: "Is this yours?" }));
  assert.match(await owner.text(), /Are you a patient looking for your own records\?/);
  await look(owner, "06-start");
  await owner.go("/manage/find?q=lakeside+general");
  await look(owner, "07-find");
  await owner.press(owner.page.getByRole("link", { name: `${HOSPITAL.name} is mine` }));
  HOSPITAL.id = owner.path().split("/").at(-1);
  assert.match(HOSPITAL.id, /^org-/);
  await look(owner, "08-claim");
  assert.equal((await owner.page.goto(`${site.base}/manage/${HOSPITAL.id}/edit`)).status(), 404, "not theirs yet");

  await owner.go(`/manage/claim/${HOSPITAL.id}`);
  await owner.press(owner.page.getByRole("button", { name: `Use ${HOSPITAL.domain}` }));
  const codes = await owner.page.locator("main dl code").allInnerTexts();
  const name = codes.find((one) => one.endsWith(HOSPITAL.domain) && !one.includes("/"));
  const value = codes.find((one) => one.startsWith("connector-verification="));
  assert.ok(name && value, codes.join(" | "));
  await look(owner, "09-prove");
  const check = () => owner.press(owner.page.getByRole("button", { name: "Look in the DNS now" }));

  await check();
  assert.match(await owner.text(), /found nothing there/);
  site.dns.say("TXT", name, ["v=spf1 -all", "connector-verification=of-somebody-else"]);
  await check();
  assert.match(await owner.text(), /found something there, but not this text/);
  await look(owner, "10-prove-wrong");
  await now(HOSPITAL, /showed that it controls/, false);
  site.dns.say("TXT", name, ["v=spf1 -all", value]);
  await check();
  assert.match(await owner.text(), /yours to look after now/);
  assert.ok(site.dns.asked.filter((one) => one.toLowerCase() === `txt ${name}`).length >= 4, "asked twice before it counts");
  await look(owner, "11-proved");

  const day = new Date().getUTCFullYear();
  await says(asMade(HOSPITAL.page), new RegExp(`controls ${HOSPITAL.domain.replaceAll(".", "\\.")}, [^<]*${day}`));
  await says(asMade(`/es${HOSPITAL.page}`), new RegExp(`controla ${quoted(HOSPITAL.domain).source} \\(`));
  await owner.go("/manage");
  assert.match(await owner.text(), quoted(HOSPITAL.name));
  await look(owner, "12-manage");
});

test("mail at the domain only opens a claim, without scripts, and a moderator accepts it", whole, async () => {
  const nurse = await comes("nurse", { javaScriptEnabled: false });
  const { mo } = people;
  await signIn(nurse, site.smtp, "joan@mailbox-test.com", "/manage");
  assert.match(await nurse.text(), /newer browser with scripts/);
  await nurse.press(nurse.page.getByRole("link", { name: "Not now" }));
  assert.equal(nurse.path(), "/manage");
  await nurse.page.fill("#mine-q", "Juniper Family");
  await nurse.press("main form[action$='/manage/find'] button");
  await nurse.press(nurse.page.getByRole("link", { name: `${CLINIC.name} is mine` }));
  CLINIC.id = nurse.path().split("/").at(-1);

  const form = "form:has(input[name=method][value=email])";
  await nurse.page.fill("#claim-email", "desk@elsewhere-test.com");
  await nurse.press(`${form} button`);
  assert.match(await nurse.text(), /not an address at one of the domains/);
  const desk = `desk@${CLINIC.domain}`;
  await nurse.page.fill("#claim-email", desk);
  await nurse.press(`${form} button`);
  assert.match(await nurse.text(), /The link is on its way/);
  const link = linkIn(await site.smtp.mail(desk, /claim-email\?/), "/manage/claim-email");
  await mo.go(link);
  assert.match(await mo.text(), /no good any more/, "the link is for whoever asked for it");
  await nurse.page.goto(link);
  await nurse.press("main form:has(input[name=ticket]) button");
  assert.match(await nurse.text(), /waits for a person of this site/);
  assert.equal((await nurse.page.goto(`${site.base}/manage/${CLINIC.id}/edit`)).status(), 404, "mail alone is no proof");
  await now(CLINIC, /answered mail at/, false);

  await mo.go("/review");
  await look(mo, "13-queue-claim");
  await mo.press(mo.page.locator(".review-items a[href*='/review/claims/']", { hasText: CLINIC.name }));
  assert.match(await mo.text(), /proves nothing by itself/);
  await look(mo, "14-review-claim");
  const accept = mo.page.locator("form:has(button[name=verdict][value=accept])");
  assert.ok(await accept.locator("#looked").evaluate((box) => box.required && !box.checked), "ticked by a person");
  await accept.locator("#looked").check();
  await mo.press(accept.locator("button[value=accept]"));
  assert.equal(mo.path(), "/review");
  await site.smtp.mail("joan@mailbox-test.com", /accepted it/);
  await says(asMade(CLINIC.page), new RegExp(`answered mail at ${CLINIC.domain.replaceAll(".", "\\.")}`));
  await nurse.page.goto(`${site.base}/manage`);
  assert.match(await nurse.text(), quoted(`Edit ${CLINIC.name}`));
});

test("a description goes live at once", whole, async () => {
  const { owner } = people;
  await owner.go(`/manage/${HOSPITAL.id}/edit`);
  await look(owner, "15-edit");
  for (const [n, step] of ["name", "contact", "places", "portals", "endpoints", "features", "ask", "parent", "logo", "numbers"].entries()) {
    await owner.go(`/manage/${HOSPITAL.id}/edit/${step}`);
    await look(owner, `16-step-${n}-${step}`);
  }
  await describe(owner, HOSPITAL, FIRST);
  assert.match(await owner.text(), /This goes live at once/);
  await look(owner, "17-check-live");
  await publish(owner);
  assert.match(await owner.text(), /It is published/);
  await says(HOSPITAL, quoted(FIRST));
});

test("a portal on a new domain waits, and its author cannot approve it", whole, async () => {
  const { owner } = people;
  await owner.go(`/manage/${HOSPITAL.id}/edit/portals`);
  await owner.press("button[name=do][value=add]");
  await owner.page.fill("input[name='portals.1.url']", NEW.door);
  await owner.page.fill("input[name='portals.1.name']", "Lakeside Records");
  await owner.page.locator("input[name='portals.1.name']").blur();
  // The name server knows no such name: said in words, as for anything that does not answer.
  await owner.page.locator("#e-portals-1-url-look", { hasText: /could not open it/ }).waitFor({ timeout: 30_000 });
  await owner.press("p.edit-buttons button[name=do][value=check]");
  const told = await owner.text();
  assert.match(told, /This waits for a second person/);
  assert.match(told, quoted(NEW.domain));
  await look(owner, "18-check-waits");
  await owner.go(`/manage/${HOSPITAL.id}/edit/preview`);
  assert.ok(await owner.page.locator(`a[href='${NEW.door}']`).count(), "the preview has the new door");
  await look(owner, "19-preview");
  await owner.go(`/manage/${HOSPITAL.id}/edit/preview?width=phone`);
  await look(owner, "20-preview-phone");

  await owner.go(`/manage/${HOSPITAL.id}/edit/check`);
  const why = "We move our records to a new portal.";
  await owner.page.fill("textarea[name=why]", why);
  await publish(owner);
  if (owner.path() === "/account/confirm") {
    await owner.passkey();
    await owner.page.fill("textarea[name=why]", why);
    await publish(owner);
  }
  assert.match(await owner.text(), /waits for a second person/);
  await look(owner, "21-waiting");
  await now(HOSPITAL, quoted(NEW.domain), false);

  assert.equal(await owner.page.locator("form[action$='/confirm'] button").count(), 0, "no button to confirm one's own");
  const withdraw = owner.page.locator("form[action$='/withdraw']").first();
  HOSPITAL.change = (await withdraw.getAttribute("action")).match(/waiting\/(\d+)\//)[1];
  const hash = await withdraw.locator("input[name=hash]").getAttribute("value");
  const api = await (await fetch(`${site.base}/api/v1/organizations/${HOSPITAL.id}`)).json();
  const fields = { hash, seen: String(api.version ?? 2), finals: "[]" };
  assert.equal(await owner.send(`/manage/${HOSPITAL.id}/waiting/${HOSPITAL.change}/confirm`, fields), 404);
  assert.equal(await owner.send(`/review/proposals/${HOSPITAL.change}/approve`, fields), 404);
  await now(HOSPITAL, quoted(NEW.domain), false);
});

test("a moderator reads the difference, is sent back when it changed meanwhile, must tick, and approves", whole, async () => {
  const { mo, owner } = people;
  await mo.go("/review");
  await look(mo, "22-queue-change");
  await mo.press(mo.page.locator(`.review-items a[href$='/review/proposals/${HOSPITAL.change}']`));
  const told = await mo.text();
  assert.match(told, quoted(NEW.domain));
  assert.match(told, /It does not answer|We did not open it/);
  assert.match(told, /Nobody in the directory uses this domain/);
  assert.match(told, /We move our records to a new portal/);
  await look(mo, "23-proposal");

  // The owner publishes something else while this page is read.
  await describe(owner, HOSPITAL, SECOND);
  await publish(owner);
  await says(HOSPITAL, quoted(SECOND));
  const approve = mo.page.locator("form[action$='/approve']");
  const tick = async () => {
    for (const box of await approve.locator("input[name=opened]").all()) await box.check();
  };
  await tick();
  assert.equal((await mo.press(approve.locator("button"))).status(), 409, "not what was read");
  assert.match(await mo.text(), /This was not done/);
  await look(mo, "24-proposal-409", { again: false });
  await now(HOSPITAL, quoted(NEW.domain), false);

  assert.ok(await approve.locator("input[name=opened]").count(), "something to tick");
  const boxes = await approve.locator("input[name=opened]").evaluateAll((all) => all.map((box) => box.required && !box.checked));
  assert.ok(boxes.every(Boolean), "nothing is ticked for a moderator");
  await approve.evaluate((form) => { form.noValidate = true; });
  assert.equal((await mo.press(approve.locator("button"))).status(), 409, "not ticked");
  await tick();
  await mo.press(approve.locator("button"));
  assert.equal(mo.path(), "/review", await mo.text());
  await says(HOSPITAL, opens(NEW.door));
  await says(HOSPITAL, quoted(SECOND));
  await site.smtp.mail("ana@lakeside-hospital-test.org", /found it right/);
  await owner.page.goto(site.base + HOSPITAL.page);
  await look(owner, "25-public");
});

test("the page says of one domain alone that it was shown, not of a door that a second person let through", whole, async () => {
  const text = (await publicPage(HOSPITAL.page)).html;
  const shown = [...text.matchAll(/controls ([a-z0-9.-]+\.[a-z]+)/g)].map(([, domain]) => domain);
  assert.deepEqual([...new Set(shown)], [HOSPITAL.domain]);
});

test("what is for a later day stays scheduled", whole, async () => {
  const { owner } = people;
  await describe(owner, HOSPITAL, LATER);
  const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  await owner.page.fill("input[name=day]", "2020-01-01");
  await owner.page.locator("form.edit-form:has(input[name=day])").evaluate((form) => { form.noValidate = true; });
  assert.equal((await owner.press("button[name=when][value=day]")).status(), 422, "a day that is past");
  assert.match(await owner.text(), /Choose a day from tomorrow on/);
  await owner.page.fill("input[name=day]", day);
  await owner.press("button[name=when][value=day]");
  assert.match(await owner.text(), /waits for its day/);
  assert.match(await owner.text(), /It is published on /);
  // Another one for the same day: the page tells them apart.
  await owner.go(`/manage/${HOSPITAL.id}/edit/ask`);
  await owner.page.fill("textarea[name=ask_en]", "Ask at the desk for the records office.");
  await owner.press("p.edit-buttons button[name=do][value=check]");
  await owner.page.fill("input[name=day]", day);
  await owner.press("button[name=when][value=day]");
  await look(owner, "26-scheduled");
  await owner.go(`/manage/${HOSPITAL.id}/waiting`);
  assert.match(await owner.text(), quoted(LATER));
  await now(HOSPITAL, quoted(SECOND), true);
  await now(HOSPITAL, quoted(LATER), false);
});

/** Opens the page that takes back the newest change of the hospital with such words. */
async function takingBack(who, pattern) {
  await who.go(`/review/revisions?id=${HOSPITAL.id}`);
  const links = await who.page.locator("main a[href*='/review/revert/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.ok(links.length >= 3, `changes to take back: ${links}`);
  for (const link of links) {
    await who.go(link);
    if (pattern.test(await who.text())) return;
  }
  assert.fail(`no change with ${pattern} among ${links}`);
}

test("a moderator takes a description back at once, and a door with another moderator", whole, async () => {
  const { mo } = people;
  await mo.go(`/review/revisions?id=${HOSPITAL.id}`);
  await look(mo, "27-revisions");
  await takingBack(mo, quoted("and by video"));
  await look(mo, "28-revert");
  const back = "main form[action*='/review/revert/'] button";
  await mo.press(back);
  assert.match(await mo.text(), /It is live now/);
  await saysNot(HOSPITAL, quoted(SECOND));
  await says(HOSPITAL, quoted(FIRST));
  await says(HOSPITAL, opens(NEW.door));

  await takingBack(mo, quoted(NEW.domain));
  await mo.press(back);
  assert.match(await mo.text(), /It waits for another moderator/);
  await look(mo, "29-waits-for-another", { again: false });
  await mo.press("main a.usa-button");
  const change = mo.path().match(/\/review\/proposals\/(\d+)$/)[1];
  assert.equal(await mo.page.locator("form[action$='/approve']").count(), 0, "nobody confirms their own");
  const fields = { hash: "", seen: "0", finals: "[]" };
  assert.equal(await mo.send(`/review/proposals/${change}/approve`, fields), 403);
  await now(HOSPITAL, opens(NEW.door), true);

  const { one: other } = await moderator("other");
  await other.press("form:has(input[name=t]) button");
  await other.addPasskey("desk");
  await other.go("/review");
  await other.press(other.page.locator(`.review-items a[href$='/review/proposals/${change}']`));
  await look(other, "30-proposal-revert");
  const approve = other.page.locator("form[action$='/approve']");
  for (const box of await approve.locator("input[name=opened]").all()) await box.check();
  await other.press(approve.locator("button"));
  assert.equal(other.path(), "/review", await other.text());
  await saysNot(HOSPITAL, quoted(NEW.domain));
  await says(HOSPITAL, quoted(FIRST));
});

test("without scripts an owner publishes what is no risk", whole, async () => {
  const { nurse } = people;
  await nurse.page.goto(`${site.base}/es/manage/${CLINIC.id}/edit/contact`);
  assert.equal(await nurse.page.getAttribute("html", "lang"), "es");
  await describe(nurse, CLINIC, CLINIC_WORDS);
  await publish(nurse);
  assert.match(await nurse.text(), /It is published/);
  await says(CLINIC, quoted(CLINIC_WORDS));
  // A portal, too, as far as the passkey that its change needs.
  await nurse.page.goto(`${site.base}/manage/${CLINIC.id}/edit/portals`);
  await nurse.press("button[name=do][value=add]");
  await nurse.page.fill("input[name='portals.1.url']", "https://new.juniper-portal-test.com/");
  await nurse.press("p.edit-buttons button[name=do][value=check]");
  assert.match(await nurse.text(), /This waits for a second person/);
  await publish(nurse);
  assert.match(nurse.path(), /^\/account\/(confirm|passkeys\/new)$/);
  assert.match(await nurse.text(), /newer browser with scripts/);
  await nurse.page.goto(`${site.base}/account`);
  await nurse.press("form[action$='/sign-out'] button");
  await nurse.page.goto(`${site.base}/manage/${CLINIC.id}/edit`);
  assert.equal(nurse.path(), "/sign-in");
});

async function administrator() {
  if (people.boss) return people.boss;
  const { one } = await moderator("boss", "administrator");
  await one.press("form:has(input[name=t]) button");
  await one.addPasskey("laptop");
  return one;
}

test("whatever one may do can be found by links, without knowing an address", whole, async () => {
  const boss = await administrator();
  const { owner, mo } = people;
  const own = ["edit", "waiting", "team", "places", "import", "confirm", "kit", "counts", "notices", "keys", "webhooks", "export.csv"];
  const tools = ["revisions", "join", "split", "bulk", "hosts", "log"].map((what) => `/review/${what}`);
  const wanted = [
    [owner, "/manage", ["/account", "/manage/notices", ...own.map((what) => `/manage/${HOSPITAL.id}/${what}`)]],
    [mo, "/review", tools],
    [boss, "/review", ["/review/people", ...tools]],
  ];
  const missing = [];
  for (const [who, from, paths] of wanted) {
    const found = await reached(who, from);
    missing.push(...paths.filter((path) => !found.has(path)).map((path) => `${path} from ${from}`));
  }
  assert.deepEqual(missing.map((one) => one.replace(HOSPITAL.id, "org")), []);
});

test("what moderators decided is public, without names, and the log of it is whole", whole, async () => {
  const { mo, owner } = people;
  await mo.go("/review/log");
  await look(mo, "31-log");
  const log = await publicPage("/review/log");
  assert.equal(log.status, 200);
  assert.match(log.html, quoted(HOSPITAL.name));
  assert.doesNotMatch(log.html, /per-|@|connector-test\.org/);
  const boss = await administrator();
  const own = (what) => `/manage/${HOSPITAL.id}/${what}`;
  for (const [who, path, name] of [
    [owner, "/account", "32-account"], [owner, own("team"), "33-team"], [owner, "/manage/create", "34-create"],
    [mo, "/review/hosts", "35-hosts"], [mo, "/review/bulk", "36-bulk"], [mo, "/review/join", "37-join"], [mo, "/review/split", "38-split"],
    [boss, "/review/people", "39-people"], [owner, own("places"), "40-places"], [owner, own("import"), "41-import"],
    [owner, own("confirm"), "42-confirm"], [owner, own("kit"), "43-kit"], [owner, own("counts"), "44-counts"],
    [owner, own("notices"), "45-notices"], [owner, own("keys"), "46-keys"], [owner, own("webhooks"), "47-webhooks"],
    [owner, "/manage/notices", "48-notices-of-all"], [owner, "/manage/many", "49-many"],
  ]) {
    const answer = await who.go(path);
    if (answer.status() === 200) await look(who, name);
    else faults.push(`${path}: ${answer.status()}`);
  }
  site.run("audit", "verify");
});

test("every page on the way can be used by everybody, in both languages, on a phone and a large screen", whole, async () => {
  for (const [name, one] of everybody) faults.push(...(await one.end()).map((complaint) => `${name}: ${complaint}`));
  assert.ok(looked() >= 30, `${looked()} pages were looked at`);
  assert.ok(faults.length === 0, faults.join("\n"));
});
