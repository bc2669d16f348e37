// Bundles main.js and page.css into ../assets, with the licences of what is bundled and a hash of the sources.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const OUT = "../assets";

/** The hash that tests/pages/test_bundle.py computes too: every file of this folder, by name and content. */
function hashOfSources() {
  const hash = createHash("sha256");
  const names = readdirSync(".").filter((name) => /\.(js|css|json)$/.test(name)).sort();
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

const options = { bundle: true, minify: true, write: false, metafile: true, legalComments: "none", charset: "ascii" };
const target = ["chrome100", "firefox100", "safari15.4"];
const script = await build({ ...options, target, entryPoints: ["main.js"], format: "iife", globalName: "archcalcPage" });
const style = await build({ ...options, target, entryPoints: ["page.css"] });

const stamp = `archcalc page; sources sha256:${hashOfSources()}`;
const notices = licences(Object.keys(script.metafile.inputs)).join(`\n${"-".repeat(80)}\n\n`);
const text = script.outputFiles[0].text;
if (/<\/script|<!--/i.test(text)) throw new Error("the script would end the element that it stands in");
if (notices.includes("*/") || /<\/script|<!--/i.test(notices)) throw new Error("a licence would end its comment");
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}/LICENSES.txt`, notices);
writeFileSync(`${OUT}/page.js`, `/* ${stamp} */\n/* Bundled libraries and their licences:\n\n${notices}*/\n${text}`);
writeFileSync(`${OUT}/page.css`, `/* ${stamp} */\n${style.outputFiles[0].text}`);
console.log(`${stamp}\npage.js ${text.length} B and licences ${notices.length} B`);
