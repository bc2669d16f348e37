// The network as a graph in SVG, and as a tree for the keyboard and for screen readers.
import { curveBasis, line } from "d3-shape";
import { coloursOf, drawLegend, inkOn } from "./colour.js";
import { control, h, replace, s } from "./dom.js";
import { compact, heading, shown, times, written } from "./format.js";
import { LINE, labelOf, layout, linesOf, widthOf } from "./layout.js";
import { followKeys } from "./keys.js";
import { firstUnfolded, fits, mostUnfolded, visible, visibleEdges } from "./model.js";
import { strips } from "./strips.js";
import { change, current, state, watch } from "./state.js";

const smooth = line((point) => point.x, (point) => point.y).curve(curveBasis);

/** The section of the graph; returns what shows a new network. */
export function graphSection(element) {
  const legend = h("p", { class: "legend" });
  const svg = s("svg", { role: "tree", "aria-label": "The network: blocks and layers in the order of execution" });
  const arrow = s("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7,
    orient: "auto" }, s("path", { d: "M0,0.5 L8,4 L0,7.5 z" }));
  const drawing = s("g", { id: "drawing" });
  const paper = h("div", { class: "paper", "aria-hidden": "true" });
  svg.append(s("defs", {}, arrow), drawing);
  const frame = h("div", { class: "graph-frame" }, svg);
  const said = h("p", { role: "status", class: "said" });
  const choice = control("select", { id: "colour", onchange: () => change({ colour: choice.value }) });
  const view = { svg, drawing, paper, frame, legend, said, choice, model: null, items: new Map(), shown: [], size: null };
  element.append(h("h2", {}, "Graph"), toolbar(view), legend, said, frame, paper,
    h("p", { class: "hint screen-only" }, "Click a block, or press Enter on it, to fold and unfold it; arrow keys walk through the network."));
  followKeys(view);
  watch((changed) => {
    if (!view.model) return;
    if (changed.has("unfolded")) drawOrRefuse(view);
    if (changed.has("colour")) paint(view);
    if (changed.has("zoom")) resize(view);
    if (changed.has("selected") || changed.has("pointed")) mark(view);
  });
  return (model) => show(view, model);
}

function toolbar(view) {
  const button = (text, title, onclick) => h("button", { type: "button", title, onclick }, text);
  return h("div", { class: "toolbar screen-only" },
    h("label", { for: "colour" }, "Colour by "), view.choice,
    h("span", { class: "group" },
      button("Fold all", "Fold every block", () => change({ unfolded: new Set() })),
      button("Unfold all", "Unfold every block", () => unfoldAll(view))),
    h("span", { class: "group" },
      button("\u2212", "Smaller", () => change({ zoom: state.zoom / 1.25 })),
      button("+", "Larger", () => change({ zoom: state.zoom * 1.25 })),
      button("Whole", "The whole graph at once", () => change({ zoom: fitting(view) })),
      button("1:1", "Text as large as elsewhere", () => change({ zoom: 1 }))));
}

function unfoldAll(view) {
  const unfolded = mostUnfolded(view.model);
  change({ unfolded });
  const left = view.model.blocks.length - unfolded.size;
  if (left) replace(view.said, `${left} blocks stay folded: all at once they would be too many to draw.`);
}

const fitting = (view) =>
  Math.min(view.frame.clientWidth / view.size.width, view.frame.clientHeight / view.size.height, 1);

function show(view, model) {
  view.model = model;
  const { found } = model;
  const isFirst = !state.unfolded || !fits(model, state.unfolded);
  if (isFirst) state.unfolded = firstUnfolded(model);
  replace(view.choice, found.colours.map((name) => {
    const column = found.columns.find((one) => one.name === name);
    return h("option", { value: name, selected: name === state.colour }, heading(column));
  }));
  draw(view);
  if (!isFirst) return;
  change({ zoom: Math.min(1, Math.max(0.6, view.frame.clientWidth / view.size.width)) });
  view.frame.scrollLeft = (view.frame.scrollWidth - view.frame.clientWidth) / 2;
}

/** Draw what is unfolded now, or leave it as it was if no layout is found. */
function drawOrRefuse(view) {
  try {
    draw(view);
  } catch {
    state.unfolded = view.drawn;
    replace(view.said, "No layout was found for this: unfold single blocks.");
  }
}

/** Lay out what is visible, and draw it anew. */
function draw(view) {
  const { model } = view;
  const quiet = new Set(model.found.quiet);
  const isQuiet = (node) => quiet.has(node.index);
  const edges = visibleEdges(model, state.unfolded);
  const focused = view.drawing.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const shownNow = visible(model, state.unfolded);
  const valuesOf = (node) => model.found.colours.map((name) => valueOf(model.found, name, node));
  const placed = layout(shownNow, edges, state.unfolded, isQuiet, valuesOf);
  const before = view.items.get(state.selected)?.getBoundingClientRect();
  view.size = placed;
  view.shown = shownNow;
  view.drawn = state.unfolded;
  view.items.clear();
  for (const node of view.shown) view.items.set(node.key, drawNode(node, placed.node(node), isQuiet(node)));
  replace(view.drawing, [...view.items.values()],
    s("g", { class: "edges", "aria-hidden": "true" }, edges.map((edge) => drawEdge(edge, placed))));
  const closed = view.shown.filter((node) => !(node.isBlock && state.unfolded.has(node.key)));
  replace(view.paper, strips("drawing", placed, closed.map((node) => placed.node(node))));
  replace(view.said);
  resize(view);
  paint(view);
  mark(view);
  keepInPlace(view, before);
  if (focused) (view.items.get(focused) ?? view.items.values().next().value)?.focus({ preventScroll: true });
}

/** Scroll so that what is selected stays where it was, whatever has unfolded around it. */
function keepInPlace({ items, frame }, before) {
  const after = items.get(state.selected)?.getBoundingClientRect();
  if (!before || !after) return;
  frame.scrollLeft += after.left - before.left;
  frame.scrollTop += after.top - before.top;
}

/** What an unfolded block is called. */
const titleOf = (node) => (node.op === "run" ? node.label : `${node.label}: ${node.op}`);

/** What stands in a node of a column. */
function valueOf(found, name, node) {
  const value = found.values[name][node.index];
  const { unit } = found.columns.find((one) => one.name === name);
  return value == null || value === 0 ? "" : times(compact(value, unit));
}

function drawNode(node, box, isQuiet) {
  const isOpen = node.isBlock && state.unfolded.has(node.key);
  const [x, y] = [box.x - box.width / 2, box.y - box.height / 2];
  const item = s("g", { class: `node ${node.isBlock ? "block" : "layer"} ${isOpen ? "open" : ""}`, role: "treeitem",
    "aria-level": node.level, "aria-expanded": node.isBlock ? String(isOpen) : null, tabindex: -1,
    "data-key": node.key, transform: `translate(${x},${y})` });
  if (node.isBlock && !isOpen) {
    item.append(s("rect", { class: "behind", x: 4, y: 4, width: box.width, height: box.height, rx: 6 }));
  }
  item.append(s("rect", { class: "body", width: box.width, height: box.height, rx: node.isBlock ? 6 : isQuiet ? 9 : 3 }));
  const lines = isOpen ? [titleOf(node)] : linesOf(node);
  const left = node.isBlock ? 24 : 10;
  const top = isOpen ? 14 : box.height / 2 - ((lines.length - 1) * LINE) / 2 + 4;
  if (node.isBlock) item.append(s("text", { class: "sign", x: 8, y: top }, isOpen ? "\u2212" : "+"));
  lines.forEach((text, number) => {
    item.append(s("text", { class: number ? "op" : "label", x: left, y: top + number * LINE }, text));
  });
  item.append(s("text", { class: "value", x: box.width - 8, y: top, "text-anchor": "end" }));
  return item;
}

function drawEdge(edge, placed) {
  return s("g", {}, s("path", { d: smooth(placed.edge(edge).points), "marker-end": "url(#arrow)" }),
    s("text", placed.label(edge), labelOf(edge)));
}

/** Colours and values of the column that is chosen. */
function paint(view) {
  const { found } = view.model;
  const closed = view.shown.filter((node) => !(node.isBlock && state.unfolded.has(node.key)));
  const colours = coloursOf(found, state.colour, closed);
  for (const node of view.shown) {
    const item = view.items.get(node.key);
    const isOpen = !closed.includes(node) && node.isBlock;
    const fill = isOpen ? null : colours.fill(node);
    const value = valueOf(found, state.colour, node);
    const isCrowded = isOpen && widthOf(titleOf(node), true) + widthOf(value) + 40 > view.size.node(node).width;
    item.querySelector(".body").style.fill = fill ?? "";
    item.style.color = fill ? inkOn(fill) : "";
    item.querySelector(".value").textContent = isCrowded ? "" : value;
    item.setAttribute("aria-label", spoken(view.model, node, colours.column));
  }
  drawLegend(view.legend, colours);
}

/** What a screen reader says of a node. */
function spoken({ found }, node, column) {
  const what = node.isBlock ? `${node.op}, ${node.size} layers` : node.op;
  const value = shown(found.values[column.name][node.index], column) || "none";
  return `${node.path}: ${what}, output ${times(found.values.output[node.index])}, ${column.heading} ${value} ${column.unit}`;
}

/** Which node is looked at: it alone is reached by the tabulator key. */
function mark(view) {
  const key = view.items.has(state.selected) ? state.selected : view.items.keys().next().value;
  for (const [name, item] of view.items) {
    item.setAttribute("tabindex", name === key ? 0 : -1);
    item.setAttribute("aria-selected", String(name === state.selected));
    item.classList.toggle("pointed", name === current());
  }
}

function resize(view) {
  view.svg.setAttribute("viewBox", `0 0 ${view.size.width} ${view.size.height}`);
  view.svg.setAttribute("width", Math.ceil(view.size.width * state.zoom));
  view.svg.setAttribute("height", Math.ceil(view.size.height * state.zoom));
}
