// The page: its sections once, and then a network in them, and another whenever the reader changes a var.
import { controls } from "./controls.js";
import { detailsSection } from "./details.js";
import { h, replace } from "./dom.js";
import { graphSection } from "./graph.js";
import { memorySection } from "./memory.js";
import { modelOf } from "./model.js";
import { tableSection } from "./table.js";
import { themeButton } from "./theme.js";
import { documentAt, placeOf } from "./unpack.js";

let parts = null;

/** Show a document of `archcalc.pages.document`, or `{error}`; folding, selection and sorting stay as they are. */
export function render(found) {
  parts ??= frame(document.getElementById("page"));
  parts.shown.hidden = Boolean(found.error);
  parts.problem.hidden = !found.error;
  replace(parts.problem, found.error && `There is no such network: ${found.error}`);
  if (found.error) {
    for (const part of [parts.facts, parts.totals, parts.news]) replace(part);
    return;
  }
  replace(parts.title, found.title, " ", found.source && h("small", {}, found.source));
  replace(parts.facts, found.facts.map((fact) => h("p", {}, fact)));
  replace(parts.totals, found.totals.map((total) =>
    h("div", { title: total.doc }, h("dt", {}, total.heading), h("dd", { "data-total": total.name }, total.text), total.more && h("dd", { class: "more" }, total.more))));
  replace(parts.news, `${found.title}: ${found.totals.slice(0, 4).map((one) => `${one.heading} ${one.text}`).join(", ")}`);
  const model = modelOf(found);
  for (const show of parts.sections) show(model);
  replace(parts.notes, found.parts && partsTable(found.parts), found.notes.map((note) => h("p", {}, note)));
}

/** The empty page. */
function frame(element) {
  const part = (tag, name) => h(tag, { class: name });
  const [facts, totals, notes, vars] = ["facts", "totals", "notes", "controls screen-only"].map((name) =>
    part(name === "totals" ? "dl" : "div", name));
  const title = h("h1", {});
  const news = h("p", { role: "status", class: "unseen" });
  const problem = h("p", { role: "alert", class: "problem", hidden: true });
  const [graph, details, memory, table] = ["graph", "layer", "memory", "table"].map((name) => part("section", name));
  const shown = h("main", {}, totals, h("div", { class: "beside" }, graph, details), memory, table, notes);
  replace(element, h("header", {}, themeButton(), title, facts), vars, news, problem, shown);
  const sections = [detailsSection(details), graphSection(graph), memorySection(memory), tableSection(table)];
  return { title, facts, totals, notes, vars, news, problem, shown, sections };
}

function partsTable([headings, rows]) {
  const cells = (tag, row) => h("tr", {}, row.map((text) => h(tag, {}, text)));
  return h("table", { class: "parts" }, h("thead", {}, cells("th", headings)),
    h("tbody", {}, rows.map((row) => cells("td", row))));
}

/** Show what stands in the file. */
export function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const choose = (picks) => render(documentAt(data, placeOf(data, picks)));
  choose(data.start);
  controls(parts.vars, data, choose);
  performance.mark("archcalc-ready");
}

if (document.getElementById("data")) start();
