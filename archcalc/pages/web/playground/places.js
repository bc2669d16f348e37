// Where a mistake stands in the text: lines and columns as the loader counts them, which are of characters.

/** The range to underline: the word at the place. What is wrong in a file of the zoo is marked where that is named. */
export function rangeOf(doc, { line, column, file }) {
  if (file) return rangeOfName(doc);
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const start = Math.min([...found.text].slice(0, column - 1).join("").length, found.length);
  const word = found.text.slice(start).match(/^(?:"[^"]*"?|'[^']*'?|[^\s,:{}[\]#]+|.)/u)?.[0] ?? "";
  const from = found.from + start;
  // At the end of a line, what comes before it: a mark needs a character to stand under.
  return word ? { from, to: from + word.length } : { from: Math.max(found.from, from - 1), to: from };
}

function rangeOfName(doc) {
  for (let number = 1; number <= doc.lines; number++) {
    const found = doc.line(number);
    if (/^(extends|import)\s*:/.test(found.text)) return { from: found.from, to: found.to };
  }
  return { from: 0, to: doc.line(1).to };
}
