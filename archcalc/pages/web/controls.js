// The vars as controls: a choice each, of values for which everything was computed beforehand.
import { control, h } from "./dom.js";

/** Controls for the choices of a page; `choose` is called with the places of the values that are chosen. */
export function controls(element, { choices, start }, choose) {
  if (!choices.length) return;
  const picks = [...start];
  element.append(h("h2", {}, "Vars"), h("div", { class: "vars" }, choices.map(([name, values], index) => {
    const select = control("select", { id: `var-${index}`, onchange: () => {
      picks[index] = select.selectedIndex;
      choose(picks);
    } }, values.map((value, place) => h("option", { selected: place === start[index] }, value)));
    return h("span", { class: "var" }, h("label", { for: `var-${index}` }, name, " "), select);
  })));
}
