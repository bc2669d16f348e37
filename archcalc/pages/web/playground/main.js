// The playground: the editor on the left, and on the right the page of what is typed, or why there is none.
import { h, replace } from "../dom.js";
import { render } from "../main.js";
import { state } from "../state.js";
import { asker } from "./ask.js";
import { editor } from "./editor.js";
import { mistakeList } from "./mistakes.js";
import { toolbar } from "./toolbar.js";

const PAUSE = 60; // ms without a key after which the text is computed

const data = JSON.parse(document.getElementById("playground").textContent);
const side = document.getElementById("editor-side");
const shown = document.getElementById("page-side");
const problem = h("div", { role: "alert", class: "problem", hidden: true });
const mistakes = mistakeList((place) => view.goTo(place));
const ask = asker(data.token, answered);
const view = editor(data, changed);
let timer = null;

/** The numbers are of an earlier text from the first key on. */
function changed() {
  shown.setAttribute("aria-busy", "true");
  ask.overtake();
  clearTimeout(timer);
  timer = setTimeout(() => ask.about(view.text()), PAUSE);
}

/** Show a document, or that there is none. */
function answered({ document: found, errors = [] }) {
  shown.removeAttribute("aria-busy");
  if (found) render(found);
  document.body.classList.toggle("is-wrong", !found);
  problem.hidden = Boolean(found);
  if (!found) replace(problem, h("strong", {}, said(errors)), h("p", {}, where(errors[0]), errors[0].text));
  mistakes.show(errors);
  view.mark(errors);
  performance.mark("archcalc-answered");
}

const said = ({ length }) =>
  (length === 1 ? "No numbers, until this is put right:" : `No numbers, until ${length} mistakes are put right. The first:`);

const where = ({ line, column, file }) => (line ? `${file ? `${file}, ` : ""}line ${line}, column ${column}: ` : "");

/** Begin with another text, as if it were the first: nothing is selected or unfolded. */
function begin(text) {
  Object.assign(state, { unfolded: null, selected: null, pointed: null });
  view.replace(text);
}

side.append(toolbar(data, view, begin), view.element, mistakes.element);
shown.prepend(problem);
performance.mark("archcalc-ready");
begin(data.text);
