"""A network whose numbers remember how they were made, layer by layer: every analysis then shows its work.

Each layer begins anew from what it was given: the sizes of its inputs and its attributes. A view (flatten) and an op
that works in place pass their arithmetic on, so a fully connected layer behind a flatten weighs 7*7*512 inputs.
"""

from __future__ import annotations

from dataclasses import fields, replace

from archcalc.algebra.worked import CHANNELS, FILTERS, KERNEL, LEAF, SIZE, Worked, leaf
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
AXES = {1: "L", 2: "HW", 3: "DHW"}


def worked(graph: Graph) -> Graph:
    r"""The same network on worked numbers; raises ArchcalcError if its numbers are not plain.

    >>> from archcalc.spec import loads
    >>> net = worked(loads("input: [3, 8, 8]\nlayers: [{conv: [4, 3]}, flatten, {linear: 10}]"))
    >>> [layer.weights[0].elements.written("hwc") for layer in net.layers if layer.weights]
    ['(3*3*3)*4', '6*6*4*10']
    """
    layers: list[Layer] = []
    for layer in graph.layers:
        inputs = taken([layers[index].output for index in layer.inputs])
        op = Input(given(layer.output)) if type(layer.op) is Input else worked_op(layer.op)
        output = op.output(*inputs) if _passes_on(layer.op) else given(layer.output)
        layers.append(layer._replace(op=op, output=output, weights=op.weights(*inputs)))
    return WorkedGraph(
        **{op_field.name: getattr(graph, op_field.name) for op_field in fields(graph)} | {"layers": tuple(layers)}
    )


class WorkedGraph(Graph):
    """A network on worked numbers: a tensor's sizes are called C, H and W by the layers that it flows into."""

    def input_tensors(self, layer: Layer) -> tuple[Tensor, ...]:
        """What flows into a layer, as given numbers."""
        return taken(super().input_tensors(layer))


def given(tensor: Tensor) -> Tensor:
    """An output whose sizes are given numbers, with the names C_out, H_out and W_out.

    >>> given(Tensor(64, (7, 7))).elements.written("hwc")
    '7*7*64'
    """
    return _named(tensor, "_out", FILTERS)


def taken(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Inputs whose sizes are given numbers, C, H and W; C1 and so on where there are several."""
    if len(tensors) == 1:
        return (_named(tensors[0], "", CHANNELS),)
    # The arithmetic that each of several views hands on would have the same names.
    return tuple([_named(_plain(tensor), str(n), CHANNELS) for n, tensor in enumerate(tensors, start=1)])


def _plain(tensor: Tensor) -> Tensor:
    channels, *size = (getattr(value, "value", value) for value in tensor.shape)
    return Tensor(channels, tuple(size), getattr(tensor.regions, "value", tensor.regions))


def _named(tensor: Tensor, suffix: str, role: str) -> Tensor:
    names = AXES.get(len(tensor.size)) or [f"N{axis}" for axis in range(1, len(tensor.size) + 1)]
    size = tuple(_leaf(value, name + suffix, SIZE) for name, value in zip(names, tensor.size, strict=True))
    regions = tensor.regions if _is_one(tensor.regions) else _leaf(tensor.regions, "regions", "")
    return Tensor(_leaf(tensor.channels, "C" + suffix, role), size, regions)


def _passes_on(op: Op) -> bool:
    """Whether a layer hands on the arithmetic of its input: numbers of its own would mix with those of the next."""
    return op.storage != STORED and not any(kind_of(op_field).is_dimension for op_field in fields(op))


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
    if type(value) is Worked:
        return leaf(value.value, name, role) if value.sign == LEAF else value  # a view passes its arithmetic on
    if type(value) is not int:
        raise ArchcalcError(f"found {type(value).__name__} for {name}, expected a network of plain numbers")
    return leaf(value, name, role)
