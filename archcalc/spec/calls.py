"""What a spec's layers are once they are read and checked, but not yet carried out: calls."""

from __future__ import annotations

from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from archcalc.errors import Place
    from archcalc.graph.op import Op
    from archcalc.spec.expressions import Expression

OP, BLOCK, SEQUENCE, HEAD = "op", "block", "sequence", "head"


class Value(Record):
    """An argument as written: one expression, or a list of values."""

    where: Place
    expression: Expression | None = None
    items: tuple[Value, ...] = ()
    is_verbatim: bool = True  # whether an offset in the expression is one in the file

    @property
    def is_constant(self) -> bool:
        """Whether it is the same wherever it is evaluated."""
        if self.expression is not None:
            return self.expression.is_constant
        return all(item.is_constant for item in self.items)

    def reads(self, *names: str) -> bool:
        """Whether it depends on one of these names."""
        if self.expression is not None:
            return any(name in names for name, _ in self.expression.names)
        return any(item.reads(*names) for item in self.items)


class Template(Record):
    """A name that may hold expressions in braces: text and expressions, in turn."""

    text: str
    parts: tuple[str | Value, ...]
    where: Place

    @property
    def is_constant(self) -> bool:
        """Whether it holds no expression."""
        return all(isinstance(part, str) for part in self.parts)

    def reads(self, *names: str) -> bool:
        """Whether it depends on one of these names."""
        return any(not isinstance(part, str) and part.reads(*names) for part in self.parts)


class Signature(Record):
    """What a block asks of a call: its arguments in order, the required ones, the inputs it names."""

    arguments: Mapping[str, None]  # the names alone
    required: tuple[str, ...]
    inputs: tuple[str, ...]


class Body(Record):
    """A list of calls, and the names that are written in it (unnamed layers keep off them)."""

    calls: tuple[Call, ...]
    names: frozenset[str]


class Call(Record):
    """One item of a list of layers: an op, block, sequence or head, its arguments and its modifiers."""

    kind: str
    target: str
    where: Place
    ready: Op | None = None  # of an op whose arguments are all constant: the op itself
    constants: Mapping[str, Any] = {}  # of an op: the attributes that are constant
    arguments: Mapping[str, Value] = {}  # those that are not, and all of a block
    bodies: tuple[Body, ...] | None = None  # branches of a merge; body of a sequence or head
    name: Template | None = None
    sources: tuple[Template, ...] = ()
    shares: Template | None = None
    repeat: Value | None = None
    when: Value | None = None
    places: Mapping[str, Place] = {}  # of an op: where each attribute is written
    cost: int = 1  # steps that carrying it out takes
    is_broken: bool = False  # a mistake in it is reported already, so that its result is unknown


class Block(Record):
    """A block: its arguments (None where one is required), its named inputs and its layers."""

    name: str
    where: Place
    arguments: Mapping[str, Value | None]
    inputs: tuple[str, ...]
    body: Body
    cost: int = 0  # steps that its defaults take
    is_broken: bool = False  # as of a call; those inside it are marked themselves


def cost(values: Iterable[Value | None]) -> int:
    """How many steps of an ordinary layer it takes to evaluate these."""
    return sum(_characters(value) for value in values if value is not None) // 64


def _characters(value: Value) -> int:
    if value.expression is not None:
        return len(value.expression.text) + 8
    return sum(_characters(item) for item in value.items)
