// Light or dark: as the system has it, until the reader says otherwise.
import { h } from "./dom.js";

/** The button that turns one into the other. */
export function themeButton() {
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  return h("button", { type: "button", class: "theme screen-only", title: "Light or dark", "aria-label": "Light or dark",
    onclick: () => {
      document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    } }, "\u25d0");
}
