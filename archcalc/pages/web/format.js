// How values are written. They come computed; here they get separators, and units that people read.

const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A number with commas; one that came as text, being too large for a number, exactly. */
export function written(value) {
  if (value == null) return "";
  return (typeof value === "string" ? BigInt(value) : value).toLocaleString("en-US", { maximumFractionDigits: 3 });
}

/** A number in a few characters, 1.85G, for where its exact value does not fit. */
export function compact(value, unit = "") {
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const text = Math.abs(number) < 10000 ? written(number) : COMPACT.format(number).replace("B", "G");
  return unit === "B" ? `${text.replace(/([KMGT])$/, " $1")}${/[KMGT]$/.test(text) ? "B" : " B"}` : text;
}

/** Shapes with the sign for times: 64×112×112. */
export const times = (text) => String(text).replace(/(\d)x(?=\d)/g, "$1×");

/** What shapes written like this are called in the data: 64x112x112. */
export const untimes = (text) => text.replaceAll("\u00d7", "x");

/** A value of a column: numbers with commas, shapes with the sign for times. */
export const shown = (value, column) => (column.is_number ? written(value) : times(value ?? ""));

/** A column's heading with its unit. */
export const heading = (column) => (column.unit ? `${column.heading} [${column.unit}]` : column.heading);

/** The largest number in a value, which may be a text such as 27x27; NaN for words. */
export function largest(value) {
  if (value == null) return NaN;
  if (typeof value === "number") return value;
  const numbers = String(value).match(/\d+(\.\d+)?/g);
  return numbers ? Math.max(...numbers.map(Number)) : NaN;
}
