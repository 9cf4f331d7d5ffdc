// Work instead of a puzzle: while somebody types, a number is looked for whose digest with the stamp of the form begins
// with zeros. A form without it is taken too, only later. SHA-256 stands here because crypto.subtle needs https.
(() => {
  "use strict";
  const stamp = document.querySelector("input[name=stamp][data-work]");
  const field = document.querySelector("input[name=work]");
  if (!stamp || !field || field.value) return;
  const BITS = Number(stamp.dataset.work);
  const SLICE = 12; // milliseconds between which the page is free
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  const K = primes.map((p) => part(Math.cbrt(p)));
  const START = primes.slice(0, 8).map((p) => part(Math.sqrt(p)));
  const w = new Int32Array(64);
  // The first 32 bits of the digest of a text of up to 55 letters: one block.
  const digest = (text) => {
    w.fill(0);
    for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    w[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
    w[15] = text.length * 8;
    for (let i = 16; i < 64; i += 1) {
      const a = w[i - 15];
      const b = w[i - 2];
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = START;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    return (a + START[0]) | 0;
  };
  const lead = stamp.value + ":";
  let number = 0;
  const go = () => {
    const end = performance.now() + SLICE;
    do {
      for (let i = 0; i < 200; i += 1, number += 1) {
        const text = number.toString(36);
        if (Math.clz32(digest(lead + text)) >= BITS) {
          field.value = text;
          return;
        }
      }
    } while (performance.now() < end);
    setTimeout(go, 0);
  };
  setTimeout(go, 0);
})();
