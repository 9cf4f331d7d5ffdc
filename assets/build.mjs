// Styles, scripts and picture of the pages: assets/src in, assets/dist out.
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileAsync, Logger } from "sass";
import { picker, SOURCE as PICKER } from "./picker.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// A build that is broken off leaves the old dist as it was.
const draft = here("dist.new");
await rm(draft, { recursive: true, force: true });
await mkdir(draft);
const { css } = await compileAsync(here("src/site.scss"), {
  loadPaths: [here("node_modules/@uswds/uswds/packages")],
  style: "compressed",
  quietDeps: true,
  logger: Logger.silent,
});
// USWDS names picture and font files in a few rules; none is used here, and a page must not ask for what is not there.
if (/url\((?!["']?data:)/.test(css)) throw new Error("site.css names a file: " + css.match(/url\([^)]*\)/)[0]);
await writeFile(`${draft}/site.css`, css);
const copied = (await readdir(here("src"))).filter((name) => /\.(js|svg)$/.test(name) && name !== PICKER);
for (const name of copied) await copyFile(here(`src/${name}`), `${draft}/${name}`);
await writeFile(`${draft}/${PICKER}`, await picker());
await rm(here("dist"), { recursive: true, force: true });
await rename(draft, here("dist"));
