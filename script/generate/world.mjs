// The organizations there really are, by number: every list shows some of them in its own way. Nothing is kept: what
// is true of number t follows from the seed and t.
import { place } from './places.mjs';
import { Dice } from './random.mjs';
import { FIRST_NAMES, GROUPS, LAND, LEGAL, PLAIN, SAINTS, SPECIALTIES, SURNAMES } from './words.mjs';

/** Share of each kind, and its NUCC taxonomy codes. */
const KINDS = [
  [0.62, { code: 'clinic', taxonomy: ['261QP2300X', '207Q00000X', '193200000X', '261QM1300X', '261QR1300X'] }],
  [0.06, { code: 'hospital', taxonomy: ['282N00000X', '282NC0060X', '282NR1301X'] }],
  [0.08, { code: 'dental', taxonomy: ['261QD0000X', '122300000X'] }],
  [0.05, { code: 'vision', taxonomy: ['152W00000X', '261Q00000X'] }],
  [0.06, { code: 'pharmacy', taxonomy: ['333600000X', '3336C0003X'] }],
  [0.04, { code: 'behavioral', taxonomy: ['261QM0801X', '101YM0800X'] }],
  [0.03, { code: 'laboratory', taxonomy: ['291U00000X'] }],
  [0.02, { code: 'imaging', taxonomy: ['261QR0200X', '261QM1200X'] }],
  [0.04, { code: 'home', taxonomy: ['251E00000X', '251G00000X', '314000000X'] }],
];

const FIELD = {
  dental: ['Dental Care', 'Family Dentistry', 'Dental Group', 'Orthodontics'],
  vision: ['Eye Care', 'Vision Center', 'Optometry', 'Eye Associates'],
  pharmacy: ['Pharmacy', 'Drug Store', 'Family Pharmacy'],
  behavioral: ['Counseling Center', 'Behavioral Health', 'Mental Health Associates'],
  laboratory: ['Clinical Laboratory', 'Diagnostic Laboratories'],
  imaging: ['Imaging Center', 'Radiology Associates', 'Open MRI'],
  home: ['Home Health', 'Hospice', 'Nursing & Rehabilitation Center', 'Home Care Services'],
};

/** A plain person's or land's name in front. */
const front = (dice, where) =>
  dice.weighted([
    [0.35, () => dice.pick(LAND)],
    [0.35, () => where.city],
    [0.2, () => dice.pick(SURNAMES)],
    [0.1, () => `${dice.pick(SURNAMES)} & ${dice.pick(SURNAMES)}`],
  ])();

function name(dice, kind, where) {
  if (kind === 'hospital') {
    const what = dice.pick(['Hospital', 'Medical Center', 'Regional Medical Center', 'Community Hospital', 'Memorial Hospital']);
    return `${dice.chance(0.3) ? dice.pick(SAINTS) : front(dice, where)} ${what}`;
  }
  if (kind !== 'clinic') return `${front(dice, where)} ${dice.pick(FIELD[kind])}`;
  if (dice.chance(0.02)) return dice.pick(PLAIN);
  if (dice.chance(0.12)) return `${dice.pick(FIRST_NAMES)} ${dice.pick(SURNAMES)}, ${dice.pick(['MD', 'DO', 'M.D.', 'MD PA'])}`;
  const group = dice.chance(0.7) ? ` ${dice.pick(GROUPS)}` : '';
  return `${front(dice, where)} ${dice.pick(SPECIALTIES)}${group}`;
}

const LUHN_PREFIX = 24;
const SPREAD = 7_919_731;
const ROOM = 100_000_000;

/** The NPI of a number: ten digits with a right check digit (Luhn over 80840 and the number), never two alike. */
export function npi(t) {
  const nine = `1${String((t * SPREAD + 12_345_678) % ROOM).padStart(8, '0')}`;
  let sum = LUHN_PREFIX;
  for (let i = 0; i < 9; i++) {
    let digit = nine.charCodeAt(8 - i) - 48;
    if (i % 2 === 0 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return nine + String((10 - (sum % 10)) % 10);
}

export class World {
  /** `brands` organizations stand in brands with places below them; the others stand alone. */
  constructor(seed, brands) {
    this.seed = seed;
    // The number of the head of each one's brand: the only table, four bytes each.
    this.headOf = new Uint32Array(brands);
    const dice = new Dice(seed, 'sizes');
    for (let t = 0; t < brands; ) {
      const size = dice.weighted([
        [0.55, () => 1],
        [0.3, () => 2 + dice.below(9)],
        [0.13, () => 10 + dice.below(51)],
        [0.02, () => 60 + dice.below(240)],
      ])();
      this.headOf.fill(t, t, Math.min(brands, t + size));
      t += size;
    }
  }
  head(t) {
    return t < this.headOf.length ? this.headOf[t] : t;
  }
  /** Has it places below it? */
  isBrand(t) {
    return t + 1 < this.headOf.length && this.head(t) === t && this.head(t + 1) === t;
  }
  /** What is true of organization number t. */
  organization(t) {
    const head = this.head(t);
    const dice = new Dice(this.seed, 'organization', t);
    const brand = head === t ? undefined : this.organization(head);
    const where = place(dice, brand?.where);
    const kind = dice.weighted(KINDS);
    const made = this.isBrand(t)
      ? `${dice.chance(0.3) ? dice.pick(SAINTS) : front(dice, where)} ${dice.pick(['Health', 'Health System', 'Healthcare', 'Health Partners'])}`
      : brand && dice.chance(0.6)
        ? `${brand.name} ${dice.pick(SPECIALTIES)} - ${where.city}`
        : name(dice, kind.code, where);
    return {
      t,
      head,
      brand,
      where,
      kind: kind.code,
      taxonomy: kind.taxonomy,
      name: made,
      legal: dice.chance(0.45) ? dice.pick(LEGAL) : '',
      npi: npi(t),
      // Made-up names: lists stay in their folder, and nothing in a measurement asks an address.
      site: `${made.toLowerCase().replace(/[^a-z]+/g, '').slice(0, 18) || 'office'}-${head.toString(36)}.org`,
    };
  }
}
