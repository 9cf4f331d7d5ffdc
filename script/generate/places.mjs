// Places that can be: real ZIP codes with their state, from the program's own tables; towns and streets are made up.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Dice, hash } from './random.mjs';
import { STREETS, STREET_ENDS, TOWN_END, TOWN_FRONT } from './words.mjs';

const own = (path) => new URL(`../../src/${path}`, import.meta.url);

/** First and last three-digit prefix of a run, and its state: the table in `src/model/zip_prefix.rs`. */
const RUNS = [...readFileSync(own('model/zip_prefix.rs'), 'utf8').matchAll(/^ {4}\((\d+), (\d+), "([A-Z]{2})"\),$/gm)].map(
  ([, first, last, state]) => [Number(first), Number(last), state],
);
const stateOf = (zip) => {
  const prefix = Number(zip.slice(0, 3));
  return RUNS.find(([first, last]) => first <= prefix && prefix <= last)?.[2];
};

/** Every ZIP code whose state is plain from its prefix, in order. */
const ZIPS = gunzipSync(readFileSync(own('geo/data/zips.csv.gz')))
  .toString()
  .split('\n')
  .filter((line) => /^\d{5},/.test(line))
  .map((line) => ({ zip: line.slice(0, 5), state: stateOf(line) }))
  .filter(({ state }) => state);
if (RUNS.length < 50 || ZIPS.length < 30_000) throw new Error('the tables of ZIP codes in src/ are not as expected');

const AREA_CODES = 700;

/** The town of a ZIP code: neighbours share one. */
function town(zip) {
  const dice = new Dice('town', Math.floor(Number(zip) / 4));
  const name = dice.pick(TOWN_FRONT) + dice.pick(TOWN_END);
  return dice.chance(0.1) ? `${dice.pick(['Saint', 'Fort', 'Mount', 'Port', 'Lake'])} ${name}` : name;
}

/** A place in the country, or near another one (same first three digits). */
export function place(dice, near) {
  const at = near ? (near.at + dice.below(41) - 20 + ZIPS.length) % ZIPS.length : dice.below(ZIPS.length);
  const { zip, state } = ZIPS[at];
  const [end, short] = dice.pick(STREET_ENDS);
  const number = 1 + dice.below(dice.chance(0.5) ? 999 : 19_999);
  const direction = dice.chance(0.2) ? `${dice.pick(['N', 'S', 'E', 'W'])} ` : '';
  const street = `${number} ${direction}${dice.pick(STREETS)}`;
  const area = 200 + (hash('area', state, Math.floor(at / 200)) % AREA_CODES);
  return {
    at,
    zip,
    state,
    city: town(zip),
    street: `${street} ${end}`,
    streetShort: `${street} ${short}`,
    suite: dice.chance(0.3) ? `Suite ${100 + dice.below(30) * 10}` : '',
    plus4: String(1000 + dice.below(9000)),
    phone: `${area}${200 + dice.below(800)}${String(dice.below(10_000)).padStart(4, '0')}`,
  };
}
