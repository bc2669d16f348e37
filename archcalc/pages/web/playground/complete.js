// What may be typed at a place of a spec: keys, ops and blocks, attributes, words and names, with their docs.
import { outline } from "./outline.js";
import { namesIn } from "./names.js";

const WORD = /[\w./-]*$/;

/** The source of completions for CodeMirror. */
export function completer(language, zoo) {
  return (context) => {
    const before = context.state.sliceDoc(0, context.pos);
    const word = context.matchBefore(WORD)?.text ?? "";
    if (!word && !context.explicit && !/(?:^|[\n{[,:-]) *$/.test(before)) return null;
    const line = before.slice(before.lastIndexOf("\n") + 1);
    if (/(^|\s)#/.test(line)) return null;
    const { path, isValue } = outline(before.slice(0, before.length - word.length));
    const names = namesIn(context.state.doc.toString(), language);
    const options = optionsAt(path, isValue, { language, zoo, names });
    if (!word && !context.explicit && !isShort(options)) return null;
    return options.length ? { from: context.pos - word.length, options, validFor: /^[\w./-]*$/ } : null;
  };
}

/** Whether a list is offered before anything is typed: few words, which are all that may stand there. */
const isShort = (options) => options.length > 0 && options.length <= 12 && options.every(({ type }) => type === "attribute");

function optionsAt(path, isValue, known) {
  const { language, zoo } = known;
  if (!path.length) return keys(language.keys);
  if (path[0] === "extends" || path[0] === "import") return files(language.files, zoo);
  const inside = placeIn(path, language);
  if (inside.layer) return layers(known);
  if (inside.op) return isValue ? values(known, path, firstOf(language.ops[inside.op])) : attributes(language.ops[inside.op]);
  if (inside.attribute) return values(known, path, inside.attribute);
  if (inside.modifier === "from" || inside.modifier === "shares") return known.names.layers.map(plain("layer"));
  if (path[0] === "blocks" && path.length === 2) return keys(language.block);
  if (path[0] === "vars" && path.length === 2 && !isValue) return keys(language.var);
  const isFree = ["name", "source", "year", "family", "notes"].includes(path[0]) || path.at(-1) === "name";
  return isFree || (path.length === 1 && !isValue) || path.at(-1) === "args" ? [] : values(known, path);
}

/** Which part of a layer a path leads to. */
function placeIn(path, { ops, modifiers, groups, merges }) {
  const isList = (to) => {
    const last = to.at(-1);
    if (last === "layers") return to.length === 1 || (to[0] === "blocks" && to.length === 3);
    if (last in groups) return isLayer(to.slice(0, -1));
    return last === "[]" && merges.includes(to.at(-2)) && isLayer(to.slice(0, -2));
  };
  const isLayer = (to) => to.at(-1) === "[]" && isList(to.slice(0, -1));
  const trimmed = path.at(-1) === "[]" && !isLayer(path) ? path.slice(0, -1) : path;
  const [before, last] = [trimmed.at(-2), trimmed.at(-1)];
  if (isLayer(path)) return { layer: true };
  if (isLayer(trimmed.slice(0, -1))) return last in ops ? { op: last } : { modifier: last in modifiers ? last : null };
  if (isLayer(trimmed.slice(0, -2)) && before in ops) return { attribute: ops[before].attributes[last] };
  return {};
}

const firstOf = (op) => Object.values(op.attributes)[0];
const plain = (type) => (label) => ({ label, type });
const keys = (docs) =>
  Object.entries(docs).map(([label, info]) => ({ label, apply: `${label}: `, type: "attribute", detail: info }));
const attributes = ({ attributes: all }) => keys(Object.fromEntries(Object.entries(all).map(([key, { doc }]) => [key, doc])));

function layers({ language, names }) {
  const { ops, bare, groups, modifiers } = language;
  const apply = (name) => (bare.includes(name) ? name : `${name}: `);
  return [
    ...names.blocks.map((label) => ({ label, apply: `${label}: `, type: "block", detail: "block", boost: 2 })),
    ...Object.entries(ops).map(([label, { doc }]) => ({ label, apply: apply(label), type: "op", detail: doc })),
    ...Object.entries(groups).map(([label, detail]) => ({ label, apply: `${label}: `, type: "op", detail })),
    ...keys(modifiers).map((option) => ({ ...option, boost: -2 })),
  ];
}

function values({ language, names }, path, attribute) {
  const block = path[0] === "blocks" ? path[1] : null;
  return [
    ...(attribute?.words ?? []).map(plain("attribute")),
    ...(names.args[block] ?? []).map((label) => ({ label, type: "name", detail: `argument of ${block}` })),
    ...names.vars.map((label) => ({ label, type: "name", detail: "var" })),
    ...Object.entries(language.names).map(([label, detail]) => ({ label, type: "name", detail })),
    ...language.functions.map((label) => ({ label, apply: `${label}(`, type: "name", detail: "function" })),
  ];
}

const files = (all, zoo) => [
  ...zoo.map((label) => ({ label, type: "file", detail: "network of the zoo" })),
  ...Object.entries(all).filter(([file]) => file.includes("/")).map(([label, { blocks }]) =>
    ({ label, type: "file", detail: blocks.length ? `blocks ${blocks.join(", ")}` : "family" })),
];
