// Whether the pointer itself has moved, or only what lies below it: who walks by keyboard scrolls under it.

export const pointer = { isMoved: false };

let last = null;

document.addEventListener("pointermove", ({ clientX, clientY }) => {
  const place = `${clientX} ${clientY}`;
  pointer.isMoved = place !== last;
  last = place;
}, true);
