"""The op reference: what the op files say about themselves, and their formulas read with symbols."""

from __future__ import annotations

import inspect
from dataclasses import fields

from archcalc.graph.kinds import is_required, kind_of
from archcalc.graph.op import BUFFER, IN_PLACE, STORED, VIEW, Work
from archcalc.graph.tensor import Tensor
from archcalc.ops import OPS, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any

    from archcalc.graph.op import Example

STORAGE = {
    STORED: "the output is stored",
    IN_PLACE: "in place: the output overwrites the input",
    VIEW: "a view of the input: nothing is stored",
}
AXES = {0: "", 1: "L", 2: "HW", 3: "DHW"}  # names of spatial axes by their number


def op_list() -> str:
    """All ops, a line each.

    >>> print(*op_list().splitlines()[0].split())
    conv Convolution: every filter looks through one window at all channels of its group.
    """
    width = max(map(len, OPS)) + 2
    return "\n".join(f"{name:{width}}{_doc(find(name))[0]}" for name in OPS)


def op_page(name: str) -> str:
    """Everything about one op: text, attributes, formulas, an example; raises ArchcalcError if there is none."""
    op_class = find(name)
    title, *body = _doc(op_class)
    sections = [
        [name],
        [title, *body],
        ["Attributes", *(_indented(_attributes(op_class)) or ["  none"])],
        ["Formulas", *_indented(_formulas(op_class))],
        ["Example", *_indented(_example(name, op_class))],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections)


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _doc(op_class: Any) -> list[str]:
    """The docstring up to its runnable example."""
    text = inspect.getdoc(op_class) or ""
    return text.partition(">>>")[0].strip().splitlines()


def _attributes(op_class: Any) -> list[str]:
    width = max((len(op_field.name) for op_field in fields(op_class)), default=0)
    lines = []
    for op_field in fields(op_class):
        default = "required" if is_required(op_field) else f"default {_written(op_field.default)}"
        doc = op_field.metadata["doc"]
        lines.append(f"{op_field.name:{width}}  {doc}: {kind_of(op_field).expects}; {default}")
    return lines


def _written(value: Any) -> str:
    """A value as a spec would write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return str(value)


def _formulas(op_class: Any) -> list[str]:
    """Output, weights, work and window of the op, with symbols for its input and its attributes."""
    inputs = _symbolic_inputs(op_class.examples[0])
    op = op_class(**{op_field.name: _symbolic(op_field, op_class.examples[0]) for op_field in fields(op_class)})
    output = op.output(*inputs)
    lines = [f"input   {' and '.join(map(str, inputs))}", f"output  {output}"]
    named, renamed = _named_output(output)
    if renamed:
        lines.append(f"        below, {renamed}")
    weights = op.weights(*inputs)
    for weight in weights:
        lines.append(f"{weight.role:7} {weight.name} {Tensor(weight.shape[0], tuple(weight.shape[1:]))}")
    params = sum(weight.elements for weight in weights if weight.role != BUFFER)
    lines.append(f"params  {params}")
    work = op.work(named, *inputs)
    counts = [f"{getattr(work, kind)} {kind}" for kind in Work._fields if getattr(work, kind) != 0]
    lines.append(f"work    {', '.join(counts) or 'none'}")
    lines.append(f"memory  {STORAGE[op.storage]}")
    return lines


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


def _named_output(output: Tensor) -> tuple[Tensor, str]:
    """The output with a short name for each size that is a formula, and those names explained."""
    from archcalc.algebra.symbols import symbol

    axes = AXES[len(output.size)]
    names = {axis: symbol(f"{axis}_out") for axis, size in zip(axes, output.size, strict=True) if size.args}
    size = tuple(names.get(axis, value) for axis, value in zip(axes, output.size, strict=True))
    return Tensor(output.channels, size), " and ".join(f"{name} is the output's {axis}" for axis, name in names.items())


def _example(name: str, op_class: Any) -> list[str]:
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
    params = sum(weight.elements for weight in op.weights(*inputs) if weight.role != BUFFER)
    result = (
        f"on {' and '.join(map(str, inputs))} gives {output}, {params:,} params, {op.work(output, *inputs).mac:,} MAC"
    )
    return [f"- {call}", result]
