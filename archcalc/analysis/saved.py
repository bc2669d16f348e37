"""What training keeps for the backward pass: the tensors that each op says it saves, each counted once.

A tensor is kept however many ops save it: the output of a ReLU, say, that the convolution behind it saves as its
input. A view is the tensor that it reads. Whatever an op in place overwrites is another tensor than what it leaves, so
where both are saved, both count. A layer that no trained value lies in or before needs no gradient, and saves nothing.
"""

from __future__ import annotations

from archcalc.analysis.dtypes import bits_of, packed_bytes, size_bytes
from archcalc.analysis.liveness import tensors_of
from archcalc.graph.op import BUFFER, INPUT, OUTPUT, STATISTICS
from archcalc.graph.table import SUM, Column
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph
    from archcalc.graph.op import Saved

NEEDS: tuple[str, ...] = ()


class Keeping(Record):
    """What is kept: the outputs of these layers, by index, and for each layer the tensors of its own making."""

    outputs: frozenset[int]
    made: dict[int, tuple[Saved, ...]]


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column(
            "saved",
            "saved",
            "values that training keeps for backward: the output if any op saves it, masks, indices, statistics",
            "",
            SUM,
            SUM,
        ),
        Column(
            "saved_bytes",
            "saved bytes",
            "bytes of what is saved: masks 1 a value, indices 8, statistics 4, all else as the dtype has it",
            "B",
            SUM,
            SUM,
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers; for a whole batch with all its regions."""
    keeping = keeping_of(graph)
    return [
        kept_values(graph, keeping, settings.batch),
        kept_bytes(graph, keeping, settings.batch, settings.dtype),
    ], []


def keeping_of(graph: Graph, members: Collection[int] | None = None) -> Keeping:
    """What all layers, or only these, save for their backward passes."""
    tensors = tensors_of(graph)
    outputs: set[int] = set()
    made: dict[int, tuple[Saved, ...]] = {}
    with_gradient = trained(graph)
    for index, layer in enumerate(graph.layers):
        if not with_gradient[index] or (members is not None and index not in members):
            continue
        saved = [
            each
            for each in layer.op.saves(layer.output, *graph.input_tensors(layer))
            if not each.serves or any(with_gradient[layer.inputs[source]] for source in each.serves)
        ]
        outputs.update(tensors[layer.inputs[each.source]] for each in saved if each.kind == INPUT)
        outputs.update(tensors[index] for each in saved if each.kind == OUTPUT)
        made[index] = tuple(each for each in saved if each.kind not in (INPUT, OUTPUT))
    return Keeping(frozenset(outputs), made)


def trained(graph: Graph) -> list[bool]:
    """Whether a gradient flows to each layer: it has trained values, or reads what has."""
    result: list[bool] = []
    for layer in graph.layers:
        owns = any(weight.role != BUFFER for weight in layer.weights)
        result.append(owns or any(result[source] for source in layer.inputs))
    return result


def kept_values(graph: Graph, keeping: Keeping, batch: Number) -> list[Number]:
    """How many values are kept of each layer, its own output among them."""
    result: list[Number] = []
    for index, layer in enumerate(graph.layers):
        count = batch * layer.output.regions
        own = sum(_elements(saved, count) for saved in keeping.made.get(index, ()))
        result.append(own + (count * layer.output.elements if index in keeping.outputs else 0))
    return result


def kept_bytes(graph: Graph, keeping: Keeping, batch: Number, dtype: str) -> list[Number]:
    """The bytes that are kept of each layer, its own output among them."""
    result: list[Number] = []
    for index, layer in enumerate(graph.layers):
        count = batch * layer.output.regions
        own = sum(packed_bytes(_elements(saved, count), _bits(saved, dtype)) for saved in keeping.made.get(index, ()))
        result.append(own + (size_bytes(count * layer.output.elements, dtype) if index in keeping.outputs else 0))
    return result


def _elements(saved: Saved, count: Number) -> Number:
    return saved.elements if saved.is_per_batch else saved.elements * count


def _bits(saved: Saved, dtype: str) -> int:
    """Bits of one value; statistics of wide values are as wide."""
    if saved.bits is None:
        return bits_of(dtype)
    return max(saved.bits, bits_of(dtype)) if saved.kind == STATISTICS else saved.bits
