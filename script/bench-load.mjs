// Asks a running server for searches at a steady rate and tells how long answers took.
//   node script/bench-load.mjs http://127.0.0.1:8080 truth.csv --rate 200 [--seconds 10 | --pid PID] [--skip N]
// With --pid until that process ends (at most --seconds). Questions are names of organizations, a third of them with a
// typing error or cut short, none asked twice; --skip leaves out the first N names. A question is due at its time whether
// earlier ones were answered or not, and its time runs from when it was due: a server that stands still is seen.
import { createReadStream, existsSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const options = { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '10' }, pid: { type: 'string' }, skip: { type: 'string', default: '0' } };
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [base, truth] = positionals;
const [rate, seconds, skip] = [values.rate, values.seconds, values.skip].map(Number);
if (!base || !truth || !(rate > 0) || !(seconds > 0)) {
  console.error('usage: node script/bench-load.mjs ADDRESS truth.csv [--rate 200] [--seconds 10] [--pid PID] [--skip N]');
  process.exit(2);
}

/** Names of the file, from all over it, each once. */
async function names(needed) {
  const seen = new Set();
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(truth) })) {
    // source,row,key,name,...: names with a comma are quoted.
    const name = /^[^,]*,[^,]*,[^,]*,(?:"((?:[^"]|"")*)"|([^,]*)),/.exec(text);
    if (line++ > 0 && name) seen.add(name[1] ?? name[2]);
  }
  const all = [...seen].filter((name) => name.length > 4);
  const usable = all.slice(skip);
  if (usable.length < needed) console.error(`only ${usable.length} names for ${needed} questions: it ends when they are used up`);
  // A stride through the file that meets every name once.
  const step = [7919, 104729, 1299709].find((prime) => usable.length % prime !== 0) ?? 1;
  return { at: (n) => usable[(n * step) % usable.length], count: usable.length };
}

const question = (name, n) => {
  if (n % 6 === 0) return name.slice(0, 3) + name[4] + name[3] + name.slice(5);
  if (n % 6 === 3) return name.slice(0, Math.max(5, name.length - 4));
  return name;
};

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const times = [];
let failed = 0;
let open = 0;

function ask(text, due) {
  open++;
  const done = (ok) => {
    open--;
    if (ok) times.push(performance.now() - due);
    else failed++;
  };
  const request = get(`${base}/api/v1/search?q=${encodeURIComponent(text)}`, { agent, timeout: 10_000 }, (answer) => {
    answer.on('data', () => {});
    answer.on('end', () => done(answer.statusCode === 200));
    answer.on('error', () => done(false));
  });
  request.on('timeout', () => request.destroy(new Error('timeout')));
  request.on('error', () => done(false));
}

const { at, count } = await names(rate * seconds);
const alive = () => !values.pid || existsSync(`/proc/${values.pid}`);
const begun = performance.now();
let asked = 0;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    const now = performance.now();
    while (asked < count && begun + (asked * 1000) / rate <= now) {
      ask(question(at(asked), asked), begun + (asked * 1000) / rate);
      asked++;
    }
    if (now - begun > seconds * 1000 || !alive() || asked >= count) {
      clearInterval(timer);
      resolve();
    }
  }, 2);
});
const took = (performance.now() - begun) / 1000;
for (let waited = 0; open > 0 && waited < 200; waited++) await new Promise((resolve) => setTimeout(resolve, 50));
agent.destroy();
times.sort((a, b) => a - b);
const share = (part) => (times.length ? times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1) : '-');
const enough = took * rate * 0.99 <= times.length;
console.log(
  `${times.length} answers in ${took.toFixed(1)} s (${(times.length / took).toFixed(0)}/s${enough ? '' : ', fewer than asked for'}), failed ${failed + open}: ` +
    `p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, p99 ${share(0.99)} ms, most ${share(1)} ms`,
);
process.exit(failed + open > 0 ? 1 : 0);
