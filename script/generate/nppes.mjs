// NPPES V.2's main file (npidata_pfile): people, organizations and deactivated numbers in one table of 330 columns,
// every value in double quotes. Names of authorized officials are marks (ZZ...): none may ever be published.
import { Out } from './file.mjs';
import { Dice, hash } from './random.mjs';
import { FIRST_NAMES, SURNAMES } from './words.mjs';
import { npi } from './world.mjs';

/** Of the rows: organizations and deactivated numbers, as in the whole file; the rest are people. */
const ORGANIZATIONS = 0.235;
const DEACTIVATED = 0.035;
const TAXONOMIES = 15;
const OTHER_IDENTIFIERS = 50;
/** Numbers of people and of the deactivated stand behind those of organizations. */
const PEOPLE = 40_000_000;
const GONE = 80_000_000;

const address = (kind) => [
  `Provider First Line Business ${kind} Address`,
  `Provider Second Line Business ${kind} Address`,
  `Provider Business ${kind} Address City Name`,
  `Provider Business ${kind} Address State Name`,
  `Provider Business ${kind} Address Postal Code`,
  `Provider Business ${kind} Address Country Code (If outside U.S.)`,
  `Provider Business ${kind} Address Telephone Number`,
  `Provider Business ${kind} Address Fax Number`,
];
const numbered = (count, columns) => Array.from({ length: count }, (_, n) => columns.map((c) => `${c}_${n + 1}`)).flat();

/** The header, as CMS's readme of the file names its columns. */
export const COLUMNS = [
  'NPI',
  'Entity Type Code',
  'Replacement NPI',
  'Employer Identification Number (EIN)',
  'Provider Organization Name (Legal Business Name)',
  'Provider Last Name (Legal Name)',
  'Provider First Name',
  'Provider Middle Name',
  'Provider Name Prefix Text',
  'Provider Name Suffix Text',
  'Provider Credential Text',
  'Provider Other Organization Name',
  'Provider Other Organization Name Type Code',
  'Provider Other Last Name',
  'Provider Other First Name',
  'Provider Other Middle Name',
  'Provider Other Name Prefix Text',
  'Provider Other Name Suffix Text',
  'Provider Other Credential Text',
  'Provider Other Last Name Type Code',
  ...address('Mailing'),
  ...address('Practice Location'),
  'Provider Enumeration Date',
  'Last Update Date',
  'NPI Deactivation Reason Code',
  'NPI Deactivation Date',
  'NPI Reactivation Date',
  'Provider Gender Code',
  'Authorized Official Last Name',
  'Authorized Official First Name',
  'Authorized Official Middle Name',
  'Authorized Official Title or Position',
  'Authorized Official Telephone Number',
  ...numbered(TAXONOMIES, [
    'Healthcare Provider Taxonomy Code',
    'Provider License Number',
    'Provider License Number State Code',
    'Healthcare Provider Primary Taxonomy Switch',
  ]),
  ...numbered(OTHER_IDENTIFIERS, [
    'Other Provider Identifier',
    'Other Provider Identifier Type Code',
    'Other Provider Identifier State',
    'Other Provider Identifier Issuer',
  ]),
  'Is Sole Proprietor',
  'Is Organization Subpart',
  'Parent Organization LBN',
  'Parent Organization TIN',
  'Authorized Official Name Prefix Text',
  'Authorized Official Name Suffix Text',
  'Authorized Official Credential Text',
  ...numbered(TAXONOMIES, ['Healthcare Provider Taxonomy Group']),
  'Certification Date',
];

const at = Object.fromEntries(COLUMNS.map((name, n) => [name, n]));
const LINE1 = at['Provider First Line Business Mailing Address'];
const PRACTICE = at['Provider First Line Business Practice Location Address'];
const ENUMERATED = at['Provider Enumeration Date'];
const OFFICIAL = at['Authorized Official Last Name'];
const TAXONOMY = at['Healthcare Provider Taxonomy Code_1'];
const IDENTIFIER = at['Other Provider Identifier_1'];
const SOLE = at['Is Sole Proprietor'];
const OTHER_NAME = at['Provider Other Organization Name'];

const two = (n) => String(n).padStart(2, '0');
const date = (dice, from, years) => `${two(1 + dice.below(12))}/${two(1 + dice.below(28))}/${from + dice.below(years)}`;
// Inner quotes are apostrophes in the file, mostly.
const plain = (text) => text.toUpperCase().replaceAll('"', "'");

function setAddress(row, from, where, dice) {
  row[from] = plain(where.streetShort);
  row[from + 1] = plain(where.suite.replace('Suite', 'STE'));
  row[from + 2] = plain(where.city);
  row[from + 3] = where.state;
  row[from + 4] = dice.chance(0.9) ? where.zip + where.plus4 : dice.chance(0.98) ? where.zip : where.zip.slice(0, 4);
  row[from + 5] = 'US';
  row[from + 6] = dice.chance(0.985) ? where.phone : '';
  row[from + 7] = dice.chance(0.7) ? `${where.phone.slice(0, 9)}9` : '';
}

/** Other rows of one number's taxonomies: the primary is not always the first. */
function setTaxonomies(row, codes, where, dice) {
  const count = dice.weighted([
    [0.75, 1],
    [0.15, 2],
    [0.09, 4],
    [0.01, 15],
  ]);
  const primary = dice.chance(0.85) ? 0 : dice.below(count);
  for (let n = 0; n < count; n++) {
    row[TAXONOMY + 4 * n] = n === primary ? codes[0] : dice.pick(codes);
    row[TAXONOMY + 4 * n + 1] = dice.chance(0.3) ? '' : dice.chance(0.03) ? '=========' : `L${dice.below(999_999)}`;
    row[TAXONOMY + 4 * n + 2] = dice.chance(0.3) ? '' : where.state;
    row[TAXONOMY + 4 * n + 3] = n === primary ? 'Y' : 'N';
  }
}

function setIdentifiers(row, where, dice) {
  const count = dice.weighted([
    [0.25, 0],
    [0.3, 1],
    [0.2, 2],
    [0.2, 4],
    [0.049, 9],
    [0.001, 50],
  ]);
  for (let n = 0; n < count; n++) {
    const medicaid = dice.chance(0.6);
    row[IDENTIFIER + 4 * n] = String(dice.below(99_999_999));
    row[IDENTIFIER + 4 * n + 1] = medicaid ? '05' : '01';
    row[IDENTIFIER + 4 * n + 2] = where.state;
    row[IDENTIFIER + 4 * n + 3] = medicaid ? '' : dice.pick(['RAILROAD MEDICARE', 'BLUE CROSS', 'BCBS PROVIDER #']);
  }
}

function setOfficial(row, dice) {
  row[OFFICIAL] = 'ZZOFFICIALLAST';
  row[OFFICIAL + 1] = 'ZZOFFICIALFIRST';
  row[OFFICIAL + 2] = dice.chance(0.5) ? 'ZZM' : '';
  row[OFFICIAL + 3] = 'ZZTITLE';
  row[OFFICIAL + 4] = '5550100000';
}

function organizationRow(row, organization, dice) {
  const { where } = organization;
  row[0] = organization.npi;
  row[1] = '2';
  row[3] = '<UNAVAIL>';
  const legal = organization.legal ? `${dice.chance(0.5) ? ',' : ''} ${organization.legal}` : '';
  row[4] = plain(organization.name + legal);
  if (dice.chance(0.01)) row[4] = `""${row[4]}""`;
  if (dice.chance(0.48)) {
    // A third of the names people know stand behind a legal name nobody knows.
    row[OTHER_NAME] = plain(organization.name);
    row[OTHER_NAME + 1] = dice.pick(['3', '3', '3', '4', '5']);
    if (dice.chance(0.33)) row[4] = `${dice.pick(SURNAMES).toUpperCase()} ${dice.pick(['HOLDINGS', 'VENTURES', 'ENTERPRISES'])} LLC`;
  }
  setAddress(row, LINE1, where, dice);
  setAddress(row, PRACTICE, where, dice);
  if (dice.chance(0.3)) row[LINE1] = `PO BOX ${1 + dice.below(9999)}`;
  setOfficial(row, dice);
  setTaxonomies(row, organization.taxonomy, where, dice);
  setIdentifiers(row, where, dice);
  row[SOLE + 1] = dice.chance(0.1) ? 'Y' : 'N';
  if (row[SOLE + 1] === 'Y') row[SOLE + 2] = plain((organization.brand ?? organization).name);
}

function personRow(row, n, organization, dice) {
  row[0] = npi(PEOPLE + n);
  row[1] = '1';
  row[5] = plain(dice.pick(SURNAMES));
  row[6] = plain(dice.pick(FIRST_NAMES));
  row[10] = dice.pick(['MD', 'DO', 'NP', 'PA-C', 'LCSW', 'PT', '']);
  setAddress(row, LINE1, organization.where, dice);
  setAddress(row, PRACTICE, organization.where, dice);
  row[ENUMERATED + 5] = dice.pick(['M', 'F']);
  setTaxonomies(row, ['207Q00000X', '363L00000X', '225100000X', '1041C0700X'], organization.where, dice);
  row[SOLE] = dice.pick(['Y', 'N', 'X']);
}

/** Writes `rows` rows; organization number j of the file is number j of the world. */
export function nppes(world, path, rows, truth) {
  const out = new Out(path);
  const line = (fields) => `"${fields.join('","')}"\n`;
  out.write(line(COLUMNS));
  const counts = { organizations: 0, people: 0, deactivated: 0 };
  // People practise where organizations are: a few hundred of them are enough for their addresses.
  const places = Array.from({ length: 500 }, (_, n) => world.organization(n * 97));
  for (let n = 0; n < rows; n++) {
    const dice = new Dice(world.seed, 'nppes', n);
    const row = new Array(COLUMNS.length).fill('');
    const which = dice.roll();
    if (which < DEACTIVATED) {
      row[0] = npi(GONE + counts.deactivated++);
      row[ENUMERATED + 3] = date(dice, 2008, 18);
    } else {
      if (which < DEACTIVATED + ORGANIZATIONS) {
        const t = counts.organizations++;
        organizationRow(row, world.organization(t), dice);
        truth(n + 2, row[0], row[4], '', t);
      } else {
        personRow(row, counts.people++, places[hash(n) % places.length], dice);
      }
      row[ENUMERATED] = date(dice, 2005, 20);
      row[ENUMERATED + 1] = date(dice, 2007, 19);
    }
    out.write(line(row));
  }
  return { rows, ...counts, bytes: out.close() };
}
