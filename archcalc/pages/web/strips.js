// The graph for paper: cut into strips side by side, as a tall one would be too small on a sheet.
import { s } from "./dom.js";

const SHEET = { width: 17, height: 15 }; // cm that a graph may take
const LARGEST = 0.026; // cm a pixel: text no larger than that around it
const GAP = 12;

/** Copies of the drawing with this id, of as many parts as make it largest; cut where no layer is. */
export function strips(id, { width, height }, boxes) {
  const scaleOf = (count) => Math.min(SHEET.width / (count * (width + GAP)), (SHEET.height * count) / height, LARGEST);
  const counts = Array.from({ length: 12 }, (_, place) => place + 1);
  const best = counts.reduce((a, b) => (scaleOf(b) > scaleOf(a) * 1.05 ? b : a));
  const cuts = [0, ...cutsOf(best, height, boxes), height];
  const scale = Math.min(scaleOf(best), SHEET.height / Math.max(...cuts.slice(1).map((end, place) => end - cuts[place])));
  return cuts.slice(1).map((end, place) => {
    const top = cuts[place];
    return s("svg", { viewBox: `0 ${top} ${width} ${end - top}`, width: `${width * scale}cm`,
      height: `${(end - top) * scale}cm` }, s("use", { href: `#${id}` }));
  });
}

/** Where to cut: near the ends of equal parts, but not through a node. */
function cutsOf(count, height, boxes) {
  const isFree = (y) => boxes.every((box) => Math.abs(box.y - y) > box.height / 2);
  return Array.from({ length: count - 1 }, (_, place) => {
    const wanted = ((place + 1) * height) / count;
    for (let off = 0; off < height / count / 2; off++) {
      if (isFree(wanted - off)) return wanted - off;
      if (isFree(wanted + off)) return wanted + off;
    }
    return wanted;
  });
}
