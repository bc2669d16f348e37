// Where nodes and edges lie: dagre says so, of sizes that are measured here.
import { Graph, layout as arrange } from "@dagrejs/dagre";
import { times } from "./format.js";

export const LINE = 16;
const FONT = "12px system-ui, sans-serif";
const MANY = 300; // visible nodes from which a quicker, less careful ranking is used

let context = null;

function widthOf(text) {
  context ??= document.createElement("canvas").getContext("2d");
  context.font = FONT;
  return context.measureText(text).width;
}

/** The texts of a node: what it is called, and below it the op, unless that says the same. */
export function linesOf(node) {
  const isNamed = node.label.replace(/_\d+$/, "") !== node.op;
  const inside = node.isBlock ? `${node.op === "run" ? "" : `${node.op}, `}${node.size} layers` : node.op;
  return isNamed || node.isBlock ? [node.label, inside] : [node.label];
}

/** Positions of the visible nodes by key, of the edges, and the size of the whole. */
export function layout(nodes, edges, unfolded, isQuiet) {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ nodesep: 18, edgesep: 14, ranksep: 12, marginx: 8, marginy: 8, ranker: ranker(nodes) });
  const isOpen = (node) => node.isBlock && unfolded.has(node.key);
  for (const node of nodes) {
    const lines = linesOf(node);
    const width = Math.max(96, ...lines.map((line) => widthOf(line) + 24)) + (node.isBlock ? 18 : 0) + 44;
    const height = lines.length * LINE + (isQuiet(node) ? 4 : 10);
    graph.setNode(node.key, isOpen(node) ? {} : { width, height });
  }
  const shown = new Set(nodes);
  for (const node of nodes) {
    if (node.block && shown.has(node.block)) graph.setParent(node.key, node.block.key);
  }
  for (const edge of edges) {
    const text = labelOf(edge);
    const label = { width: widthOf(text) + 8, height: 14, labelpos: "r", labeloffset: 4, weight: 1 };
    graph.setEdge(edge.source.key, edge.target.key, label);
  }
  arrange(graph);
  return {
    node: (node) => graph.node(node.key),
    edge: (edge) => graph.edge(edge.source.key, edge.target.key),
    width: graph.graph().width,
    height: graph.graph().height,
  };
}

const ranker = (nodes) => (nodes.length > MANY ? "longest-path" : "network-simplex");

/** The shapes on an edge as one text. */
export const labelOf = (edge) => [...edge.shapes].map(times).join(" and ");
