// How publishers write the same thing differently. A name, street or ZIP in, one as a list would give it out.

const SHORT = [
  [/\bCenter\b/, 'Ctr'],
  [/\bMedical\b/, 'Med'],
  [/\bHospital\b/, 'Hosp.'],
  [/\bAssociates\b/, 'Assoc.'],
  [/\bSaint\b/, 'St.'],
  [/\bServices\b/, 'Svcs'],
  [/\bRegional\b/, 'Reg.'],
];
const ACCENTS = { ñ: 'n', é: 'e', á: 'a' };

function slip(dice, name) {
  // Two neighbouring letters swapped, inside a word.
  const at = 1 + dice.below(Math.max(1, name.length - 3));
  if (!/^[a-z]{2}$/.test(name.slice(at, at + 2))) return name;
  return name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
}

/** A name as one list gives it; `wild` is how far it strays (0 as it is, 1 as bad as lists get). */
export function spelled(dice, organization, wild) {
  let name = organization.name;
  if (organization.legal && dice.chance(0.5)) {
    name += (dice.chance(0.5) ? ', ' : ' ') + organization.legal;
    if (dice.chance(0.2 * wild)) name = name.replace('LLC', 'L.L.C.').replace('PLLC', 'P.L.L.C.');
  }
  if (dice.chance(0.3 * wild)) name = name.replace('Saint ', dice.chance(0.5) ? 'St. ' : 'St ');
  if (dice.chance(0.25 * wild)) name = name.replace(' & ', ' and ');
  for (const [long, short] of SHORT) if (dice.chance(0.06 * wild)) name = name.replace(long, short);
  if (dice.chance(0.2 * wild)) name = name.replace(/[ñéá]/g, (letter) => ACCENTS[letter]);
  if (dice.chance(0.03 * wild)) name += ` - ${organization.where.city}`;
  if (dice.chance(0.03 * wild)) name = slip(dice, name);
  if (dice.chance(0.02 * wild)) name = name.replace('&', '&amp;');
  if (dice.chance(0.03 * wild)) name = name.replace(' ', '  ');
  if (dice.chance(0.15 * wild)) name = name.toUpperCase();
  return name;
}

export function street(dice, where) {
  const line = dice.chance(0.5) ? where.street : where.streetShort;
  if (!where.suite) return [line];
  const suite = dice.chance(0.5) ? where.suite : where.suite.replace('Suite', 'Ste');
  return dice.chance(0.5) ? [line, suite] : [`${line}, ${suite}`];
}

/** A ZIP code: plain, with four more digits, missing, or wrong. */
export function zip(dice, where, missing) {
  if (dice.chance(missing)) return '';
  return dice.weighted([
    [0.75, where.zip],
    [0.22, `${where.zip}-${where.plus4}`],
    [0.02, where.zip.replace(/^0/, '')],
    [0.01, dice.chance(0.5) ? '00000' : where.zip.slice(0, 3)],
  ]);
}

export function phone(dice, where) {
  const [a, b, c] = [where.phone.slice(0, 3), where.phone.slice(3, 6), where.phone.slice(6)];
  return dice.pick([`(${a}) ${b}-${c}`, `${a}-${b}-${c}`, `${a}.${b}.${c}`, `+1 ${a} ${b} ${c}`, where.phone]);
}
