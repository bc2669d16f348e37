// The mistakes below the editor, each leading to its place.
import { h, replace } from "../dom.js";

/** The list; `goTo` is called with the mistake that is chosen. */
export function mistakeList(goTo) {
  const list = h("ol", { "aria-label": "Mistakes" });
  const element = h("section", { class: "mistakes", hidden: true }, list);
  return { element, show: (errors) => {
    element.hidden = !errors.length;
    replace(list, errors.map((error) => h("li", {}, error.line
      ? h("button", { type: "button", class: "link", onclick: () => goTo(error) },
        h("span", { class: "place" }, error.file ? `${error.file}:` : "", `${error.line}:${error.column}`), " ", error.text)
      : error.text)));
  } };
}
