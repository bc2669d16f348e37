// Comma-separated values, as `--format csv` writes them, and the clipboard.

const quoted = (value) => {
  const text = value == null ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines of rows. */
export const csv = (rows) => rows.map((row) => row.map(quoted).join(",")).join("\n");

/** Put a text on the clipboard; resolves to whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOld(text); // a page that was opened as a file may not be trusted with the clipboard
  }
}

function copyOld(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const worked = document.execCommand("copy");
  area.remove();
  return worked;
}
