// How a tree is walked: by mouse, and by the keys that screen readers tell their users.
import { fits } from "./model.js";
import { pointer } from "./pointer.js";
import { change, state } from "./state.js";

/** Listen to the nodes of a graph. */
export function followKeys(view) {
  const nodeOf = (event) => view.model?.byKey.get(event.target.closest("[data-key]")?.dataset.key);
  view.svg.addEventListener("click", (event) => {
    const node = nodeOf(event);
    if (!node) return;
    change({ selected: node.key });
    if (node.isBlock) toggle(view, node);
    view.items.get(node.key).focus({ preventScroll: true });
  });
  view.svg.addEventListener("pointermove", (event) => {
    if (pointer.isMoved) change({ pointed: nodeOf(event)?.key ?? null });
  });
  view.svg.addEventListener("pointerleave", () => change({ pointed: null }));
  view.svg.addEventListener("focusin", (event) => {
    const node = nodeOf(event);
    if (node) change({ selected: node.key, pointed: null });
  });
  view.svg.addEventListener("keydown", (event) => {
    const node = nodeOf(event);
    const wanted = node && !event.ctrlKey && !event.metaKey && !event.altKey && target(view, node, event.key);
    if (!wanted) return;
    event.preventDefault();
    if (wanted === node) toggle(view, node);
    else view.items.get(wanted.key)?.focus();
  });
}

/** Fold a block, or unfold it. */
function toggle(view, block) {
  const unfolded = new Set(state.unfolded);
  if (!unfolded.delete(block.key)) unfolded.add(block.key);
  if (fits(view.model, unfolded)) change({ unfolded });
  else view.said.textContent = `Too much is unfolded to draw ${block.path} as well: fold another block first.`;
}

/** The node that a key leads to; the node itself if it is to fold or unfold. */
function target(view, node, key) {
  const { shown } = view;
  const place = shown.indexOf(node);
  const isOpen = node.isBlock && state.unfolded.has(node.key);
  switch (key) {
    case "ArrowDown": return shown[place + 1];
    case "ArrowUp": return shown[place - 1];
    case "Home": return shown[0];
    case "End": return shown.at(-1);
    case "ArrowRight": return isOpen ? shown[place + 1] : node.isBlock && node;
    case "ArrowLeft": return isOpen ? node : node.block;
    case "Enter":
    case " ": return node.isBlock && node;
    default: return null;
  }
}
