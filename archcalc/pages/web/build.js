// Bundles main.js and page.css, and those of playground/, into ../assets, with licences and a hash of the sources.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const OUT = "../assets";
const BETWEEN = `\n${"-".repeat(80)}\n\n`;

/** The hash that tests/pages/test_bundle.py computes too: every file of these folders, by name and content. */
function hashOfSources() {
  const hash = createHash("sha256");
  const inside = [".", "playground"].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const names = inside.filter((name) => /\.(js|css|json)$/.test(name)).sort();
  for (const name of names) {
    hash.update(`${name}\n`).update(readFileSync(name));
  }
  return hash.digest("hex");
}

/** The packages that files of a bundle come from, each with its licence. */
function licences(files) {
  const folders = files.map((file) => file.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean);
  return [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((end) => `${folder}/${end}`).find(existsSync);
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
  });
}

const options = { bundle: true, minify: true, write: false, metafile: true, legalComments: "none", charset: "ascii",
  target: ["chrome100", "firefox100", "safari15.4"] };
const stamp = `archcalc page; sources sha256:${hashOfSources()}`;

/** A script and its styles, under this name; returns the files that it is made of. */
async function bundle(name, entry, styles, globalName) {
  const script = await build({ ...options, entryPoints: [entry], format: "iife", globalName });
  const style = await build({ ...options, entryPoints: [styles] });
  const files = Object.keys(script.metafile.inputs);
  const notices = licences(files).join(BETWEEN);
  const text = script.outputFiles[0].text;
  if (/<\/script|<!--/i.test(text)) throw new Error("the script would end the element that it stands in");
  if (notices.includes("*/") || /<\/script|<!--/i.test(notices)) throw new Error("a licence would end its comment");
  writeFileSync(`${OUT}/${name}.js`, `/* ${stamp} */\n/* Bundled libraries and their licences:\n\n${notices}*/\n${text}`);
  writeFileSync(`${OUT}/${name}.css`, `/* ${stamp} */\n${style.outputFiles[0].text}`);
  console.log(`${name}.js ${text.length} B and licences ${notices.length} B`);
  return files;
}

mkdirSync(OUT, { recursive: true });
const used = [
  ...(await bundle("page", "main.js", "page.css", "archcalcPage")),
  ...(await bundle("playground", "playground/main.js", "playground/playground.css")),
];
writeFileSync(`${OUT}/LICENSES.txt`, licences(used).join(BETWEEN));
console.log(stamp);
