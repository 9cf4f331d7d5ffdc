// Makes lists of the shapes and sizes that a whole country has, to measure and to test with. Everything in them is made
// up except ZIP codes, which exist. The same seed and scale give the same bytes; files are written as they are made.
//
//   node script/generate-lists.mjs OUT [--scale 1] [--seed 1] [--nppes ROWS] [--sources bench]
//
// OUT/sources.toml     the lists' sources, for a data folder
// OUT/first/           a Brands bundle of 100,000, a service base URL bundle of 125,000 on 23,000 addresses, ten vendors'
//                      lists of 7,500 that overlap both; import.toml says what each is
// OUT/changed/         a later edition of one vendor's list, 1 % of it changed
// OUT/nppes/           npidata_pfile.csv with ROWS rows (none without --nppes)
// OUT/truth.csv        which rows show the same organization: source, row, key, name, what the program's export shows of
//                      the row alone (an identifier or an address), the organization's number
// OUT/made.json        what was made, and how many pairs of rows show the same organization
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brands } from './generate/brands.mjs';
import { Csv } from './generate/file.mjs';
import { nppes } from './generate/nppes.mjs';
import { service } from './generate/service.mjs';
import { VENDOR_COUNT, vendor, vendorFile } from './generate/vendors.mjs';
import { World } from './generate/world.mjs';

const usage = 'usage: node script/generate-lists.mjs OUT [--scale 1] [--seed 1] [--nppes ROWS] [--sources bench]';
/** The vendor whose later edition is made. */
const CHANGED = 5;

function wishes() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { scale: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' }, nppes: { type: 'string', default: '0' }, sources: { type: 'string', default: 'bench' } },
  });
  const [scale, seed, rows] = [values.scale, values.seed, values.nppes].map(Number);
  if (positionals.length !== 1 || !(scale > 0 && scale <= 10) || !Number.isInteger(seed) || !(rows >= 0 && Number.isInteger(rows)) || !/^[a-z]+$/.test(values.sources)) {
    console.error(`${usage}\n  scale: above 0, up to 10; seed and ROWS: whole numbers`);
    process.exit(2);
  }
  return { folder: positionals[0], scale, seed, rows, sources: values.sources };
}

const load = (source, date, file) => `[[load]]\nsource = "${source}"\ndate = "${date}"\nmode = "full"\nfiles = ["${file}"]\n`;
const source = (id, name, tier) =>
  `[[source]]\nid = "${id}"\nname = "${name}"\npublisher = "nobody: made up to measure"\ntier = ${tier}\nmode = "full"\nlicence = "none needed"\n`;

/** Counts how often each number stands in the rows: pairs of rows of one organization are what matching can find. */
class Truth {
  constructor(path) {
    this.csv = new Csv(path, ['source', 'row', 'key', 'name', 'mark', 'organization']);
    this.rows = new Map();
  }
  of(source) {
    return (row, key, name, mark, t) => {
      this.csv.row([source, String(row), key, name, mark, t === undefined ? '' : String(t)]);
      if (t !== undefined) this.rows.set(t, (this.rows.get(t) ?? 0) + 1);
    };
  }
  close() {
    this.csv.close();
    let pairs = 0;
    let several = 0;
    for (const n of this.rows.values()) {
      pairs += (n * (n - 1)) / 2;
      if (n > 1) several++;
    }
    return { organizations: this.rows.size, shown_more_than_once: several, pairs_of_rows: pairs };
  }
}

const wish = wishes();
const sizes = {
  brands: Math.max(20, Math.round(100_000 * wish.scale)),
  service: Math.max(20, Math.round(125_000 * wish.scale)),
  addresses: Math.max(5, Math.round(23_000 * wish.scale)),
  vendor: Math.max(20, Math.round(7_500 * wish.scale)),
};
for (const part of ['first', 'changed', 'nppes']) mkdirSync(join(wish.folder, part), { recursive: true });
const path = (...parts) => join(wish.folder, ...parts);
const world = new World(wish.seed, sizes.brands);
const truth = new Truth(path('truth.csv'));
const made = { seed: wish.seed, scale: wish.scale, first: {}, changed: {}, nppes: undefined };

made.first.brands = brands(world, path('first', 'brands.json'), sizes.brands, truth.of(`${wish.sources}-brands`));
made.first.service = service(world, path('first', 'service.json'), sizes.service, sizes.addresses, truth.of(`${wish.sources}-service`));
for (let v = 0; v < VENDOR_COUNT; v++) {
  made.first[`vendor-${v}`] = vendor(world, path('first', vendorFile(v)), sizes, v, false, truth.of(`${wish.sources}-vendor-${v}`));
}
made.truth = truth.close();
made.changed[`vendor-${CHANGED}`] = vendor(world, path('changed', vendorFile(CHANGED)), sizes, CHANGED, true, () => {});
if (wish.rows > 0) made.nppes = nppes(world, path('nppes', 'npidata_pfile.csv'), wish.rows, () => {});

const loads = [load(`${wish.sources}-brands`, '2026-08-30', 'brands.json'), load(`${wish.sources}-service`, '2026-08-30', 'service.json')];
for (let v = 0; v < VENDOR_COUNT; v++) loads.push(load(`${wish.sources}-vendor-${v}`, '2026-08-30', vendorFile(v)));
writeFileSync(path('first', 'import.toml'), loads.join(''));
writeFileSync(path('changed', 'import.toml'), load(`${wish.sources}-vendor-${CHANGED}`, '2026-09-30', vendorFile(CHANGED)));
writeFileSync(path('nppes', 'import.toml'), load('nppes', '2026-09-07', 'npidata_pfile.csv'));
writeFileSync(
  path('sources.toml'),
  [source(`${wish.sources}-brands`, 'Made-up brands', 3), source(`${wish.sources}-service`, 'Made-up service addresses', 3), source(`${wish.sources}-vendor-*`, 'Made-up vendor {*}', 5)].join(''),
);
writeFileSync(path('made.json'), JSON.stringify(made, null, 1) + '\n');
console.log(JSON.stringify(made));
