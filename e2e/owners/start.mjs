// The program as an operator runs it, for people with accounts: a data folder of its own, mails to a server on loopback,
// names from a name server on loopback. CONNECTOR_BIN names the program.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startDns } from "./dns.mjs";
import { startSmtp } from "./smtp.mjs";

const here = import.meta.dirname;
/** What the tests import; its organizations have these domains. */
const LIST = join(here, "list/places.csv");

const binary = () => {
  const path = resolve(process.env.CONNECTOR_BIN ?? process.env.CONNECTOR ?? join(here, "../../target/debug/connector"));
  if (!existsSync(path)) throw new Error(`no program at ${path}: cargo build, or set CONNECTOR_BIN`);
  return path;
};

const freePort = () =>
  new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

async function ready(port, child, log) {
  const until = Date.now() + 120_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`the server did not become ready:\n${log.join("")}`);
}

/** Starts everything; `stop` ends it, and fails when the program does not end cleanly. */
export async function start() {
  const program = binary();
  const data = mkdtempSync(join(tmpdir(), "connector-owners-"));
  const [dns, smtp, port] = await Promise.all([startDns(), startSmtp(), freePort()]);
  const base = `http://localhost:${port}`;
  // Nothing of whoever runs the tests reaches the program.
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CONNECTOR_")));
  const env = {
    ...clean,
    CONNECTOR_DATA: data,
    CONNECTOR_PUBLIC_URL: base,
    CONNECTOR_NAME_SERVERS: dns.at,
    CONNECTOR_SMTP: smtp.at,
    CONNECTOR_MAIL_FROM: "directory@connector-test.org",
    CONNECTOR_RATE_LIMIT: "off",
  };
  const run = (...words) => execFileSync(program, words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  copyFileSync(join(here, "list/sources.toml"), join(data, "sources.toml"));
  const imported = run("import", "--source", "owner-tests", "--date", "2026-11-20", LIST);
  if (!imported.includes("2 new")) throw new Error(`the list of the tests was not taken in:\n${imported}`);
  const log = [];
  const child = spawn(program, ["serve", "--listen", `127.0.0.1:${port}`], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => log.push(String(text)));

  const stop = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    await Promise.all([dns.stop(), smtp.stop()]);
    rmSync(data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${log.slice(-40).join("")}`);
  };
  try {
    await ready(port, child, log);
  } catch (error) {
    child.kill("SIGKILL");
    await Promise.all([dns.stop(), smtp.stop()]);
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
  return { base, data, dns, smtp, run, log, stop, invited: (email, role) => run("admin", "invite", email, "--role", role) };
}
