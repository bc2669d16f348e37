// The documents of the variants, out of the pool in which what they share stands once.

/** Which variant has these choices: the last var changes fastest. */
export function placeOf(data, picks) {
  return data.choices.reduce((place, [, values], index) => place * values.length + picks[index], 0);
}

/** The document of one variant: as `document` of Python gives it, or `{error}`. */
export function documentAt(data, place) {
  const found = {};
  for (const [key, part] of Object.entries(data.variants[place])) {
    found[key] = typeof part === "number" ? data.pool[part] : byName(data.pool, part);
  }
  if (found.arithmetic) found.arithmetic = { sections: data.pool, of: found.arithmetic };
  return found;
}

const byName = (pool, places) =>
  Object.fromEntries(Object.entries(places).map(([name, place]) => [name, pool[place]]));
