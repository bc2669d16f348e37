"""Nodes -> values and names, and values -> what they are in an environment, with every mistake placed."""

from __future__ import annotations

from archcalc import algebra
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, Place
from archcalc.graph.kinds import Mismatch
from archcalc.spec.calls import Template, Value
from archcalc.spec.expressions import TRUTHS, ExpressionError, parse, unknown_name
from archcalc.spec.operators import MAX_RESULT_BITS
from archcalc.spec.read import Mapping, Scalar, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import collections.abc
    from typing import Any

    from archcalc.graph.kinds import Kind
    from archcalc.spec.read import Node


MAX_LIST = 1_000  # values in a list, those of lists inside it too
MAX_LIST_DEPTH = 8


def read_value(node: Node, known: collections.abc.Collection[str] | None) -> Value:
    """A value from its node; raises ArchcalcError for a mistake in an expression or an unknown name.

    `known` are the names that an expression may read; None leaves that to the moment it is evaluated.
    """
    if isinstance(node, Mapping):
        raise ArchcalcError("found a mapping, expected a value or a list", node.where)
    if not isinstance(node, Scalar):
        if node.weight > MAX_LIST + 1:
            message = f"found a list of {node.weight - 1:,} values, expected at most {MAX_LIST:,}"
            raise ArchcalcError(message, node.where)
        return Value(node.where, None, tuple(read_value(item, known) for item in node.items))
    if node.is_empty:
        raise ArchcalcError("found nothing, expected a value", node.where)
    return _expression(node.text, node, 0, known)


def _expression(text: str, node: Scalar, offset: int, known: collections.abc.Collection[str] | None) -> Value:
    column = node.where.column + (1 if node.quoted else 0) + offset
    start = Place(node.where.file, node.where.line, column) if node.is_verbatim else node.where
    try:
        expression = parse(text)
        if known is not None:
            for name, position in expression.names:
                if name not in known:
                    raise ExpressionError(*unknown_name(name, known, position))
    except ExpressionError as error:
        where = start if not node.is_verbatim else start._replace(column=start.column + error.offset)
        raise ArchcalcError(error.message, where, error.hint) from None
    return Value(start, expression, is_verbatim=node.is_verbatim)


def read_template(node: Node, known: collections.abc.Collection[str] | None) -> Template:
    """A layer's name, which may hold expressions in braces; raises ArchcalcError."""
    if not isinstance(node, Scalar) or node.is_empty:
        hint = "a name that begins with a brace needs quotes" if isinstance(node, Mapping) else None
        raise ArchcalcError(f"found {kind_of(node)}, expected a name", node.where, hint)
    parts: list[str | Value] = []
    end = 0
    while (start := node.text.find("{", end)) >= 0 and (close := node.text.find("}", start)) >= 0:
        parts.append(node.text[end:start])
        parts.append(_expression(node.text[start + 1 : close], node, start + 1, known))
        end = close + 1
    parts.append(node.text[end:])
    template = Template(node.text, tuple(part for part in parts if part != ""), node.where)
    if not _is_name("".join(part if isinstance(part, str) else "x" for part in template.parts)):
        raise _bad_name(node.text, node.where)
    return template


def _is_name(text: str) -> bool:
    return (
        text.isascii()
        and ("_" + text.replace("-", "_")).isidentifier()
        and text[:1] not in ("", "-")
        and not text.isdigit()
    )


def _bad_name(text: str, where: Place) -> ArchcalcError:
    hint = "use letters, digits, _ and -, not digits alone; an expression goes in braces: cell_{i}"
    return ArchcalcError(f"'{text}' cannot name a layer", where, hint)


def fill(template: Template, env: collections.abc.Mapping[str, Any]) -> str:
    """The name that a template stands for in an environment."""
    if template.is_constant:
        return template.text
    text = ""
    for part in template.parts:
        value = part if isinstance(part, str) else evaluate(part, env)
        if not isinstance(value, (int, str)) or isinstance(value, bool):
            raise ArchcalcError(f"the name '{template.text}' needs whole numbers in its braces", template.where)
        text += str(value)
    if not _is_name(text):
        raise _bad_name(text, template.where)
    return text


def evaluate(value: Value, env: collections.abc.Mapping[str, Any]) -> Any:
    """What a value is in an environment; raises ArchcalcError with its place, or Unknown."""
    if value.expression is None:
        result = [evaluate(item, env) for item in value.items]
        if any(isinstance(item, list) for item in result):
            _refuse_large(result, value.where)
        return result
    try:
        return value.expression.run(env)
    except ExpressionError as error:
        offset = error.offset if value.is_verbatim else 0
        where = value.where._replace(column=value.where.column + offset)
        raise ArchcalcError(error.message, where, error.hint) from None


def _refuse_large(values: list[Any], where: Place) -> None:
    """Lists that hold one another grow exponentially: stop that before it is printed or compared."""
    pending = [(values, 1)]
    count = 0
    while pending:
        items, depth = pending.pop()
        count += len(items)
        if count > MAX_LIST or depth > MAX_LIST_DEPTH:
            message = f"this list holds more than {MAX_LIST:,} values, or lists deeper than {MAX_LIST_DEPTH} levels"
            raise ArchcalcError(message, where)
        pending.extend((item, depth + 1) for item in items if isinstance(item, list))


def evaluate_as(kind: Kind, value: Value, env: collections.abc.Mapping[str, Any]) -> Any:
    """The same, read as an attribute of some kind."""
    return read_as(kind, evaluate(value, env), value)


def read_as(kind: Kind, found: Any, value: Value) -> Any:
    """A found value read as some kind; raises ArchcalcError at the item that is wrong."""
    try:
        return kind.read(found)
    except Mismatch as error:
        where = value.items[error.index].where if error.index is not None and value.items else value.where
        raise ArchcalcError(error.message, where, error.hint) from None


def setting(node: Node) -> Any:
    """The value that someone gives to a var: a word stands for itself, anything else is an expression without names."""
    if isinstance(node, Scalar) and node.text.isidentifier() and node.text not in (*TRUTHS, "null"):
        return node.text
    return evaluate(read_value(node, set()), {})


def accepted(value: Any, what: str, depth: int = 0) -> Any:
    """A value from Python or the command line as the spec language knows it; `what` it is for, in messages."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_RESULT_BITS:
            raise ArchcalcError(f"{what} cannot be {describe(int(value))}, more than any network needs")
        return int(value)
    if isinstance(value, float):
        if not abs(value) < float("inf"):
            raise ArchcalcError(f"{what} cannot be {value}, expected a finite number")
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple, range)):
        if len(value[: MAX_LIST + 1]) > MAX_LIST or depth == MAX_LIST_DEPTH:
            limits = f"at most {MAX_LIST:,} values and {MAX_LIST_DEPTH} levels"
            raise ArchcalcError(f"{what} is too large a list, expected {limits}")
        return [accepted(item, what, depth + 1) for item in value]
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        return accepted(value.item(), what, depth + 1)  # one number of numpy
    if type(value).__module__.partition(".")[0] in ("numpy", "sympy", "archcalc"):
        return algebra.number(value)
    found = "None" if value is None else f"a {type(value).__name__}"
    raise ArchcalcError(f"{what} cannot be {found}, expected a number, text or a list")
