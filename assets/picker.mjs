// The picker as one file: its script with its words (locales/*/picker.ftl and kinds.ftl) and styles in it.
//   node picker.mjs release     keeps what is built now for ever, under its version, in assets/released
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const SOURCE = "picker-1.js";

/** The sentences of a language: one line each. */
async function words(language) {
  const files = await Promise.all(["picker", "kinds"].map((name) => readFile(here(`../locales/${language}/${name}.ftl`), "utf8")));
  const lines = files.join("\n").split("\n").map((line) => line.match(/^((?:picker|kind)-[a-z-]+) = (.+)$/));
  return Object.fromEntries(lines.filter(Boolean).map(([, key, sentence]) => [key, sentence]));
}

/** Puts something in the place of an empty constant of the script. */
function fill(script, empty, full) {
  if (script.split(empty).length !== 2) throw new Error(`${SOURCE} has no \`${empty}\``);
  return script.replace(empty, () => full);
}

export async function picker() {
  const languages = (await readdir(here("../locales"))).sort();
  const all = Object.fromEntries(await Promise.all(languages.map(async (language) => [language, await words(language)])));
  const styles = (await readFile(here("src/picker-1.css"), "utf8")).replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*/g, "");
  const script = await readFile(here(`src/${SOURCE}`), "utf8");
  const worded = fill(script, "const WORDS = {};", `const WORDS = ${JSON.stringify(all)};`);
  return fill(worded, 'const STYLES = "";', `const STYLES = ${JSON.stringify(styles)};`);
}

if (process.argv[2] === "release") {
  const script = await picker();
  const [, version] = script.match(/const VERSION = "(\d+\.\d+\.\d+)"/);
  // A version that was given out never changes: the file must not be there yet.
  await writeFile(here(`released/picker-${version}.js`), script, { flag: "wx" });
  console.log(`assets/released/picker-${version}.js`);
}
