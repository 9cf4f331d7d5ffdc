// Times pages and API answers of a running server, each address once, one after the other.
//   node script/bench-pages.mjs http://127.0.0.1:8080
// The words searched for come from the directory itself: no query is asked twice.

const base = process.argv[2];
const get = async (path) => {
  const begun = performance.now();
  const answer = await fetch(base + path, { headers: { 'accept-encoding': 'gzip' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return { ms: performance.now() - begun, text };
};

const organizations = [];
let after = '';
// A stride through the whole directory, so that no one list sets the figures.
while (organizations.length < 20_000) {
  const page = JSON.parse((await get(`/api/v1/organizations?limit=100${after}`)).text);
  organizations.push(...page.results);
  if (!page.next_after) break;
  after = `&after=${page.next_after}`;
}
const step = Math.max(1, Math.floor(organizations.length / 300));
const some = organizations.filter((_, i) => i % step === 0).slice(0, 300);

const typo = (name) => (name.length > 5 ? name.slice(0, 3) + name[4] + name[3] + name.slice(5) : name);
const q = (text) => encodeURIComponent(text);
const kinds = {
  'organization page': (o) => `/organizations/${o.slug}`,
  'find page, name': (o) => `/find?q=${q(o.name)}`,
  'API by id': (o) => `/api/v1/organizations/${o.id}`,
  'search, name': (o) => `/api/v1/search?q=${q(o.name)}`,
  'search, typo': (o) => `/api/v1/search?q=${q(typo(o.name))}`,
  'suggest, prefix': (o, i) => `/api/v1/suggest?q=${q(o.name.slice(0, 3 + (i % 8)))}`,
};
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
for (const [name, path] of Object.entries(kinds)) {
  const seen = new Set();
  const times = [];
  for (const [i, organization] of some.entries()) {
    const address = path(organization, i);
    if (seen.has(address)) continue;
    seen.add(address);
    times.push((await get(address)).ms);
  }
  times.sort((a, b) => a - b);
  console.log(`${name.padEnd(18)} n=${times.length}  p50 ${at(times, 0.5)} ms  p95 ${at(times, 0.95)} ms  max ${at(times, 1)} ms`);
}
