// A document as a tree of nodes: what is visible when some blocks are unfolded, and which edges join it.

const MOST_AT_FIRST = 40; // a network opens with no more nodes than these, if folding can do it
const MOST_VISIBLE = 250; // a browser would think for seconds about more

/** Nodes with their keys, children and depths. Layers are told from blocks of the same path by their keys. */
export function modelOf(found) {
  const nodes = found.nodes.map((node, index) => ({
    ...node,
    index,
    isBlock: index >= found.layers,
    key: `${index >= found.layers ? "block" : "layer"} ${node.path}`,
    order: node.first ?? index,
    children: [],
  }));
  const roots = [];
  for (const node of nodes) {
    node.block = node.parent == null ? null : nodes[node.parent];
    (node.block ? node.block.children : roots).push(node);
  }
  const arrange = (list, level) => {
    list.sort((a, b) => a.order - b.order);
    for (const node of list) {
      node.level = level;
      arrange(node.children, level + 1);
    }
  };
  arrange(roots, 1);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  return { found, nodes, roots, byKey, blocks: nodes.filter((node) => node.isBlock) };
}

/** The blocks to unfold at first: level after level, as long as few nodes are visible. */
export function firstUnfolded(model) {
  const unfolded = new Set();
  for (let level = 1; ; level++) {
    const blocks = model.blocks.filter((block) => block.level === level);
    if (!blocks.length || !fits(model, [...unfolded, ...blocks.map(({ key }) => key)], MOST_AT_FIRST)) return unfolded;
    for (const block of blocks) unfolded.add(block.key);
  }
}

/** As many blocks as can be unfolded together, outer ones first. */
export function mostUnfolded(model) {
  const unfolded = new Set();
  for (const block of [...model.blocks].sort((a, b) => a.level - b.level || a.order - b.order)) {
    if (!fits(model, [...unfolded, block.key])) return unfolded;
    unfolded.add(block.key);
  }
  return unfolded;
}

/** Whether no more nodes are visible than can be laid out while one waits. */
export const fits = (model, unfolded, most = MOST_VISIBLE) => visible(model, new Set(unfolded)).length <= most;

/** What is visible, in the order of the tree: unfolded blocks before what is in them. */
export function visible(model, unfolded) {
  const result = [];
  const visit = (list) => {
    for (const node of list) {
      result.push(node);
      if (node.isBlock && unfolded.has(node.key)) visit(node.children);
    }
  };
  visit(model.roots);
  return result;
}

/** The visible node that stands for a node: itself, or the outermost folded block around it. */
export function standsFor(node, unfolded) {
  let result = node;
  for (let block = node.block; block; block = block.block) {
    if (!unfolded.has(block.key)) result = block;
  }
  return result;
}

/** The edges between what is visible, each once, with all shapes that flow along it. */
export function visibleEdges(model, unfolded) {
  const edges = new Map();
  for (const [from, to, shape] of model.found.edges) {
    const source = standsFor(model.nodes[from], unfolded);
    const target = standsFor(model.nodes[to], unfolded);
    if (source === target) continue;
    const id = `${source.index} ${target.index}`;
    const edge = edges.get(id) ?? { source, target, shapes: new Set() };
    edge.shapes.add(shape);
    edges.set(id, edge);
  }
  return [...edges.values()];
}

/** The layer that a node speaks of: itself, or the last one of a block. */
export const layerOf = (node) => (node.isBlock ? node.last : node.index);
