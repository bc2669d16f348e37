// What the reader has chosen, by path, so that it outlives a change of the network; and who wants to know.

export const state = {
  unfolded: null, // keys of blocks; null until the first network is there
  selected: null, // key of a layer or block
  pointed: null, // key under the cursor; it goes before what is selected
  colour: "macs",
  zoom: 1,
};

const listeners = new Set();

/** Call a function with the names of what has changed, whenever something has. */
export const watch = (listener) => listeners.add(listener);

/** Change the state and tell everybody. */
export function change(values) {
  const changed = Object.keys(values).filter((name) => state[name] !== values[name]);
  Object.assign(state, values);
  if (changed.length) for (const listener of listeners) listener(new Set(changed));
}

/** The key of what is shown in detail. */
export const current = () => state.pointed ?? state.selected;
