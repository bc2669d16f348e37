// Where nodes and edges lie: dagre says so, of sizes that are measured here.
import { Graph, layout as arrange } from "@dagrejs/dagre";
import { times } from "./format.js";

export const LINE = 16;
const FONT = "12px system-ui, sans-serif";

let context = null;

/** Pixels that a text takes. */
export function widthOf(text, isBold = false) {
  context ??= document.createElement("canvas").getContext("2d");
  context.font = isBold === true ? `600 ${FONT}` : FONT;
  return context.measureText(text).width;
}

/** The texts of a node: what it is called, and below it the op, unless that says the same. */
export function linesOf(node) {
  const isNamed = node.label.replace(/_\d+$/, "") !== node.op;
  const inside = node.isBlock ? `${node.op === "run" ? "" : `${node.op}, `}${node.size} layers` : node.op;
  return isNamed || node.isBlock ? [node.label, inside] : [node.label];
}

/** Positions of the visible nodes and edges, and the size of the whole; a node has room for any of its `valuesOf`. */
export function layout(...given) {
  try {
    return arranged(true, ...given);
  } catch {
    return arranged(false, ...given); // dagre fails on some large graphs, and then on others: names may be crowded
  }
}

function arranged(hasHeads, nodes, edges, unfolded, isQuiet, valuesOf) {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ nodesep: 18, edgesep: 14, ranksep: 12, marginx: 8, marginy: 8 });
  const isOpen = (node) => node.isBlock && unfolded.has(node.key);
  for (const node of nodes) {
    const lines = linesOf(node);
    const values = Math.max(...valuesOf(node).map(widthOf));
    const width = Math.max(110, widthOf(lines[0], true) + values, widthOf(lines[1] ?? "") - 8) + (node.isBlock ? 46 : 32);
    const height = lines.length * LINE + (isQuiet(node) ? 4 : 10);
    graph.setNode(node.key, isOpen(node) ? {} : { width, height });
  }
  const shown = new Set(nodes);
  for (const node of nodes) {
    if (node.block && shown.has(node.block)) graph.setParent(node.key, node.block.key);
  }
  for (const edge of edges) {
    const text = labelOf(edge);
    // What enters a block has its label at its end, below the name of the block.
    const label = enters(edge) ? {} : { width: widthOf(text) + 8, height: 14, labelpos: "r", labeloffset: 4 };
    graph.setEdge(edge.source.key, edge.target.key, label);
  }
  if (hasHeads) addHeads(graph, nodes.filter(isOpen), edges);
  arrange(graph);
  const placeOfLabel = (edge) => {
    const { points, x, y, width } = graph.edge(edge.source.key, edge.target.key);
    return enters(edge) ? { x: points.at(-1).x + 6, y: points.at(-1).y - 6 } : { x: x - width / 2 + 4, y: y + 4 };
  };
  return {
    label: placeOfLabel,
    node: (node) => graph.node(node.key),
    edge: (edge) => graph.edge(edge.source.key, edge.target.key),
    width: graph.graph().width,
    height: graph.graph().height,
  };
}

/** Room for the names of unfolded blocks: in each, a node without width above whatever comes first in it. */
function addHeads(graph, blocks, edges) {
  const head = (block) => `head of ${block.key}`;
  for (const block of blocks) {
    graph.setNode(head(block), { width: 1, height: 2 * LINE });
    graph.setParent(head(block), block.key);
  }
  for (const block of blocks) {
    const fed = new Set(edges.filter((edge) => isWithin(edge.source, block)).map((edge) => edge.target));
    for (const { source, target } of edges) {
      if (isWithin(target, block) && !isWithin(source, block)) graph.setEdge(source.key, head(block), { weight: 0 });
    }
    for (const child of block.children) {
      if (blocks.includes(child)) graph.setEdge(head(block), head(child), { weight: 0 });
      else if (!fed.has(child)) graph.setEdge(head(block), child.key, { weight: 0 });
    }
  }
}

const isWithin = (node, block) => Boolean(node) && (node.block === block || isWithin(node.block, block));

/** Whether an edge comes from outside of the block that its end is in. */
const enters = ({ source, target }) => Boolean(target.block) && !isWithin(source, target.block);

/** The shapes on an edge as one text. */
export const labelOf = (edge) => [...edge.shapes].map(times).join(" and ");
