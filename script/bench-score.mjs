// How well rows of one organization were brought together: the program's export against the truth the generator wrote.
//   connector export | node script/bench-score.mjs truth.csv
// Pairs of rows: `precision` of those that stand in one organization, how many should; `recall` of those that should, how
// many do. Rows the export does not show (quarantined, or not to be told apart) are counted and left out of both.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const lines = (input) => createInterface({ input });
const key = (mark) => mark.toLowerCase().replace(/\/+$/, '');

/** Mark -> number of the organization, and its source. */
const truth = new Map();
for await (const text of lines(createReadStream(process.argv[2]))) {
  const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1] ?? m[2]);
  const [source, , , , mark, organization] = fields;
  if (mark && organization && source !== 'source') truth.set(key(mark), { organization, source });
}

const pairs = (n) => (n * (n - 1)) / 2;
const add = (counts, what, n = 1) => counts.set(what, (counts.get(what) ?? 0) + n);
const shown = new Map();
const wrong = [];
const found = new Set();
let together = 0;
let right = 0;

for await (const text of lines(process.stdin)) {
  const line = JSON.parse(text);
  if (!line.name || !line.endpoints) continue;
  // What it has from its parent is the parent's.
  const own = line.endpoints.filter((endpoint) => !endpoint.through).map((endpoint) => endpoint.url ?? endpoint.address);
  const marks = [...own, ...(line.identifiers ?? []).map((identifier) => identifier.value)].filter(Boolean).map(key);
  const rows = [...new Set(marks)].filter((mark) => truth.has(mark) && !found.has(mark));
  const here = new Map();
  for (const mark of rows) {
    found.add(mark);
    add(here, truth.get(mark).organization);
    add(shown, truth.get(mark).organization);
  }
  together += pairs(rows.length);
  for (const n of here.values()) right += pairs(n);
  if (here.size > 1 && wrong.length < 10) wrong.push(`${line.name}: ${rows.slice(0, 4).join('  ')}`);
}
let all = 0;
for (const n of shown.values()) all += pairs(n);
const percent = (a, b) => (b ? `${((100 * a) / b).toFixed(2)} %` : 'none');
console.log(`rows: ${found.size} of ${truth.size} are told apart in the export; they show ${shown.size} organizations`);
console.log(`pairs: ${all} are the same organization, ${together} were brought together, ${right} of them rightly`);
console.log(`precision ${percent(right, together)}, recall ${percent(right, all)}`);
for (const line of wrong) console.log(`  wrongly together: ${line}`);
