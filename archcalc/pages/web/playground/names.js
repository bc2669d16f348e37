// The names that a text defines, and those that it takes from the zoo.
import { outline } from "./outline.js";

/** Vars, blocks with their arguments, and names of layers. */
export function namesIn(text, { files }) {
  const found = { vars: new Set(), blocks: new Set(), args: {}, layers: new Set() };
  const taken = [];
  for (const { path, value } of outline(text).keys) {
    const [root, name, part, argument] = path;
    if (root === "extends" || root === "import") taken.push(...value.split(/[\s,[\]{}"']+/));
    if (root === "vars" && path.length === 2) found.vars.add(name);
    if (root === "blocks" && path.length === 2) found.blocks.add(name);
    if (root === "blocks" && part === "args" && path.length === 4) (found.args[name] ??= []).push(argument);
    if (root === "layers" && path.at(-1) === "name") found.layers.add(value.match(/^[\w-]+/)?.[0] ?? "");
  }
  take(found, taken, files, new Set());
  found.layers.delete("");
  return { ...found, vars: [...found.vars], blocks: [...found.blocks], layers: [...found.layers] };
}

/** What files of the zoo bring, and the files that these take more from. */
function take(found, names, files, seen) {
  for (const name of names) {
    const file = [name, `${name}.yaml`, `families/${name}`, `blocks/${name}`].find((one) => one in files);
    if (!file || seen.has(file)) continue;
    seen.add(file);
    for (const block of files[file].blocks) found.blocks.add(block);
    for (const one of files[file].vars) found.vars.add(one);
    take(found, files[file].takes, files, seen);
  }
}
