// Above the editor: a network of the zoo to start from, and the text as a file.
import { h, replace } from "../dom.js";

/** The bar; `begin` is called with the text of the network that is chosen. */
export function toolbar({ zoo }, view, begin) {
  const said = h("span", { role: "status", class: "said" });
  const choice = h("select", { id: "zoo", onchange: async () => {
    const name = choice.value;
    choice.value = ""; // so that the same can be chosen again; and what is typed need not be that network any more
    try {
      const response = await fetch(`/zoo/${name}`);
      if (!response.ok) throw new Error(response.statusText);
      begin(await response.text());
      replace(said, "");
    } catch {
      replace(said, "The server does not answer.");
    }
  } }, h("option", { value: "" }, "a network of the zoo"), zoo.map((name) => h("option", {}, name)));
  return h("header", { class: "bar" }, h("h2", {}, "Spec"),
    h("span", {}, h("label", { for: "zoo" }, "Start from "), choice),
    h("button", { type: "button", title: "The text as a file: nothing else keeps it", onclick: () => download(view.text()) },
      "Download spec"), said);
}

function download(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  h("a", { href: address, download: `${nameIn(text)}.yaml` }).click();
  URL.revokeObjectURL(address);
}

const nameIn = (text) =>
  text.match(/^name:\s*["']?(.*?)["']?\s*$/m)?.[1].toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "") || "spec";
