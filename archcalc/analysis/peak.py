"""Peak memory: which activations are alive together while a network runs, layer after layer as the spec has them."""

from __future__ import annotations

from archcalc.analysis.dtypes import size_bytes
from archcalc.graph.op import IN_PLACE, STORED
from archcalc.graph.table import MAX, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis."""
    doc = "activations alive while the layer runs: its inputs, its output, what waits for later layers; no parameters"
    return (Column("peak_memory", "peak memory", doc, "B", MAX, MAX),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers."""
    return [alive_bytes(graph, settings.batch, settings.dtype)], []


def alive_bytes(graph: Graph, batch: Number, dtype: str, chosen: Collection[int] | None = None) -> list[Number]:
    """The bytes of the tensors that are alive while each layer runs, for a whole batch with all its regions.

    A tensor lives from the layer that makes it to the last one that reads it, an output of the network to the end. A
    view, and an op that works in place, uses the memory of its input; in place works only what nobody else reads.
    If layers are `chosen`, by index, only these run, and what they read of others comes into being when it is read.
    """
    layers = graph.layers
    running = range(len(layers)) if chosen is None else sorted(chosen)
    homes = _homes(graph)
    begin: dict[int, int] = {}
    end: dict[int, int] = {}
    for index in running:
        for member in (*layers[index].inputs, index):
            home = homes[member]
            begin.setdefault(home, index)
            end[home] = index
    if chosen is None:
        end.update({homes[index]: len(layers) for index in graph.outputs})
    counts = {home: batch * layers[home].output.regions * layers[home].output.elements for home in begin}
    sizes = {home: size_bytes(elements, dtype) for home, elements in counts.items()}
    result: list[Number] = [0] * len(layers)
    ending: dict[int, list[int]] = {}
    for home, last in end.items():
        ending.setdefault(last, []).append(home)
    beginning: dict[int, list[int]] = {}
    for home, first in begin.items():
        beginning.setdefault(first, []).append(home)
    alive: Number = 0
    for index in running:
        alive = alive + sum(sizes[home] for home in beginning.get(index, ()))
        result[index] = alive
        alive = alive - sum(sizes[home] for home in ending.get(index, ()))
    return result


def _homes(graph: Graph) -> list[int]:
    """The layer in whose memory the output of each layer lies."""
    layers = graph.layers
    last_read = {source: index for index, layer in enumerate(layers) for source in layer.inputs}
    kept = set(graph.outputs)
    homes: list[int] = []
    last_of_home: dict[int, int] = {}
    for index, layer in enumerate(layers):
        home = index
        if layer.op.storage != STORED and layer.inputs:
            source = homes[layer.inputs[0]]
            is_read_later = last_of_home.get(source, -1) > index or layer.inputs[0] in kept
            home = index if layer.op.storage == IN_PLACE and is_read_later else source
        homes.append(home)
        last_of_home[home] = max(last_of_home.get(home, -1), last_read.get(index, -1))
    return homes
