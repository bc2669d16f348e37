"""A document whose blocks, vars and layers are read and checked: all that is known without numbers."""

from __future__ import annotations

from collections import ChainMap

from archcalc.errors import ArchcalcError, EndOfSearch, did_you_mean
from archcalc.ops import OPS
from archcalc.record import Record
from archcalc.spec import read
from archcalc.spec.calls import Block, Body, Signature, cost
from archcalc.spec.document import name_problem
from archcalc.spec.expressions import IN_CHANNELS, IN_SIZE, INDEX
from archcalc.spec.layers import GROUPS, Reader
from archcalc.spec.read import Mapping, Scalar, Sequence
from archcalc.spec.values import read_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from archcalc.errors import Place
    from archcalc.spec.calls import Value
    from archcalc.spec.document import Document
    from archcalc.spec.read import Node

BLOCK_KEYS = ("args", "inputs", "layers")
VAR_KEYS = ("default", "choices")


class Var(Record):
    """A knob: its default and, where the spec limits it, the values it may take."""

    where: Place
    default: Value | None  # None where a mistake is reported already
    choices: Value | None


# What expressions may read besides the vars: in layers, and in blocks, which may be repeated.
IN_LAYERS = {IN_CHANNELS: None, IN_SIZE: None}
IN_BLOCKS = {**IN_LAYERS, INDEX: None}


class Program(Record):
    """Everything of a spec in checked form.

    `words` are choices of vars that are plain words: in expressions each stands for itself. `inputs` maps the name of
    each input to its dimensions, or None where a mistake is reported already.
    """

    vars: dict[str, Var]
    words: dict[str, str]
    inputs: dict[str, Value | None]
    blocks: dict[str, Block]
    body: Body


def compile_document(document: Document) -> Program:
    """The checked form of a document, to whose errors every mistake is added; may raise EndOfSearch."""
    errors = document.errors
    words = {word: word for word in document.words if word not in document.vars}
    known: ChainMap[str, Any] = ChainMap({}, document.vars, words)
    vars_ = _vars(document, known, errors)
    inputs = _inputs(document.input, known, errors)
    signatures = {}
    for name, (key, node) in document.blocks.items():
        if name in OPS or name in GROUPS:
            message = f"a block cannot be named like the op '{name}'"
            errors.append(ArchcalcError(message, key.where, "choose another name"))
        else:
            signatures[name] = _signature(node)
    blocks: dict[str, Block] = {}
    used: dict[str, dict[str, Place]] = {}
    for name, (key, node) in document.blocks.items():
        blocks[name], used[name] = _block(key, node, known, words, signatures, errors)
    before = len(errors)
    _refuse_cycles(used, errors)
    has_cycles = len(errors) > before
    reader = Reader(signatures, ChainMap(IN_LAYERS, known), errors)
    for name, value in inputs.items():
        reader.defined[name] = document.where if value is None else value.where
    assert document.layers is not None  # noqa: S101 - the document reader has seen to it
    body = reader.read(document.layers, "the network")
    if isinstance(document.layers, Sequence) and not document.layers.items:
        errors.append(ArchcalcError("found an empty list, expected at least one layer", document.layers.where))
    if has_cycles:
        raise EndOfSearch
    return Program(vars_, words, inputs, blocks, body)


def _value(node: Node, known: Collection[str], errors: list[ArchcalcError]) -> Value | None:
    try:
        return read_value(node, known)
    except ArchcalcError as error:
        errors.append(error)
        return None


def _vars(document: Document, known: Collection[str], errors: list[ArchcalcError]) -> dict[str, Var]:
    result = {}
    for name, (key, node) in document.vars.items():
        choices: Value | None = None
        default: Node | None = node
        before = len(errors)
        if isinstance(node, Mapping):
            for other, _ in node.pairs:
                if other.text not in VAR_KEYS:
                    hint = did_you_mean(other.text, VAR_KEYS)
                    errors.append(ArchcalcError(f"a var has no key '{other.text}'", other.where, hint))
            default, options = node.get("default"), node.get("choices")
            if default is None:
                errors.append(ArchcalcError(f"the var '{name}' has no default", key.where, "write default: ..."))
            if options is not None and not (isinstance(options, Sequence) and options.items):
                message = f"found {read.kind_of(options)}, expected a list of the values that '{name}' may take"
                errors.append(ArchcalcError(message, options.where))
            elif options is not None:
                choices = _value(options, known, errors)
        value = _value(default, known, errors) if default is not None else None
        result[name] = Var(key.where, value, choices) if len(errors) == before else Var(key.where, None, None)
    return result


def _inputs(node: Node | None, known: Collection[str], errors: list[ArchcalcError]) -> dict[str, Value | None]:
    if not isinstance(node, Mapping):
        return {"input": _value(node, known, errors) if node is not None else None}
    if not node.pairs:
        errors.append(ArchcalcError("found an empty mapping, expected at least one input", node.where))
        return {"input": None}
    result: dict[str, Value | None] = {}
    for key, shape in node.pairs:
        problem = name_problem(key.text, "input")
        if problem is not None:
            errors.append(ArchcalcError(problem, key.where))
        result[key.text] = _value(shape, known, errors)
    return result


def _signature(node: Node) -> Signature:
    arguments = node.get("args") if isinstance(node, Mapping) else None
    inputs = tuple(name.text for name in _input_names(node))
    if not isinstance(arguments, Mapping):
        return Signature({}, (), inputs)
    return Signature(
        {name.text: None for name, _ in arguments.pairs},
        tuple(name.text for name, value in arguments.pairs if isinstance(value, Scalar) and value.is_empty),
        inputs,
    )


def _input_names(node: Node) -> tuple[Scalar, ...]:
    names = node.get("inputs") if isinstance(node, Mapping) else None
    return tuple(item for item in names.items if isinstance(item, Scalar)) if isinstance(names, Sequence) else ()


def _block(
    key: Scalar,
    node: Node,
    outer: ChainMap[str, Any],
    words: Collection[str],
    signatures: dict[str, Signature],
    errors: list[ArchcalcError],
) -> tuple[Block, dict[str, Place]]:
    before = len(errors)
    if not isinstance(node, Mapping):
        errors.append(ArchcalcError(f"found {read.kind_of(node)}, expected a block with 'layers'", node.where))
        node = Mapping((), node.where, 1)
    for other, _ in node.pairs:
        if other.text not in BLOCK_KEYS:
            hint = did_you_mean(other.text, BLOCK_KEYS)
            errors.append(ArchcalcError(f"a block has no key '{other.text}'", other.where, hint))
    arguments: dict[str, Value | None] = {}
    known: ChainMap[str, Any] = ChainMap(arguments, IN_BLOCKS, outer)
    _block_arguments(node.get("args"), arguments, known, errors)
    given = node.get("args")
    for name, _ in given.pairs if isinstance(given, Mapping) else ():
        if name.text in words:
            message = f"'{name.text}' is one of a var's choices and cannot name an argument"
            errors.append(ArchcalcError(message, name.where, "choose another name"))
    reader = Reader(signatures, known, errors)
    inputs = _block_inputs(node, reader, errors)
    layers = node.get("layers")
    if layers is None and len(errors) == before:
        errors.append(ArchcalcError(f"the block '{key.text}' has no 'layers'", key.where))
    is_broken = len(errors) > before or not isinstance(layers, Sequence)
    body = Body((), frozenset()) if layers is None else reader.read(layers, f"the block '{key.text}'")
    block = Block(key.text, key.where, arguments, inputs, body, cost(arguments.values()), is_broken)
    return block, reader.used


def _block_inputs(node: Mapping, reader: Reader, errors: list[ArchcalcError]) -> tuple[str, ...]:
    names = node.get("inputs")
    if names is not None and not (isinstance(names, Sequence) and names.items):
        errors.append(
            ArchcalcError(f"found {read.kind_of(names)}, expected a list of names for the inputs", names.where)
        )
    for item in names.items if isinstance(names, Sequence) else ():
        if not isinstance(item, Scalar):
            errors.append(ArchcalcError(f"found {read.kind_of(item)}, expected the name of an input", item.where))
    for item in _input_names(node):
        problem = name_problem(item.text, "input")
        if problem is not None or item.text in reader.defined:
            errors.append(ArchcalcError(problem or f"the name '{item.text}' is already taken", item.where))
        reader.defined[item.text] = item.where
    return tuple(item.text for item in _input_names(node))


def _block_arguments(
    node: Node | None, arguments: dict[str, Value | None], known: Collection[str], errors: list[ArchcalcError]
) -> None:
    """Fill in the arguments of a block in their order; those before one are `known` to its default."""
    if node is None or (isinstance(node, Scalar) and node.is_empty):
        return
    if not isinstance(node, Mapping):
        message = f"found {read.kind_of(node)}, expected a mapping of arguments"
        errors.append(ArchcalcError(message, node.where, "write args: {filters: , stride: 1}"))
        return
    for name, default in node.pairs:
        problem = name_problem(name.text, "argument")
        if problem is not None:
            errors.append(ArchcalcError(problem, name.where))
        is_required = isinstance(default, Scalar) and default.is_empty
        arguments[name.text] = None if is_required else _value(default, known, errors)


def _refuse_cycles(used: dict[str, dict[str, Place]], errors: list[ArchcalcError]) -> None:
    """Report every block that calls itself, directly or through others."""
    done: set[str] = set()
    for start in used:
        if start in done:
            continue
        path = {start: None}  # in order
        pending = [iter(used[start].items())]
        while pending:
            name, where = next(pending[-1], (None, None))
            if name is None:
                done.add(path.popitem()[0])
                pending.pop()
            elif name in path:
                names = list(path)
                cycle = " -> ".join([*names[names.index(name) :], name])
                errors.append(ArchcalcError(f"the block '{name}' contains itself: {cycle}", where))
            elif name not in done:
                path[name] = None
                pending.append(iter(used[name].items()))
