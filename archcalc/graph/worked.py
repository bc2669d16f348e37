"""A network whose numbers remember how they were made, layer by layer: every analysis then shows its work.

Each layer begins anew from what it was given: the sizes of its inputs and its attributes. A view (flatten) and an op
that works in place pass their arithmetic on, so a fully connected layer behind a flatten weighs 7*7*512 inputs.
"""

from __future__ import annotations

from dataclasses import fields, replace

from archcalc.algebra.worked import CHANNELS, FILTERS, KERNEL, SIZE, Worked, leaf
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Graph, Input
from archcalc.graph.kinds import kind_of
from archcalc.graph.op import STORED
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.graph.graph import Layer
    from archcalc.graph.op import Op

# What the attributes of ops measure, for the order of factors; any other stands first.
ROLES = {"kernel": KERNEL, "filters": FILTERS, "units": FILTERS}
AXES = {0: "", 1: "L", 2: "HW", 3: "DHW"}


def worked(graph: Graph) -> Graph:
    """The same network on worked numbers; raises ArchcalcError if its numbers are not plain.

    >>> from archcalc.spec import loads
    >>> net = worked(loads("input: [3, 8, 8]\\nlayers: [{conv: [4, 3]}, flatten, {linear: 10}]"))
    >>> [layer.weights[0].elements.written("hwc") for layer in net.layers if layer.weights]
    ['(3*3*3)*4', '6*6*4*10']
    """
    layers: list[Layer] = []
    for layer in graph.layers:
        inputs = tuple([layers[index].output for index in layer.inputs])
        op = Input(given(layer.output)) if type(layer.op) is Input else worked_op(layer.op)
        output = given(layer.output) if layer.op.storage == STORED else op.output(*inputs)
        layers.append(layer._replace(op=op, output=output, weights=op.weights(*inputs)))
    return replace(graph, layers=tuple(layers))


def given(tensor: Tensor, suffix: str = "") -> Tensor:
    """A tensor whose sizes are given numbers, with the names C, H and W; `suffix` tells it from others.

    >>> given(Tensor(64, (7, 7))).elements.written("hwc")
    '7*7*64'
    """
    names = AXES.get(len(tensor.size), "")
    size = tuple(
        _leaf(value, (names[axis] if names else f"N{axis + 1}") + suffix, SIZE)
        for axis, value in enumerate(tensor.size)
    )
    regions = tensor.regions if _is_one(tensor.regions) else _leaf(tensor.regions, "regions", "")
    return Tensor(_leaf(tensor.channels, "C" + suffix, CHANNELS), size, regions)


def worked_op(op: Op) -> Any:
    """An op whose dimensions are given numbers, each with the name of its attribute."""
    attributes = {op_field.name: (getattr(op, op_field.name), kind_of(op_field)) for op_field in fields(op)}
    changed = {name: _attribute(value, name, ()) for name, (value, kind) in attributes.items() if kind.is_dimension}
    return replace(op, **changed)


def _attribute(value: Any, name: str, places: Sequence[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_attribute(item, name, (*places, str(index + 1))) for index, item in enumerate(value))
    if value is None or isinstance(value, str):
        return value
    return _leaf(value, "_".join((name, *places)), ROLES.get(name, ""))


def _is_one(value: Any) -> bool:
    return type(value) is int and value == 1


def _leaf(value: Any, name: str, role: str) -> Worked:
    number = value.value if type(value) is Worked else value
    if type(number) is not int:
        raise ArchcalcError(f"found {type(number).__name__} for {name}, expected a network of plain numbers")
    return leaf(number, name, role)
