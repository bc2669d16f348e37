// Questions to the server: one at a time, and only the answer to the last of them counts.

const GONE = "The server does not answer. Is archcalc serve still running? Change the text to ask again.";

/** What asks about texts, and calls `answered` unless a later text has come in between. */
export function asker(token, answered) {
  let last = 0;
  let isBusy = false;
  let waiting = null;

  async function about(text) {
    if (isBusy) {
      waiting = text;
      return;
    }
    isBusy = true;
    const number = last;
    const found = await answer(token, text);
    isBusy = false;
    if (waiting !== null) {
      const next = waiting;
      waiting = null;
      about(next);
    } else if (number === last) answered(found);
  }

  return { about, overtake: () => { last += 1; } };
}

async function answer(token, text) {
  try {
    const response = await fetch("/compute", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Archcalc-Token": token },
      body: JSON.stringify({ text: text.toWellFormed?.() ?? text }),
    });
    const found = await response.json();
    return found.problem ? { errors: [{ text: found.problem }] } : found;
  } catch {
    return { errors: [{ text: GONE }] };
  }
}
