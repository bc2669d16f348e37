"""Traffic: the bytes that every layer moves between memory and arithmetic, each tensor once."""

from __future__ import annotations

from archcalc.algebra import Undecided, decide, minimum
from archcalc.analysis.dtypes import size_bytes
from archcalc.graph.graph import Input
from archcalc.graph.op import IN_PLACE, STORED, VIEW, WEIGHT
from archcalc.graph.table import SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.tensor import Tensor

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis."""
    doc = (
        "inputs, weights and buffers read once and the output written once, at the dtype; 0 for views and ops that do "
        "nothing at inference (dropout); of a table the rows looked up, of a copy what is copied"
    )
    return (Column("bytes_moved", "bytes moved", doc, "B", SUM, SUM),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers, for the whole batch with all its regions."""
    return [[_bytes_moved(graph, layer, settings) for layer in graph.layers]], []


def _bytes_moved(graph: Graph, layer: Layer, settings: Settings) -> Number:
    """What one layer reads and writes; a layer that shares weights reads them anew."""
    storage = layer.op.storage
    if storage == VIEW or type(layer.op) is Input:
        return 0
    work = layer.op.work(layer.output, *graph.input_tensors(layer))
    computes = any(map(_is_some, work))
    if storage == IN_PLACE and not computes:
        return 0  # at inference it leaves its values as they are
    written = _elements(layer.output, settings)
    # A tensor that is added to itself comes from memory once.
    sources = [_elements(graph.layers[source].output, settings) for source in dict.fromkeys(layer.inputs)]
    if storage == STORED and not computes and not layer.weights:
        read = [minimum(sum(sources), written)]  # a copy: of a slice or crop no more than what it keeps
    else:
        # What multiplies an input, and yet multiplies nothing, is a table: one row is read for each index.
        lookups = not computes
        weights = [
            minimum(weight.elements, written) if lookups and weight.role == WEIGHT else weight.elements
            for weight in layer.weights
        ]
        read = [*sources, *weights]
    total: Number = sum(size_bytes(elements, settings.dtype) for elements in (*read, written))
    return total


def _is_some(count: Number) -> bool:
    """Whether there is such work; of what is open, that there may be."""
    try:
        return bool(decide(count != 0))
    except Undecided:
        return True


def _elements(tensor: Tensor, settings: Settings) -> Number:
    """The values of a tensor for the whole batch."""
    return settings.batch * tensor.regions * tensor.elements
