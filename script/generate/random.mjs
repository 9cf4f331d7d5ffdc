// Numbers that follow from a seed and a place alone: the same seed gives the same bytes, in whatever order rows are made.

/** 32 bits from any numbers and words (FNV-1a, then the finish of MurmurHash3). */
export function hash(...parts) {
  let h = 0x811c9dc5;
  for (const part of parts) {
    if (typeof part === 'number') {
      // Two steps, so that places above 2^32 differ too.
      h = Math.imul(h ^ (part | 0), 0x01000193);
      h = Math.imul(h ^ ((part / 4294967296) | 0) ^ (h >>> 15), 0x85ebca6b);
    } else {
      for (let i = 0; i < part.length; i++) h = Math.imul(h ^ part.charCodeAt(i), 0x01000193);
    }
    h ^= h >>> 13;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A row of numbers of its own (mulberry32). */
export class Dice {
  constructor(...parts) {
    this.state = hash(...parts);
  }
  /** From 0 up to 1. */
  roll() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  /** A whole number from 0 to below n. */
  below(n) {
    return Math.floor(this.roll() * n);
  }
  chance(share) {
    return this.roll() < share;
  }
  pick(list) {
    return list[Math.floor(this.roll() * list.length)];
  }
  /** One of [[weight, value], ...]; the weights add up to 1. */
  weighted(table) {
    let left = this.roll();
    for (const [weight, value] of table) {
      left -= weight;
      if (left < 0) return value;
    }
    return table[table.length - 1][1];
  }
}

const hex = (n) => n.toString(16).padStart(8, '0');

/** A version 4 UUID for a thing. */
export function uuid(...parts) {
  const [a, b, c, d] = [1, 2, 3, 4].map((n) => hex(hash(n, ...parts)));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** Twelve letters and digits: a customer's part of an address. */
export function tenant(...parts) {
  return (hash(7, ...parts).toString(36) + hash(8, ...parts).toString(36)).padEnd(12, 'x').slice(0, 12);
}
