// What is known of one layer: its shapes and counts, its arithmetic step by step, and its receptive field.
import { h, replace } from "./dom.js";
import { drawField } from "./field.js";
import { heading, shown } from "./format.js";
import { layerOf } from "./model.js";
import { change, current, state, watch } from "./state.js";

const COUNTS = ["output", "params", "macs", "activations", "peak_memory", "receptive_field"];

/** The section of details; returns what shows a new network. */
export function detailsSection(element) {
  const body = h("div", { class: "details" });
  element.append(h("h2", {}, "Layer"), body);
  let model = null;
  watch((changed) => {
    if (model && (changed.has("selected") || changed.has("pointed"))) draw(body, model);
  });
  return (next) => {
    model = next;
    if (!model.byKey.has(state.pointed)) change({ pointed: null });
    if (!model.byKey.has(state.selected)) change({ selected: dearest(model) });
    draw(body, model);
  };
}

/** What to begin with: the layer of most multiply-accumulates. */
function dearest({ found, nodes }) {
  const macs = found.values.macs.slice(0, found.layers).map(Number);
  return nodes[macs.indexOf(macs.reduce((a, b) => Math.max(a, b)))].key;
}

function draw(body, model) {
  const node = model.byKey.get(current());
  if (!node) return;
  const { found } = model;
  const index = layerOf(node);
  const what = node.isBlock ? `${node.op}, ${node.size} layers` : node.op;
  const attributes = node.isBlock ? "" : found.values.attributes[index];
  replace(body,
    h("h3", {}, node.path, " ", h("small", {}, what)),
    attributes && h("p", { class: "attributes" }, attributes),
    h("div", { class: "facing" }, h("dl", { class: "counts" }, COUNTS.map((name) => count(found, name, node))),
      drawField(found, index)),
    node.isBlock
      ? h("p", {}, "Counts of all its layers together. Unfold it for the arithmetic of each.")
      : found.arithmetic.of[index].map((place) => section(found.arithmetic.sections[place])));
}

function count(found, name, node) {
  const column = found.columns.find((one) => one.name === name);
  const text = shown(found.values[name][node.index], column) || "none";
  return h("div", {}, h("dt", { title: column.doc }, heading(column)), h("dd", { "data-count": name }, text));
}

function section({ title, steps, note }) {
  return h("section", { class: "arithmetic" }, h("h4", {}, title),
    steps.map(([name, sides, unit]) => h("div", { class: "step" },
      h("span", { class: "name" }, formula(name)),
      h("span", { class: "sides" }, sides.map((side, place) =>
        h("span", { class: place === sides.length - 1 ? "side result" : "side" },
          "= ", formula(side), place === sides.length - 1 && unit ? ` ${unit}` : ""))))),
    note && h("p", { class: "note" }, note));
}

/** A formula with dots for products and indices below the line; no more than its text. */
function formula(text) {
  return text.split(/(\*\*|\*|[A-Za-z]+_\w+)/).map((part) => {
    if (part === "*") return ["\u00b7", h("wbr", {})];
    const [, head, index] = part.match(/^([A-Za-z]+)_(\w+)$/) ?? [];
    return head ? h("span", {}, head, h("sub", {}, index.replaceAll("_", ","))) : part;
  });
}
