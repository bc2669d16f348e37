"""What the editor completes, as data: the words of the spec language with their docs, and what the zoo offers.

The words are those of the JSON Schema (`archcalc schema`), so that both say the same.
"""

from __future__ import annotations

import os

from archcalc.spec.expressions import IN_CHANNELS, IN_SIZE, INDEX
from archcalc.spec.layers import GROUPS
from archcalc.spec.locate import read_file, zoo_folder
from archcalc.spec.operators import FUNCTIONS
from archcalc.spec.read import Mapping, Scalar, Sequence, read_text
from archcalc.spec.schema import OPEN, schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from archcalc.spec.read import Node

IN_EXPRESSIONS = {
    IN_CHANNELS: "channels of the tensor that arrives here",
    IN_SIZE: "spatial sizes of the tensor that arrives here, a list",
    INDEX: "which of the repetitions this is, from 0",
}


def language() -> dict[str, Any]:
    """The keys of a file, ops with their attributes, groups, modifiers, and names for expressions, with docs.

    >>> found = language()
    >>> found["ops"]["linear"]["attributes"]["units"]["doc"]
    'number of outputs (neurons): a whole number of at least 1; required'
    >>> found["ops"]["conv"]["attributes"]["padding"]["words"], found["files"]["blocks/bottleneck.yaml"]["blocks"]
    (['valid', 'half', 'same'], ['bottleneck'])
    """
    found = schema()
    definitions = found["definitions"]
    layer = next(form for form in definitions[OPEN]["anyOf"] if "properties" in form)["properties"]
    ops = {name.removeprefix("op_"): part for name, part in definitions.items() if name.startswith("op_")}
    merges = [name for name in ops if layer[name].get("if")]
    return {
        "keys": _docs(found["properties"]),
        "block": _docs(definitions["block"]["properties"]),
        "var": _docs(definitions["var"]["then"]["properties"]),
        "modifiers": _docs(definitions["modifiers"]["properties"]),
        "groups": {name: layer[name]["description"] for name in GROUPS},
        "merges": merges,
        "bare": next(form["enum"] for form in definitions[OPEN]["anyOf"] if "enum" in form),
        "ops": {
            name: {
                "doc": part["description"],
                "attributes": {
                    key: {"doc": one["description"], "words": _words(one, definitions)}
                    for key, one in part["properties"].items()
                },
            }
            for name, part in ops.items()
        },
        "functions": list(FUNCTIONS),
        "names": IN_EXPRESSIONS,
        "files": dict(_files()),
    }


def _docs(properties: dict[str, Any]) -> dict[str, str]:
    return {name: part.get("description", "") for name, part in properties.items()}


def _words(attribute: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    """The words that an attribute may be."""
    kind = definitions[attribute["allOf"][0]["$ref"].removeprefix("#/definitions/")]
    if "boolean" in kind.get("type", ()):
        return ["true", "false"]
    return next((form["enum"] for form in kind.get("anyOf", ()) if "enum" in form), [])


def _files() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The files of the zoo with the blocks and vars that each defines, and the files that it takes more from."""
    for folder, _, names in os.walk(zoo_folder()):
        inside = os.path.relpath(folder, zoo_folder())
        if inside == "claims":
            continue
        for name in sorted(name for name in names if name.endswith(".yaml")):
            root = read_text(read_file(os.path.join(folder, name)))
            file = name if inside == os.curdir else f"{inside}/{name}"
            if isinstance(root, Mapping):
                takes = [*_listed(root.get("extends")), *_listed(root.get("import"))]
                yield file, {"blocks": _keys(root.get("blocks")), "vars": _keys(root.get("vars")), "takes": takes}


def _keys(node: Node | None) -> list[str]:
    return [key.text for key, _ in node.pairs] if isinstance(node, Mapping) else []


def _listed(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return [item.text for item in items if isinstance(item, Scalar)]
