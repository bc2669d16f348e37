// The keys of a spec that is being typed, with their paths: YAML that need not be complete, in blocks and in brackets.

const ITEM = "[]"; // in a path, an item of a list
const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#"'{}[\],&*!|>%@`-][^#{}[\],:]*?))\s*:(?:\s+|$)/;

/** What a text holds: `keys`, each with its path and the value behind it, and the `path` at its end.
 *
 * `isValue` says whether what comes next is the value of the last key of the path, and no key inside it.
 */
export function outline(text) {
  const found = { keys: [], blocks: [], brackets: [], isValue: false };
  const lines = text.split("\n");
  lines.forEach((line, number) => readLine(found, line, number === lines.length - 1));
  return { keys: found.keys, path: pathOf(found), isValue: found.isValue };
}

const pathOf = ({ blocks, brackets }) =>
  [...blocks.map(({ key }) => key), ...brackets.map(({ key }) => key).filter((key) => key !== null)];

function readLine(found, line, isLast) {
  if (found.brackets.length) return readFlow(found, line);
  let column = line.search(/\S|$/);
  let rest = line.slice(column);
  if (rest.startsWith("#") || (!rest && !isLast)) return undefined;
  found.isValue = false;
  for (let dash; (dash = rest.match(/^-(?:\s+|$)/)?.[0]);) {
    leave(found, column, true);
    found.blocks.push({ indent: column, key: ITEM });
    column += dash.length;
    rest = rest.slice(dash.length);
  }
  leave(found, column, false);
  const match = rest.match(KEY);
  if (match) {
    const value = rest.slice(match[0].length);
    found.blocks.push({ indent: column, key: match[1] ?? match[2] ?? match[3] });
    found.keys.push({ path: pathOf(found), value });
    found.isValue = true;
    rest = value;
  }
  return /^[{[]/.test(rest) ? readFlow(found, rest) : undefined;
}

/** Leave the blocks that something at this column cannot be in. A dash may stand right below the key of its list. */
function leave({ blocks }, column, isDash) {
  const stays = ({ indent, key }) => indent < column || (isDash && indent === column && key !== ITEM);
  while (blocks.length && !stays(blocks.at(-1))) blocks.pop();
}

/** What stands in braces and brackets. */
function readFlow(found, text) {
  const { brackets } = found;
  let word = "";
  const sign = /"(?:[^"\\]|\\.)*"?|'[^']*'?|\s#.*|[{}[\],]|:(?=\s|$)|[^"'{}[\],:\s]+|./gs;
  for (const [part] of text.matchAll(sign)) {
    if (/^\s#/.test(part)) break;
    if (part === "{" || part === "[") {
      brackets.push({ key: part === "[" ? ITEM : null, isList: part === "[" });
    } else if (part === "}" || part === "]") {
      brackets.pop();
    } else if (part === "," && brackets.length && !brackets.at(-1).isList) {
      brackets.at(-1).key = null;
    } else if (part === ":" && brackets.length && !brackets.at(-1).isList) {
      brackets.at(-1).key = word.trim().replace(/^["']|["']$/g, "");
      found.keys.push({ path: pathOf(found), value: text.slice(text.indexOf(word) + word.length + 1).trim() });
    }
    word = /^[{}[\],:]$/.test(part) ? "" : word + part;
  }
  found.isValue = brackets.length > 0 && brackets.at(-1).key !== null;
}
