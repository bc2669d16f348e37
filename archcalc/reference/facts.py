"""What the file of an op says about it: its text, its attributes, its formulas read with symbols, an example."""

from __future__ import annotations

import inspect
from dataclasses import fields

from archcalc.graph.kinds import is_required, kind_of
from archcalc.graph.op import (
    BUFFER,
    IN_PLACE,
    INDEX,
    INPUT,
    MASK,
    OUTPUT,
    SHORT_INDEX,
    STATISTICS,
    STORED,
    VALUES,
    VIEW,
    Work,
)
from archcalc.graph.tensor import Tensor
from archcalc.ops import find
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import Field
    from typing import Any

    from archcalc.graph.op import Example, Saved, Weight

STORAGE = {
    STORED: "the output is stored",
    IN_PLACE: "in place: the output overwrites the input",
    VIEW: "a view of the input: nothing is stored",
}
# What training keeps for the backward pass beside inputs and outputs, in words.
KINDS = {
    MASK: "of a mask (1 byte each)",
    INDEX: "indices (8 bytes each)",
    SHORT_INDEX: "indices (4 bytes each)",
    STATISTICS: "statistics in float32",
    VALUES: "values",
}
AXES = {0: "", 1: "L", 2: "HW", 3: "DHW"}  # names of spatial axes by their number


class Attribute(Record):
    """One attribute: what it means, what it takes, and its default (None: it is required)."""

    name: str
    doc: str
    expects: str
    default: str | None


class Owned(Record):
    """A tensor that the op owns."""

    role: str
    name: str
    shape: str


class Count(Record):
    """How many operations of one kind there are."""

    number: str
    kind: str


class Kept(Record):
    """What training keeps for the backward pass: a tensor that is there anyway, or a number of values."""

    number: str
    what: str


class Formulas(Record):
    """The rules of an op with symbols for its input and its attributes.

    `renamed` has the short names that `work` uses for the output's sizes: H_out -> H. An op that makes several
    regions of its input (`is_regional`) has the work and the output of one of them here.
    """

    inputs: list[str]
    output: str
    is_regional: bool
    renamed: dict[str, str]
    weights: list[Owned]
    params: str
    work: list[Count]
    memory: str
    saves: list[Kept]


class Shown(Record):
    """An example: a line of a spec, and what comes out."""

    call: str
    inputs: list[str]
    output: str
    costs: str


class Facts(Record):
    """Everything about one op; `title` is the first line of its text, `body` the others."""

    name: str
    title: str
    body: list[str]
    attributes: list[Attribute]
    formulas: Formulas
    example: Shown


def facts_of(name: str) -> Facts:
    """Everything about one op; raises ArchcalcError if there is none.

    >>> facts_of("linear").formulas.params
    'C*units + units'
    """
    op_class = find(name)
    _, *body = _doc(op_class)
    return Facts(name, title_of(name), body, _attributes(op_class), _formulas(op_class), _example(name, op_class))


def title_of(name: str) -> str:
    """The first line of an op's text.

    >>> title_of("identity")
    'Identity: the output is the input.'
    """
    return _doc(find(name))[0]


def _doc(op_class: Any) -> list[str]:
    """The docstring up to its runnable example."""
    text = inspect.getdoc(op_class) or ""
    return text.partition(">>>")[0].strip().splitlines()


def _attributes(op_class: Any) -> list[Attribute]:
    return [
        Attribute(
            op_field.name,
            op_field.metadata["doc"],
            kind_of(op_field).expects,
            None if is_required(op_field) else _written(op_field.default),
        )
        for op_field in fields(op_class)
    ]


def _written(value: Any) -> str:
    """A value as a spec would write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return str(value)


def _formulas(op_class: Any) -> Formulas:
    inputs = _symbolic_inputs(op_class.examples[0])
    op = op_class(**{op_field.name: _symbolic(op_field, op_class.examples[0]) for op_field in fields(op_class)})
    output = op.output(*inputs)
    named, renamed = _named_output(output)
    weights = op.weights(*inputs)
    work = op.work(named, *inputs)
    counts = {kind: getattr(work, kind) for kind in Work._fields}
    return Formulas(
        [str(tensor) for tensor in inputs],
        _shape(output),
        output.regions != 1,
        renamed,
        [Owned(w.role, w.name, str(Tensor(w.shape[0], tuple(w.shape[1:])))) for w in weights],
        str(_params(weights)),
        [Count(str(number), kind) for kind, number in counts.items() if number != 0],
        STORAGE[op.storage],
        _saved(op.saves(named, *inputs), len(inputs)),
    )


def _saved(saved: Sequence[Saved], inputs: int) -> list[Kept]:
    """What training keeps for the backward pass, in words."""
    words = []
    for each in saved:
        if each.kind == INPUT:
            words.append(Kept("", "the input" if inputs == 1 else f"input {each.source + 1}"))
        elif each.kind == OUTPUT:
            words.append(Kept("", "the output"))
        else:
            what = f"{KINDS[each.kind]}{', for a whole batch' if each.is_per_batch else ''}"
            words.append(Kept(str(each.elements), what))
    return words


def _shape(tensor: Tensor) -> str:
    """The shape, and of how many regions; inputs of examples are of one, as all that comes before a region op."""
    if tensor.regions == 1:
        return str(tensor)
    # The symbol of an attribute `regions` would read "each of regions regions".
    count = "the regions" if str(tensor.regions) == "regions" else f"{tensor.regions} regions"
    return f"{tensor} for each of {count}"


def _params(weights: tuple[Weight, ...]) -> Any:
    return sum(weight.elements for weight in weights if weight.role != BUFFER)


def _symbolic_inputs(example: Example) -> list[Tensor]:
    """The example's inputs with a letter for each dimension; what is equal in all inputs has one letter."""
    from archcalc.algebra.symbols import symbol

    rank = max(len(shape) for shape in example.inputs)
    tensors = []
    for index, shape in enumerate(example.inputs):
        names = "C" + AXES[rank - 1]
        dimensions = []
        for axis, value in enumerate(shape):
            others = {other[axis] for other in example.inputs if len(other) > axis}
            dimensions.append(symbol(names[axis] if len(others) == 1 else f"{names[axis]}{index + 1}"))
            if value == 1:
                dimensions[-1] = 1
        tensors.append(Tensor(dimensions[0], tuple(dimensions[1:])))
    return tensors


def _symbolic(op_field: Field[Any], example: Example) -> Any:
    """A symbol named like the attribute, or, for what is no dimension, its default or its example."""
    from archcalc.algebra.symbols import symbol

    kind, given = kind_of(op_field), example.arguments
    if kind.is_dimension:
        return kind.read(symbol(op_field.name))
    return kind.read(given[op_field.name]) if op_field.name in given else op_field.default


def _named_output(output: Tensor) -> tuple[Tensor, dict[str, str]]:
    """The output with a short name for each size that is a formula, and those names explained."""
    from archcalc.algebra.symbols import symbol

    axes = AXES[len(output.size)]
    # A symbol alone is short enough, and so is a number.
    long = [axis for axis, size in zip(axes, output.size, strict=True) if getattr(size, "args", ())]
    names = {axis: symbol(f"{axis}_out") for axis in long}
    size = tuple(names.get(axis, value) for axis, value in zip(axes, output.size, strict=True))
    return Tensor(output.channels, size, output.regions), {str(name): axis for axis, name in names.items()}


def _example(name: str, op_class: Any) -> Shown:
    """The op's first example as a line of a spec, and what it gives."""
    example = op_class.examples[0]
    arguments = {
        key: kind_of(op_class.__dataclass_fields__[key]).read(value) for key, value in example.arguments.items()
    }
    op = op_class(**arguments)
    inputs = [Tensor(shape[0], tuple(shape[1:])) for shape in example.inputs]
    output = op.output(*inputs)
    written = ", ".join(f"{key}: {_written(value)}" for key, value in example.arguments.items())
    call = f"{name}: {{{written}}}" if written else name
    if len(inputs) > 1:
        names = ", ".join("abcdef"[: len(inputs)])
        call = f"{{{call if written else name + ': '}, from: [{names}]}}"
    macs = op.work(output, *inputs).mac * output.regions
    costs = f"{_params(op.weights(*inputs)):,} params, {macs:,} MAC"
    return Shown(f"- {call}", [str(tensor) for tensor in inputs], _shape(output), costs)
