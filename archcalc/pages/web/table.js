// The table of layers: TanStack Table sorts, filters and hides columns; the rows are plain HTML.
import {
  createTable, getCoreRowModel, getFilteredRowModel, getSortedRowModel,
} from "@tanstack/table-core";
import { copy, csv } from "./csv.js";
import { control, h, replace } from "./dom.js";
import { heading, shown, untimes } from "./format.js";
import { pointer } from "./pointer.js";
import { change, current, watch } from "./state.js";

// What the reader has made of the table; it outlives a change of the network.
const own = { sorting: [], globalFilter: "", columnVisibility: null, isWhole: false };

/** The section of the table; returns what shows a new network. */
export function tableSection(element) {
  const view = { model: null, table: null, rows: new Map(), said: h("span", { role: "status", class: "said" }) };
  view.chooser = h("details", { class: "chooser" });
  view.grid = h("table", {});
  element.append(h("h2", {}, "Layers"), toolbar(view), h("div", { class: "table-frame", tabindex: 0, role: "region",
    "aria-label": "Table of layers" }, view.grid));
  view.grid.addEventListener("pointermove", (event) => {
    if (pointer.isMoved) change({ pointed: keyOf(event) });
  });
  view.grid.addEventListener("pointerleave", () => change({ pointed: null }));
  view.grid.addEventListener("click", (event) => {
    const key = keyOf(event);
    if (key) change({ selected: key, pointed: null });
  });
  watch((changed) => {
    if (view.model && (changed.has("selected") || changed.has("pointed"))) mark(view);
  });
  return (model) => {
    view.model = model;
    own.columnVisibility ??= Object.fromEntries(model.found.columns.map((one) => [one.name, one.is_shown]));
    build(view);
    drawChooser(view);
    draw(view);
  };
}

const keyOf = (event) => event.target.closest("tr[data-key]")?.dataset.key ?? null;

function toolbar(view) {
  const filter = control("input", { type: "search", id: "filter", placeholder: "conv, 64x56, \u2026",
    oninput: () => update(view, { globalFilter: filter.value }) });
  const whole = control("input", { type: "checkbox", id: "whole", onchange: () => update(view, { isWhole: whole.checked }) });
  return h("div", { class: "toolbar screen-only" },
    h("label", { for: "filter" }, "Filter "), filter,
    h("span", {}, whole, h("label", { for: "whole" }, " layers in place and views, too")),
    view.chooser,
    h("button", { type: "button", onclick: () => copyRows(view) }, "Copy as CSV"), view.said);
}

function update(view, values) {
  Object.assign(own, values);
  build(view);
  draw(view);
}

/** A table of TanStack over the rows that are wanted. */
function build(view) {
  const { found, nodes } = view.model;
  const quiet = new Set(found.quiet);
  const data = nodes.slice(0, found.layers).filter((node) => own.isWhole || !quiet.has(node.index));
  const { sorting, globalFilter, columnVisibility } = own;
  const state = { sorting, globalFilter, columnVisibility, columnPinning: {}, columnOrder: [] };
  view.table = createTable({
    data,
    columns: found.columns.map((column) => ({
      id: column.name,
      accessorFn: (node) => found.values[column.name][node.index],
      sortingFn: column.is_number ? byNumber : byText,
      sortDescFirst: column.is_number,
      sortUndefined: "last",
      meta: column,
    })),
    state,
    renderFallbackValue: null,
    getColumnCanGlobalFilter: (column) => column.getIsVisible() && !column.columnDef.meta.is_number,
    globalFilterFn: (row, id, wanted) =>
      String(row.getValue(id) ?? "").toLowerCase().includes(untimes(wanted).trim().toLowerCase()),
    getCoreRowModel: getCoreRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
    getSortedRowModel: getSortedRowModel(),
    onStateChange: () => {},
    onSortingChange: (next) => update(view, { sorting: next(own.sorting) }),
    onColumnVisibilityChange: (next) => update(view, { columnVisibility: next(own.columnVisibility) }),
  });
}

/** Numbers by size, also those that are too large to be numbers here; nothing is least. */
function byNumber(a, b, id) {
  const [one, other] = [a, b].map((row) => exact(row.getValue(id)));
  return one < other ? -1 : one > other ? 1 : 0;
}

const exact = (value) => (value == null ? -Infinity : typeof value === "string" ? BigInt(value) : value);

/** Texts with the numbers in them by size: 3x3 before 11x11. */
const byText = (a, b, id) =>
  String(a.getValue(id) ?? "").localeCompare(String(b.getValue(id) ?? ""), "en", { numeric: true });

function drawChooser(view) {
  replace(view.chooser, h("summary", {}, "Columns"), h("div", { class: "choices" },
    view.table.getAllLeafColumns().filter(({ id }) => id !== "name").map((column) => {
      const { meta } = column.columnDef;
      const box = control("input", { type: "checkbox", name: column.id, checked: own.columnVisibility[column.id],
        onchange: () => view.table.getColumn(column.id).toggleVisibility(box.checked) });
      return h("label", { title: meta.doc }, box, " ", heading(meta));
    })));
}

function draw(view) {
  const { found } = view.model;
  const columns = view.table.getVisibleLeafColumns();
  const rows = view.table.getRowModel().rows.map((row) => row.original);
  const focused = document.activeElement?.closest("th[data-column]")?.dataset.column;
  const cells = (tag, one) => columns.map((column) => {
    const { is_number: isNumber, name } = column.columnDef.meta;
    return h(name === "name" ? "th" : tag, { class: isNumber ? "number" : null, scope: name === "name" ? "row" : null,
      "data-column": name }, one(column));
  });
  view.rows = new Map(rows.map((node) => [node.key,
    h("tr", { "data-key": node.key }, cells("td", (column) => cell(found, column, node)))]));
  replace(view.grid,
    h("caption", {}, `${rows.length} of ${found.layers} layers`),
    h("thead", {}, h("tr", {}, columns.map((column) => head(column)))),
    h("tbody", {}, [...view.rows.values()]),
    h("tfoot", {}, h("tr", {}, cells("td", ({ id }) => (id === "name" ? "total of the network" : found.sums[id])))));
  if (focused) view.grid.querySelector(`thead th[data-column="${focused}"] button`)?.focus();
  mark(view);
}

function head(column) {
  const { meta } = column.columnDef;
  const sorted = column.getIsSorted();
  const sign = sorted === "asc" ? " \u25b2" : sorted === "desc" ? " \u25bc" : "";
  return h("th", { scope: "col", class: meta.is_number ? "number" : null, "data-column": meta.name, title: meta.doc,
    "aria-sort": sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none" },
  h("button", { type: "button", onclick: () => column.toggleSorting() }, heading(meta),
    h("span", { "aria-hidden": "true" }, sign)));
}

function cell(found, column, node) {
  if (column.id === "name") return h("button", { type: "button", class: "link" }, node.path);
  const { meta } = column.columnDef;
  return found.texts[column.id]?.[node.index] ?? shown(found.values[column.id][node.index], meta);
}

async function copyRows(view) {
  const columns = view.table.getVisibleLeafColumns();
  const rows = view.table.getRowModel().rows;
  const text = csv([columns.map((column) => column.id), ...rows.map((row) => columns.map(({ id }) => row.getValue(id)))]);
  replace(view.said, (await copy(text)) ? `${rows.length} rows copied` : "the browser refused the clipboard");
}

function mark(view) {
  view.marked?.classList.remove("pointed");
  view.marked = view.rows.get(current());
  view.marked?.classList.add("pointed");
}
