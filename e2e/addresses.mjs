// Every kind of page there is, and addresses of it on the running server: what a test of "every page" goes through.
// A new page is one entry in TEMPLATES.
import { asked, page } from "./server.mjs";

/** The address in English. */
export const inEnglish = (path) => path.replace(/^\/es(?=\/|\?|$)/, "").replace(/^(?=\?|$)/, "/");
/** The address of a page in a language. */
export const inLanguage = (path, lang) => (lang === "en" ? path : path === "/" ? "/es" : `/es${path}`);

const known = [];
let after = "";
/** The organizations of the directory, one after the other, each asked for once. */
async function* organizations() {
  for (let n = 0; n < known.length || after !== undefined; n += 1) {
    if (n === known.length) {
      const some = await asked(`/api/v1/organizations?limit=100${after}`);
      known.push(...some.results);
      after = some.next_after ? `&after=${some.next_after}` : undefined;
    }
    if (n < known.length) yield known[n];
  }
}

/** What the API says of the organization of a page. */
export async function bySlug(slug) {
  for await (const one of organizations()) if (one.slug === slug) return one;
  throw new Error(`no organization ${slug}`);
}

const live = (organization) => (organization.portals ?? []).filter((portal) => portal.state === "live");
const organization = async (what, is) => {
  for await (const one of organizations()) if (is(one)) return `/organizations/${one.slug}`;
  throw new Error(`no organization ${what}: was e2e/lists imported? (script/test does it)`);
};
const named = (words) => organization(`called ${words}`, (one) => one.name.includes(words));
export const withDoor = () => organization("with one door", (one) => live(one).length === 1 && one.status === "active");
export const withoutDoor = () => organization("without a door", (one) => live(one).length === 0 && !one.website && one.kinds.includes("laboratory"));
export const withWebsite = () => organization("with a web site only", (one) => live(one).length === 0 && one.website);
export const withDoors = () => organization("with several doors", (one) => live(one).length > 1 && !one.part_of);

/** The first link of a page that looks like this; nothing when the page is not there. */
async function linked(path, pattern) {
  const { html } = await page(path);
  const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link.replaceAll("&amp;", "&").replace(/#.*/, ""));
  return links.find((link) => pattern.test(link));
}
/** The first such link, or an address that is surely unknown. */
const first = async (path, pattern, otherwise) => (await linked(path, pattern)) ?? otherwise;

/** Name of the template, addresses of it in English, the status they have. */
const TEMPLATES = [
  ["home", () => ["/"]],
  ["find", () => [
    "/find",
    "/find?q=quest",
    "/find?kind=insurer&kind=government&state=TX",
    `/find?q=health&near=${encodeURIComponent("Boise, ID")}&within=50&kind=hospital&feature=view&feature=view.lab_results&tier=7`,
    "/find?kind=clinic&kind=hospital&page=2",
  ]],
  ["find-nothing", () => ["/find?q=zzzz+nowhere&kind=hospital&near=8370", "/find?near=Nowhere,+ZZ", "/find?q=quset+diagnostcs&state=ID"]],
  ["find-question", () => ["/find?q=mychart&near=83702", "/find?q=blue+cross", "/find?q=medicare", "/find?q=dr+jane+doe"]],
  ["organization", async () => [await withDoor()]],
  ["organization-doors", async () => [await withDoors()]],
  ["organization-no-door", async () => [await withoutDoor(), await withWebsite()]],
  ["organization-ended", async () => [await named("Old Mill"), await named("Harbor Example")]],
  ["organization-odd", async () => [await named("Tricky"), await named("Longwinded"), await named("Unlocked")]],
  ["organization-part", async () => [await named("Clinic West"), await named("Maple")]],
  ["apps", () => ["/apps"]],
  ["app", async () => [await first("/apps", /^\/apps\/./, "/apps/none")]],
  ["sources", () => ["/sources"]],
  ["help-index", () => ["/help"]],
  ["help", async () => {
    const { html } = await page("/");
    return [...new Set([...html.matchAll(/href="(\/help\/[^"#?]+)"/g)].map(([, path]) => path))];
  }],
  ["places", () => ["/places"]],
  ["letters", () => ["/letter"]],
  ["letter", async () => [await first("/letter", /^\/letter\/./, "/letter/provider")]],
  ["organization-letter", async () => [`${await withoutDoor()}/letter`]],
  ["report", async () => [`${await withDoor()}/report`]],
  ["browse", () => ["/browse"]],
  ["browse-state", () => first("/browse", /^\/browse\/states\/[^/]+$/, "/browse/states/ID").then((path) => [path])],
  ["browse-state-kind", async () => {
    const state = await first("/browse", /^\/browse\/states\/[^/]+$/, "/browse/states/ID");
    return [await first(state, /^\/browse\/states\/[^/]+\/[^/]+$/, `${state}/hospital`)];
  }],
  ["browse-kind", async () => [await first("/browse", /^\/browse\/kinds\/./, "/browse/kinds/hospital")]],
  ["browse-vendors", () => ["/browse/vendors"]],
  ["browse-vendor", async () => [await first("/browse/vendors", /^\/browse\/vendors\/./, "/browse/vendors/epic")]],
  ["available", () => ["/available"]],
  ["available-state", async () => [await first("/available", /^\/available\/./, "/available/ID")]],
  ["developers", () => [
    "/developers",
    "/developers/api",
    "/developers/brands-check",
    "/data",
    "/developers/data",
    "/developers/complete",
    "/developers/picker",
    "/developers/changelog",
    "/developers/deprecation",
  ]],
  ["embed-example", () => ["/embed/example"]],
  ["problem", () => ["/organizations/there-is-no-such-place"], 404],
];

/**
 * Every address in a language: `{ template, path, status }`. An address that should be there and answers otherwise is in
 * the list like any other: the test of it fails.
 */
export async function addresses(lang, { perTemplate = Infinity } = {}) {
  const list = [];
  for (const [template, find, status = 200] of TEMPLATES) {
    const paths = (await find()).slice(0, perTemplate).map((path) => inLanguage(path, lang));
    if (paths.length === 0) throw new Error(`no address for ${template}`);
    list.push(...paths.map((path) => ({ template, path, status })));
  }
  return list;
}
