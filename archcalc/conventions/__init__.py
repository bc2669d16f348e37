"""Counting conventions: what a paper or a tool calls an operation, as data files that this module reads.

A file gives, by op, an expression of what the op does and holds (`COUNTS`, and the op's own attributes), for one
example. `otherwise` is what any other op counts; without it, an op that is not named is an error.
"""

from __future__ import annotations

import os
import stat
from functools import cache, lru_cache

from archcalc import algebra
from archcalc.errors import ArchcalcError, Mistakes, did_you_mean, raise_all
from archcalc.ops import OPS, find
from archcalc.record import Record
from archcalc.spec.locate import read_file
from archcalc.spec.read import Mapping, Scalar, Sequence, kind_of, read_text
from archcalc.spec.values import evaluate, read_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import collections.abc
    from typing import Any

    from archcalc.errors import Place
    from archcalc.spec.calls import Value
    from archcalc.spec.read import Node

UNITS = ("MAC", "FLOP")
KEYS = ("name", "tool", "source", "unit", "rule", "counts", "otherwise", "bugs", "notes")
# What an expression can speak of besides the attributes of its op, and what that is, of one example.
COUNTS = {
    "mac": "multiply-accumulates",
    "add": "additions of their own",
    "mul": "multiplications of their own",
    "div": "divisions",
    "compare": "comparisons",
    "exp": "transcendental functions",
    "inputs": "values that come in, all inputs together",
    "outputs": "values that go out",
    "out_positions": "positions of the output: its values in one channel",
    "projections": "multiply-accumulates of the weights of attention, without the products of its inputs",
    "projection_biases": "additions of the biases of attention",
    "weights": "weights that the op uses",
    "biases": "biases that the op uses",
    "norms": "gamma and beta that are trained",
    "params": "trained values that the op uses",
    "before": "the op whose output comes in first and goes nowhere else, as text: 'conv'; '' if there is none",
    "before_biases": "biases of that op",
    "is_last": "whether its output is one of the network, perhaps seen in another way",
}


class Convention(Record):
    """What counts as one operation: a rule for each op, one for all others, and what is known of the tool.

    `bugs` says of ops what the tool gets wrong, and whether this convention counts them as the tool does.
    """

    name: str
    unit: str
    doc: str
    rules: collections.abc.Mapping[str, Value]
    otherwise: Value | None
    tool: str = ""
    source: str = ""
    bugs: collections.abc.Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    where: Place | None = None

    def operations(self, op_name: str, counts: collections.abc.Mapping[str, Any]) -> Any:
        """The operations of one layer; `counts` are COUNTS and the op's attributes. Raises ArchcalcError."""
        rule = self.rules.get(op_name, self.otherwise)
        if rule is None:
            hint = "name it under 'counts', or say what all others count: otherwise: 0"
            raise ArchcalcError(f"the convention '{self.name}' has no rule for {op_name}", self.where, hint)
        found = evaluate(rule, counts)
        if found is None or isinstance(found, (bool, str, list)):
            raise ArchcalcError(f"the rule for {op_name} gives no number", rule.where, "count values or operations")
        try:
            whole = found if type(found) is int else algebra.dimension(found)  # whole ints have no limit here
        except ArchcalcError as error:
            raise ArchcalcError(f"the rule for {op_name}: {error.message}", rule.where, error.hint) from None
        if algebra.fails(whole >= 0):
            raise ArchcalcError(f"the rule for {op_name} gives {whole}, expected at least 0", rule.where)
        return whole


def convention_names() -> list[str]:
    """The names of the conventions that archcalc brings, sorted.

    >>> "fvcore" in convention_names()
    True
    """
    return sorted(name[:-5] for name in os.listdir(_folder()) if name.endswith(".yaml"))


def convention(name: str | os.PathLike[str]) -> Convention:
    """A convention by its name, or from the YAML file of this path (which wins); raises ArchcalcError.

    >>> convention("flops").unit
    'FLOP'
    """
    name = os.fspath(name) if isinstance(name, os.PathLike) else name
    if not isinstance(name, str):
        raise _unknown(str(name))
    if os.sep in name or name.endswith((".yaml", ".yml")) or os.path.isfile(name):
        return _own(name, _state(name))
    if not name.isidentifier() and name not in convention_names():
        raise _unknown(name)
    return _shipped(name)


def _state(path: str) -> tuple[int, ...]:
    """What changes when a file does."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise ArchcalcError(f"cannot read '{path}': {error.strerror}") from None
    is_file = stat.S_ISREG(found.st_mode)  # the time of a pipe changes as it is read
    return (found.st_dev, found.st_ino, *((found.st_mtime_ns, found.st_size) if is_file else ()))


@lru_cache(maxsize=16)
def _own(path: str, _: tuple[int, ...]) -> Convention:
    """The convention in a file as it is now: a pipe can be read only once."""
    return _read(path)


def _folder() -> str:
    return os.path.dirname(os.path.abspath(__file__))


def _unknown(name: str) -> ArchcalcError:
    return ArchcalcError(f"there is no convention '{name}'", hint=did_you_mean(name, convention_names()))


@cache
def _shipped(name: str) -> Convention:
    path = os.path.join(_folder(), f"{name}.yaml")
    if not os.path.isfile(path):
        raise _unknown(name)
    return _read(path)


def _read(path: str) -> Convention:
    root = read_text(read_file(path), path, "a convention; begin with: unit: MAC")
    if not isinstance(root, Mapping):
        hint = f"they are: {', '.join(KEYS)}"
        raise ArchcalcError(f"found {kind_of(root)}, expected the keys of a convention", root.where, hint)
    errors = Mistakes()
    for key, _ in root.pairs:
        if key.text not in KEYS:
            errors.append(ArchcalcError(f"unknown key '{key.text}'", key.where, did_you_mean(key.text, KEYS)))
    unit = _text(root, "unit", errors)
    if unit and unit not in UNITS:
        message = f"the unit is '{unit}', expected MAC (a multiply-accumulate counts 1) or FLOP (it counts 2)"
        errors.append(ArchcalcError(message, root.get("unit").where))  # type: ignore[union-attr]
    doc = _text(root, "rule", errors)
    for name, what in (("unit", "MAC or FLOP"), ("rule", "a sentence that says what is counted")):
        if root.get(name) is None:
            errors.append(ArchcalcError(f"'{name}' is missing: {what}", root.where))
    rules = {op.text: _rule(node, op, errors) for op, node in _pairs(root.get("counts"), "counts", errors)}
    otherwise = root.get("otherwise")
    result = Convention(
        _text(root, "name", errors) or os.path.basename(path).removesuffix(".yaml"),
        unit,
        doc,
        {op: rule for op, rule in rules.items() if rule is not None},
        None if otherwise is None else _value(otherwise, COUNTS, errors),
        _text(root, "tool", errors),
        _text(root, "source", errors),
        {op.text: _said(node, errors) for op, node in _pairs(root.get("bugs"), "bugs", errors)},
        tuple(_said(node, errors) for node in _sentences(root.get("notes"), errors)),
        root.where,
    )
    raise_all(errors)
    return result


def _text(root: Mapping, key: str, errors: list[ArchcalcError]) -> str:
    node = root.get(key)
    return "" if node is None else _said(node, errors)


def _said(node: Node, errors: list[ArchcalcError]) -> str:
    if isinstance(node, Scalar) and not node.is_empty:
        text = " ".join(node.text.split())
        if not text.isprintable():
            errors.append(ArchcalcError("found a control character, expected text", node.where))
        return text
    errors.append(ArchcalcError(f"found {kind_of(node)}, expected text", node.where))
    return ""


def _pairs(node: Node | None, key: str, errors: list[ArchcalcError]) -> tuple[tuple[Scalar, Node], ...]:
    """The ops that a key speaks of, each known to archcalc."""
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        message = f"found {kind_of(node)}, expected a mapping of ops"
        errors.append(ArchcalcError(message, node.where, f"write: {key}: {{conv: ...}}"))
        return ()
    for name, _ in node.pairs:
        if name.text not in OPS:
            errors.append(ArchcalcError(f"there is no op '{name.text}'", name.where, did_you_mean(name.text, OPS)))
    return node.pairs


def _sentences(node: Node | None, errors: list[ArchcalcError]) -> tuple[Node, ...]:
    if node is None or isinstance(node, Sequence):
        return () if node is None else node.items
    errors.append(ArchcalcError(f"found {kind_of(node)}, expected a list of sentences", node.where))
    return ()


def _rule(node: Node, name: Scalar, errors: list[ArchcalcError]) -> Value | None:
    known = {*COUNTS, *find(name.text).__dataclass_fields__} if name.text in OPS else set(COUNTS)
    return _value(node, known, errors)


def _value(node: Node, known: collections.abc.Collection[str], errors: list[ArchcalcError]) -> Value | None:
    try:
        return read_value(node, known)
    except ArchcalcError as error:
        errors.append(error)
        return None
