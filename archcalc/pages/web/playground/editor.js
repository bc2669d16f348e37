// The editor: CodeMirror for YAML, with the words of the language to complete and the mistakes underlined.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentService, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { completer } from "./complete.js";
import { rangeOf } from "./places.js";

const LABEL = "Spec in YAML. Escape, then Tab, leaves the editor.";

/** Columns before a new line: as many as before the last one, and more if that is a key without a value. */
function indentation(context, position) {
  const { text } = context.lineAt(position, -1);
  const [, spaces, dash] = text.match(/^( *)((?:- +)*)/);
  return /:\s*$/.test(text) ? spaces.length + dash.length + 2 : spaces.length;
}

/** The editor; `changed` is called when its text has changed. */
export function editor({ language, zoo, nonce }, changed) {
  const view = new EditorView({
    extensions: [
      EditorView.cspNonce.of(nonce),
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), lintGutter(),
      history(), drawSelection(), bracketMatching(), closeBrackets(),
      EditorState.tabSize.of(2), indentService.of(indentation),
      yaml(), syntaxHighlighting(classHighlighter),
      autocompletion({ override: [completer(language, zoo)], icons: false }),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap,
        indentWithTab]),
      EditorView.contentAttributes.of({ "aria-label": LABEL, spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => update.docChanged && changed()),
    ],
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true,
      userEvent: "input.replace",
    }),
    mark: (errors) => view.dispatch(setDiagnostics(view.state, errors.filter(({ line }) => line).map((error) => ({
      ...rangeOf(view.state.doc, error), severity: "error", message: error.file ? `${error.file}: ${error.text}` : error.text,
    })))),
    goTo: (error) => {
      view.dispatch({ selection: { anchor: rangeOf(view.state.doc, error).from }, scrollIntoView: true });
      view.focus();
    },
  };
}
