// The memory timeline: what is alive while each layer runs, of that what only waits, and where the peak is.
import { h, replace, s } from "./dom.js";
import { compact, heading, written } from "./format.js";
import { layerOf } from "./model.js";
import { change, current, state, watch } from "./state.js";

const HEIGHT = 140;
const WIDTH = 1000;

/** The section of the timeline; returns what shows a new network. */
export function memorySection(element) {
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const track = h("div", { class: "timeline", role: "slider", tabindex: 0, "aria-label": "Memory, layer after layer",
    "aria-valuemin": 1 }, svg);
  const said = h("p", { class: "said" });
  const scale = h("p", { class: "timeline-ends" });
  const view = { svg, track, said, scale, model: null };
  element.append(h("h2", {}, "Memory while it runs"), said, track, scale,
    h("p", { class: "key" }, h("span", { class: "used" }), " read or written by the layer ",
      h("span", { class: "waiting" }), " waiting for later layers; activations only, no parameters"));
  follow(view);
  watch((changed) => {
    if (view.model && (changed.has("selected") || changed.has("pointed"))) mark(view);
  });
  return (model) => {
    view.model = model;
    draw(view);
    mark(view);
  };
}

function follow(view) {
  const nodeAt = (event) => {
    const { left, width } = view.track.getBoundingClientRect();
    const { found, nodes } = view.model;
    return nodes[Math.min(found.layers - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * found.layers)))];
  };
  view.track.addEventListener("pointermove", (event) => change({ pointed: nodeAt(event).key }));
  view.track.addEventListener("pointerleave", () => change({ pointed: null }));
  view.track.addEventListener("click", (event) => change({ selected: nodeAt(event).key }));
  view.track.addEventListener("keydown", (event) => {
    const { found, nodes } = view.model;
    const place = placeOf(view) ?? 0;
    const last = found.layers - 1;
    const steps = { ArrowRight: place + 1, ArrowUp: place + 1, ArrowLeft: place - 1, ArrowDown: place - 1, Home: 0,
      End: last, PageUp: place + 10, PageDown: place - 10 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    change({ pointed: null, selected: nodes[Math.min(last, Math.max(0, steps[event.key]))].key });
  });
}

const placeOf = ({ model }) => {
  const node = model.byKey.get(current());
  return node && layerOf(node);
};

function draw(view) {
  const { found } = view.model;
  const alive = found.values[found.timeline.alive].slice(0, found.layers).map(Number);
  const waiting = found.timeline.waiting.map(Number);
  const most = Math.max(...alive) || 1;
  const step = WIDTH / found.layers;
  const area = (values) => `M0,${HEIGHT} ${values.map((value, place) =>
    `V${HEIGHT - (value / most) * (HEIGHT - 8)} H${(place + 1) * step}`).join(" ")} V${HEIGHT} z`;
  replace(view.svg, s("path", { class: "used", d: area(alive) }), s("path", { class: "waiting", d: area(waiting) }),
    s("rect", { class: "now", y: 0, width: Math.max(step, 2), height: HEIGHT }));
  const peak = found.nodes[alive.indexOf(Math.max(...alive))].path;
  const unit = found.columns.find((one) => one.name === found.timeline.alive).unit;
  replace(view.scale, h("span", {}, found.nodes[0].path),
    h("span", {}, `peak ${compact(most, unit)} at ${peak}`), h("span", {}, found.nodes[found.layers - 1].path));
  view.track.setAttribute("aria-valuemax", found.layers);
}

function mark(view) {
  const { found, nodes } = view.model;
  const place = placeOf(view);
  if (place == null) return;
  const column = found.columns.find((one) => one.name === found.timeline.alive);
  const text = `${nodes[place].path}: ${written(found.values[column.name][place])} ${column.unit} alive, ` +
    `of which ${written(found.timeline.waiting[place])} ${column.unit} wait`;
  view.svg.querySelector(".now").setAttribute("x", (place * WIDTH) / found.layers);
  view.track.setAttribute("aria-valuenow", place + 1);
  view.track.setAttribute("aria-valuetext", text);
  view.track.title = column.doc;
  replace(view.said, text);
}
