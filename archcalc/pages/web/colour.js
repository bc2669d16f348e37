// Colours of nodes by a column: cividis, which the colour-blind read too, on a logarithmic scale where values span decades.
import { scaleLinear, scaleLog } from "d3-scale";
import { interpolateCividis } from "d3-scale-chromatic";
import { h, replace } from "./dom.js";
import { compact, heading, largest } from "./format.js";

const DECADES = 30; // from the least to the most: beyond, a linear scale would show only the largest

/** The colours for the values of a column over the nodes that are visible. */
export function coloursOf(found, name, nodes) {
  const values = found.values[name];
  const shown = nodes.map((node) => largest(values[node.index])).filter((value) => value > 0);
  const ends = shown.length ? [Math.min(...shown), Math.max(...shown)] : [0, 0];
  const isLog = ends[1] > ends[0] * DECADES;
  const scale = (isLog ? scaleLog() : scaleLinear()).domain(isLog ? ends : [0, ends[1]]);
  const shade = (part) => interpolateCividis(0.08 + 0.92 * part);
  const fill = (node) => {
    const value = values[node.index];
    if (value === "global") return shade(1);
    return largest(value) > 0 ? shade(scale(largest(value))) : null;
  };
  const column = found.columns.find((one) => one.name === name);
  const hasWords = nodes.some((node) => values[node.index] === "global");
  return { column, ends: isLog ? ends : [0, ends[1]], isLog, shade, fill, scale, hasWords };
}

/** Black or white, whichever can be read on a colour. */
export function inkOn(fill) {
  const [red, green, blue] = fill.match(/\d+/g).map((part) => (Number(part) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}

/** What the colours mean: the ends and the middle of the scale, with the unit. */
export function drawLegend(element, colours) {
  const { column, ends, isLog, shade, scale, hasWords } = colours;
  const steps = Array.from({ length: 24 }, (_, step) => {
    const cell = h("span", {});
    cell.style.background = shade(step / 23);
    return cell;
  });
  const unit = column.unit;
  const ticks = [ends[0], scale.invert(0.5), ends[1]].map((value) => h("span", {}, tick(value, unit)));
  replace(
    element,
    h("span", { class: "legend-title", title: column.doc }, heading(column), isLog ? ", logarithmic" : ""),
    h("span", { class: "legend-scale" }, h("span", { class: "legend-steps", "aria-hidden": "true" }, steps),
      h("span", { class: "legend-ticks" }, ticks)),
    h("span", { class: "legend-none" }, h("span", { "aria-hidden": "true" }), "0 or none"),
    hasWords && h("span", {}, "brightest: global"),
  );
}

const tick = (value, unit) => compact(value >= 10 ? Math.round(value) : Number(value.toPrecision(2)), unit);
