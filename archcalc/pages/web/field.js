// The receptive field of a layer, drawn on the input. Where it lies is computed beforehand.
import { h, s } from "./dom.js";
import { times } from "./format.js";

const SIDE = 240; // of the drawing, in pixels
const FINE = 40; // up to so many input pixels a side, each is drawn
const FLAT = 8; // a sequence is drawn as high as this part of its length

/** The drawing and its sentence for the layer with this index. */
export function drawField(found, index) {
  const field = found.fields[index];
  const input = found.nodes[field.input].path;
  const size = found.inputs[input] ?? [];
  const text = sentence(found, index, field, size);
  const heading = h("h4", {}, `receptive field on ${input}`);
  if (!size.length || (!field.box && !field.is_global)) return h("section", {}, heading, h("p", { class: "note" }, text));
  const whole = size.map((length) => [0, length - 1]);
  const box = field.box ?? whole;
  return h("figure", { class: "field" }, heading, drawing(size, whole, box, field.next, text), h("figcaption", {}, text));
}

function sentence(found, index, field, size) {
  const extent = found.values.receptive_field[index];
  if (field.is_global) return "Every output sees the whole input.";
  if (!field.box) return extent ? `${times(extent)} px.` : "It is not followed here.";
  const names = field.box.length === 2 ? ["rows", "columns"] : field.box.map((_, axis) => `axis ${axis + 1}:`);
  const ranges = field.box.map(([low, high], axis) => `${names[axis]} ${low} to ${high}`).join(", ");
  const where = field.at ? `Output position (${field.at.join(", ")}) sees` : "Every output sees";
  const jump = found.values.jump[index];
  const next = field.next && jump ? ` Dashed: the next one, ${times(jump)} px on.` : "";
  const outside = field.box.some(([low, high], axis) => low < 0 || high >= size[axis]) ? " What lies outside is padding." : "";
  return `${where} ${ranges} of the input, ${times(extent)} px.${next}${outside}`;
}

function drawing(size, whole, box, next, text) {
  const boxes = [whole, box, next].filter(Boolean).map((one) => rectangle(one, size));
  const left = Math.min(...boxes.map((one) => one.x));
  const top = Math.min(...boxes.map((one) => one.y));
  const width = Math.max(...boxes.map((one) => one.x + one.width)) - left;
  const height = Math.max(...boxes.map((one) => one.y + one.height)) - top;
  const scale = SIDE / Math.max(width, height);
  const rect = (name, one) => s("rect", { class: name, ...one });
  const [input, seen, neighbour] = boxes;
  return s("svg", { role: "img", "aria-label": text, width: width * scale + 2, height: height * scale + 2,
    viewBox: `${left - 1 / scale} ${top - 1 / scale} ${width + 2 / scale} ${height + 2 / scale}` },
    rect("input", input), grid(input), rect("seen", seen), neighbour && rect("neighbour", neighbour));
}

/** The last two axes of a range of positions; a sequence as a band. */
function rectangle(ranges, size) {
  if (ranges.length === 1) {
    const [[low, high]] = ranges;
    return { x: low, y: 0, width: high - low + 1, height: Math.max(1, size[0] / FLAT) };
  }
  const [[top, bottom], [left, right]] = ranges.slice(-2);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function grid({ width, height }) {
  if (Math.max(width, height) > FINE) return null;
  const columns = Array.from({ length: width - 1 }, (_, place) => `M${place + 1},0 V${height}`);
  const rows = Array.from({ length: Math.floor(height) - 1 }, (_, place) => `M0,${place + 1} H${width}`);
  return s("path", { class: "grid", d: [...columns, ...rows].join(" ") });
}
