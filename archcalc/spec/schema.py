"""The spec language as a JSON Schema, for editors: made from the ops, their kinds and their docs.

It never refuses what the loader takes, as a YAML 1.2 parser reads it (a var named TRUE is there no name), and it
refuses what can be refused without evaluating an expression or knowing a name. Values of `repeat` and `when` are
free, as the loader asks nothing of them in a block that is never used.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from itertools import combinations

from archcalc.graph.kinds import SIZE, is_required, kind_of
from archcalc.graph.tensor import MAX_AXES
from archcalc.ops import OPS, WORDS, find
from archcalc.spec import expressions, operators
from archcalc.spec.document import KEYS
from archcalc.spec.expressions import (
    IN_CHANNELS,
    IN_SIZE,
    INDEX,
    KEYWORDS,
    MAX_DEPTH,
    MAX_LENGTH,
    NAME,
    NUMBER,
    TEXT,
    TRUTHS,
)
from archcalc.spec.layers import GROUPS, MODIFIERS
from archcalc.spec.program import BLOCK_KEYS, VAR_KEYS
from archcalc.spec.values import MAX_LIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any, TypeAlias

    from archcalc.graph.kinds import Kind

    Schema: TypeAlias = dict[str, Any]

# Names of definitions of values that are evaluated before there are layers.
OUTSIDE = "outside_"

# Two languages of layers. A file that takes blocks from nowhere can only name ops: there a slip is seen.
OPEN, CLOSED = "layer", "layer_of_ops"

# What evaluates to a text or a truth whatever the vars are.
_NO_NUMBER = rf"(?!\s*(?:{expressions.SIZE}|{TEXT}|(?:{'|'.join((*WORDS, *TRUTHS))})\b)\s*$)"
_IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"
_LAYER_NAME = r"^(?!-|[0-9]+$)(?:[A-Za-z0-9_-]|\{[^}]+\})+$"
_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
_RELATIVE = r"^[^/\\][^\\]*$"


def schema() -> Schema:
    """The JSON Schema (draft-07) of a spec file.

    >>> schema()["definitions"]["op_linear"]["properties"]["units"]["description"]
    'number of outputs (neurons): a whole number of at least 1; required'
    """
    used = {_kind_name(kind): _kind(kind) for name in OPS for kind in map(kind_of, fields(find(name)))}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "archcalc spec",
        "description": "A neural network, written down once.",
        **_root(),
        "definitions": {
            **_values(),
            **used,
            **_blocks_and_vars(),
            **{f"op_{name}": _op(name) for name in OPS},
            "modifiers": {"properties": _modifiers(), "dependencies": {**_beside_ops(), **_beside_groups()}},
            **_layers(OPEN),
            **_layers(CLOSED),
        },
    }


def _text(where: str = "", *, is_number: bool = False) -> Schema:
    """What a text must be: an expression, which can be seen to give no number, but no more."""
    words = "expected a number, or an expression that gives one" if is_number else "expected an expression"
    pattern = rf"^{_NO_NUMBER if is_number else ''}{_expression(where)}"
    return {"maxLength": MAX_LENGTH, "pattern": pattern, "patternErrorMessage": words}


def _expression(where: str) -> str:
    """A pattern for expressions without their grammar: operands and operators take turns, brackets need not close.

    None of its parts can match in two ways, so that it cannot take long.
    """
    functions = "|".join(operators.FUNCTIONS)
    unknown = (IN_CHANNELS, IN_SIZE, INDEX) if where == OUTSIDE else ()
    no_name = "|".join((*(word for word in KEYWORDS if word not in TRUTHS), *operators.FUNCTIONS, *unknown))
    operand = rf"(?:{expressions.SIZE}|{NUMBER}|{TEXT}|(?!(?:{no_name})\b){NAME}\b(?!\s*\())"
    before = rf"(?:(?:[-+(]|not\b|(?:{functions})\s*\()\s*){{0,{MAX_DEPTH}}}"
    after = r"(?:\s*[)\]])*"
    between = r"\s*(?:\*\*|//|[<>=!]=|[-+*/%<>\[,]|(?:if|else|and|or)\b)\s*"
    return rf"\s*{before}{operand}{after}(?:{between}{before}{operand}{after})*\s*$"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _described(name: str, description: str, **more: Any) -> Schema:
    """A definition with words of its own: what stands beside a bare $ref is not read."""
    return {"description": description, **more, "allOf": [_ref(name)]}


def _root() -> Schema:
    """The keys of a file, and which of them it needs."""
    keys: Schema = {
        "name": _described("text", "name of the network, shown in reports"),
        "source": _described("text", "where the architecture is defined, shown in reports"),
        "year": {"description": "year of the publication", "type": "integer", "minimum": 1000, "maximum": 9999},
        "family": _described("text", "name that related networks share, in lists of the zoo"),
        "notes": {
            "description": "what a reader should know: where the paper and well-known code differ, and the like",
            "type": ["string", "array"],
            "if": {"type": "string"},
            "then": _ref("text"),
            "items": _ref("text"),
        },
        "extends": _described("file", "spec to start from: what follows overrides it"),
        "import": {
            "description": "files of which the blocks are taken",
            "type": ["string", "array"],
            "if": {"type": "string"},
            "then": _ref("file"),
            "items": _ref("file"),
        },
        "input": _described("input", "[channels, *spatial sizes] without the batch, or a mapping of named inputs"),
        "vars": {
            "description": "knobs: a name and its default, which --set name=value overrides",
            "type": ["object", "null"],
            "propertyNames": _ref("identifier"),
            "additionalProperties": _ref("var"),
        },
        "blocks": {
            "description": "layers with a name and arguments, used like an op",
            "type": ["object", "null"],
            "propertyNames": {"allOf": [_ref("identifier"), {"not": {"enum": [*OPS, *GROUPS]}}]},
            "additionalProperties": _ref("block"),
        },
        "layers": {"description": "the network: a list of ops and blocks", "type": "array", "minItems": 1},
    }
    brings_blocks = [{"required": [key]} for key in ("extends", "import", "blocks")]
    return {
        "type": "object",
        "properties": {key: keys[key] for key in KEYS},
        "additionalProperties": False,
        # A file with none but blocks is there to be imported.
        "anyOf": [{"required": ["input", "layers"]}, *brings_blocks],
        "if": {"anyOf": brings_blocks},
        "then": {"properties": {"layers": _ref(f"{OPEN}s")}},
        "else": {"properties": {"layers": _ref(f"{CLOSED}s")}},
    }


def _values() -> Schema:
    """What is written in one place: names, texts, numbers, expressions."""
    words = "expected letters, digits, _ and -, not digits alone; an expression goes in braces: cell_{i}"
    name = {"pattern": _LAYER_NAME, "patternErrorMessage": words}
    result: Schema = {
        "identifier": {
            "type": "string",
            "pattern": _IDENTIFIER,
            "patternErrorMessage": "expected letters, digits and _, beginning with a letter",
            "not": {"enum": list(expressions.reserved())},
        },
        # 1e5 and true may name a layer; digits alone may not, but who reads YAML cannot tell 16 from 0x10.
        "layer_name": {"type": ["string", "number", "boolean"], **name},
        "layer_names": {
            "type": ["string", "number", "boolean", "array"],
            **name,
            "minItems": 1,
            "items": _ref("layer_name"),
        },
        "text": {"type": ["string", "number", "boolean"], "pattern": _NO_CONTROL},
        "file": {"type": "string", "pattern": _RELATIVE},
    }
    for where in ("", OUTSIDE):
        values = {"maxItems": MAX_LIST, "items": _ref(f"{where}value")}
        result[f"{where}value"] = {"type": ["string", "number", "boolean", "array"], **_text(where), **values}
    return result


def _blocks_and_vars() -> Schema:
    size = _one(SIZE, OUTSIDE)
    value = _ref(f"{OUTSIDE}value")
    var = {"default": value, "choices": {"type": "array", "minItems": 1, "items": value}}
    arguments = {
        "description": "names of the arguments in order, with their defaults; an empty value means required",
        "type": ["object", "null"],
        "propertyNames": _ref("identifier"),
        "additionalProperties": {"if": {"not": {"type": "null"}}, "then": _ref("value")},
    }
    block = {
        "args": arguments,
        "inputs": {
            "description": "names for the inputs, where it takes several",
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": _ref("identifier"),
        },
        "layers": _ref(f"{OPEN}s"),
    }
    return {
        "shape": {"if": {"type": "array"}, "then": {"minItems": 1, "maxItems": MAX_AXES, "items": size}, "else": size},
        "input": {
            "if": {"type": "object"},
            "then": {
                "minProperties": 1,
                "propertyNames": _ref("identifier"),
                "additionalProperties": _ref("shape"),
            },
            "else": _ref("shape"),
        },
        "var": {
            "if": {"type": "object"},
            "then": {
                "properties": {key: var[key] for key in VAR_KEYS},
                "required": ["default"],
                "additionalProperties": False,
            },
            "else": value,
        },
        "block": {
            "type": "object",
            "properties": {key: block[key] for key in BLOCK_KEYS},
            "required": ["layers"],
            "additionalProperties": False,
        },
        "block_arguments": {
            "if": {"type": "object"},
            "then": {"propertyNames": _ref("identifier"), "additionalProperties": _ref("value")},
            "else": {"if": {"not": {"type": "null"}}, "then": _ref("value")},
        },
    }


def _modifiers() -> Schema:
    """What may stand beside an op or block. A modifier that is not described here is an error."""
    modifiers = {
        "name": _described("layer_name", "name of the result; may hold expressions in braces: cell_{i}"),
        "from": _described("layer_names", "the layer, or list of layers, whose results are the input"),
        "repeat": _described("value", "how many times; i counts from 0 inside"),
        "when": _described("value", "condition without which the layer is left out"),
        "shares": _described("layer_name", "the layer whose weights are used"),
    }
    return {modifier: modifiers[modifier] for modifier in MODIFIERS}


def _beside_ops() -> Schema:
    """For each op, that nothing but modifiers stands beside it, and how many inputs they may name."""
    result = {}
    for name in OPS:
        least, most = find(name).arity
        limit = {} if most is None else {"maxItems": most}
        inputs: Schema = {"properties": {"from": limit}}
        if least > 1:
            named = {"required": ["from"], "properties": {"from": {"type": "array", "minItems": least, **limit}}}
            has_branches = {"properties": {name: {"type": "array"}}}
            inputs = {"if": has_branches, "then": {"properties": {"from": {"maxItems": 1}}}, "else": named}
        result[name] = {"propertyNames": {"enum": [name, *MODIFIERS]}, **inputs}
    return result


def _beside_groups() -> Schema:
    return {
        group: {"propertyNames": {"enum": [group, *MODIFIERS]}, "properties": {"from": {"maxItems": 1}}}
        for group in GROUPS
    }


def _layers(language: str) -> Schema:
    """A layer and a list of layers, where blocks may be named (OPEN) or not (CLOSED)."""
    layers = _ref(f"{language}s")
    targets = {name: _target(name, layers) for name in OPS}
    groups = {
        "sequence": "layers that are named, repeated or left out as one",
        "head": "a side branch that ends in a further output; the main path goes on from where it begins",
    }
    targets |= {group: {"description": groups[group], "allOf": [layers]} for group in GROUPS}
    mapping: Schema = {
        "type": "object",
        "properties": {**targets, **dict.fromkeys(MODIFIERS, True)},
        "additionalProperties": False,
        "not": {"propertyNames": {"enum": list(MODIFIERS)}},
        "allOf": [_ref("modifiers")],
    }
    bare = [name for name in OPS if find(name).arity[0] <= 1 and not any(map(is_required, fields(find(name))))]
    forms: list[Schema] = [{"enum": bare}, mapping]
    if language == OPEN:
        mapping |= {"propertyNames": _ref("identifier"), "additionalProperties": _ref("block_arguments")}
        # At most one key is no modifier: it has no more keys than one and those modifiers that it has.
        subsets = [list(some) for count in range(len(MODIFIERS) + 1) for some in combinations(MODIFIERS, count)]
        mapping["anyOf"] = [{"required": some, "maxProperties": len(some) + 1} for some in subsets]
        forms.append({"allOf": [_ref("identifier"), {"not": {"enum": [*OPS, *GROUPS]}}]})
    return {language: {"anyOf": forms}, f"{language}s": {"type": "array", "items": _ref(language)}}


def _target(name: str, layers: Schema) -> Schema:
    """What an op is given: arguments, or the branches that it merges."""
    least, most = find(name).arity
    if least == 1:
        return _ref(f"op_{name}")
    limit = {} if most is None else {"maxItems": most}
    branches = {"description": "branches, which run on one input; [] is the identity", "minItems": least, **limit}
    return {"if": {"type": "array"}, "then": {**branches, "items": layers}, "else": _ref(f"op_{name}")}


def _op(name: str) -> Schema:
    """The arguments of an op: by name, in order, one alone, or none."""
    op_class = find(name)
    op_fields = fields(op_class)
    required = [op_field.name for op_field in op_fields if is_required(op_field)]
    result: Schema = {
        "description": (inspect.getdoc(op_class) or "").partition("\n")[0],
        "properties": {op_field.name: _attribute(op_field) for op_field in op_fields},
        "required": required,
        "additionalProperties": False,
    }
    in_order = [_ref(f"op_{name}/properties/{op_field.name}") for op_field in op_fields]
    forms = ["object"] if required else ["object", "null"]
    # As Reader._op has it: a list may be the only attribute itself.
    if not (len(op_fields) == 1 and kind_of(op_fields[0]).takes_list):
        forms.append("array")
        result |= {"minItems": len(required), "maxItems": len(op_fields)}
        if in_order:
            result["items"] = in_order
    if in_order and len(required) <= 1:
        return {**result, "if": {"type": forms}, "else": in_order[0]}
    return {**result, "type": forms}


def _attribute(op_field: Field[Any]) -> Schema:
    kind = kind_of(op_field)
    text = f"{op_field.metadata['doc']}: {kind.expects}"
    if is_required(op_field):
        return _described(_kind_name(kind), f"{text}; required")
    given = {} if op_field.default is None else {"default": op_field.default}
    return _described(_kind_name(kind), text, **given)


def _kind_name(kind: Kind) -> str:
    """The name of a kind among the definitions: what it expects, which says all that it is."""
    return re.sub("[^a-z0-9]+", "_", kind.expects)


def _kind(kind: Kind) -> Schema:
    """A value of a kind, or a list of them where it takes one."""
    one, item = _one(kind), _one(kind._replace(words=()))
    if kind.takes_pairs:
        pair = {"minItems": 2, "maxItems": 2, "items": item}
        item = {"if": {"type": "array"}, "then": pair, "else": item}
    if kind.takes_list:
        one = {**one, "type": [*one["type"], "array"], "minItems": 1, "items": item}
    # Any text may be an expression; the words are named for an editor to offer.
    return {"anyOf": [{"enum": list(kind.words)}, one]} if kind.words else one


def _one(kind: Kind, where: str = "") -> Schema:
    """One value of a kind: a plain one, or an expression."""
    limits = {"minimum": kind.least, "maximum": kind.most, "exclusiveMaximum": kind.below}
    text = _text(where, is_number=kind.json_type in ("integer", "number") and not kind.words)
    types = [kind.json_type] if kind.json_type == "string" else [kind.json_type, "string"]
    return {"type": types, **{key: limit for key, limit in limits.items() if limit is not None}, **text}
