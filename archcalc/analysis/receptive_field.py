"""Receptive fields: which part of the input one output position can see.

Along an axis, output position u sees input positions start + jump*u up to start + jump*u + size - 1;
start is negative where the field begins in the padding. A window of size k, stride s that begins p
before its input gives: start' = start - p*jump, size' = size + (k - 1)*jump, jump' = jump*s. Where
branches join, the field is the union of theirs. An op that sees all positions (a fully connected layer
after a flatten, a global pooling) has the union over all of them; if that covers the whole input, the
field is `global`. With several inputs, a layer's field is on the first input that it depends on.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill 2019.
"""

from __future__ import annotations

from archcalc.algebra import Undecided, decide, equal, fails, maximum, minimum
from archcalc.analysis.coverage import sees_everything
from archcalc.graph.graph import Input
from archcalc.graph.op import EACH, FLAT
from archcalc.graph.table import Column
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.op import Window

GLOBAL = "global"
MAX_NOTES = 5

NEEDS: tuple[str, ...] = ()


class Axis(Record):
    """The field along one axis; `positions` is how many output positions there are."""

    size: Number
    jump: Number
    start: Number
    positions: Number


class Field(Record):
    """The field of a layer on the input with this index.

    It is flat once positions have become channels, merged once every unit sees the union of all fields, and
    global if that union is the whole input.
    """

    source: int
    axes: tuple[Axis, ...]
    is_flat: bool = False
    is_merged: bool = False
    is_global: bool = False


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column(
            "receptive_field",
            "receptive field",
            "input positions that one output position sees, per axis; or global",
            "px",
        ),
        Column(
            "jump",
            "jump",
            "input positions between the fields of neighbouring outputs (effective stride), per axis",
            "px",
        ),
        Column(
            "start",
            "start",
            "first input position of the field of output 0, per axis; negative in padding",
            "px",
            separator=", ",
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    fields: list[dict[int, Field]] = []
    windows: list[Window | str] = []
    misaligned: list[str] = []
    for index, layer in enumerate(graph.layers):
        if type(layer.op) is Input:
            axes = tuple(Axis(1, 1, 0, count) for count in layer.output.size)
            fields.append({index: Field(index, axes)})
            windows.append(EACH)
            continue
        windows.append(layer.op.window(layer.output, *graph.input_tensors(layer)))
        joined: dict[int, Field] = {}
        for source in layer.inputs:
            for key, field in fields[source].items():
                joined[key] = field if key not in joined else _union(joined[key], field, layer, misaligned)
        fields.append({key: _through(field, graph, windows, index) for key, field in joined.items()})
    sizes: list[Any] = []
    jumps: list[Any] = []
    starts: list[Any] = []
    for by_input in fields:
        field = by_input[min(by_input)]
        sizes.append(GLOBAL if field.is_global else [axis.size for axis in field.axes])
        jumps.append(None if field.is_global or field.is_flat else [axis.jump for axis in field.axes])
        starts.append(None if field.is_global or field.is_flat else [axis.start for axis in field.axes])
    return [sizes, jumps, starts], _notes(misaligned)


def _notes(misaligned: list[str]) -> list[str]:
    more = len(misaligned) - MAX_NOTES
    return [*misaligned[:MAX_NOTES], *([f"{more} more layers join misaligned branches"] if more > 0 else [])]


def _through(field: Field, graph: Graph, windows: Sequence[Window | str], index: int) -> Field:
    """The field after a layer, from the field before it."""
    layer, window = graph.layers[index], windows[index]
    if window == EACH or field.is_merged:
        return field
    if window == FLAT:
        return Field(field.source, field.axes, is_flat=True)
    if field.is_flat and not isinstance(window, str) and _is_one_position(window):
        return field
    if isinstance(window, str) or field.is_flat or not field.axes:
        # Every output position sees the union of all fields, so neighbours are 0 apart. So it is, too, where
        # a window slides over what has no positions of its own: a vector that was spread over a map.
        axes = tuple(Axis(axis.size + (axis.positions - 1) * axis.jump, 0, axis.start, 1) for axis in field.axes)
        is_global = sees_everything(graph, windows, index, field.source)
        return Field(field.source, axes, is_flat=True, is_merged=True, is_global=is_global)
    axes = tuple(
        Axis(axis.size + (size - 1) * axis.jump, axis.jump * stride, axis.start - before * axis.jump, count)
        for axis, size, stride, before, count in zip(
            field.axes, window.size, window.stride, window.before, layer.output.size, strict=True
        )
    )
    return Field(field.source, axes)


def _is_one_position(window: Window) -> bool:
    """Whether a window is known to hold a single position, so that it mixes nothing."""
    try:
        return all(decide(equal(size, 1)) for size in window.size)
    except Undecided:
        return False


def _union(a: Field, b: Field, layer: Layer, misaligned: list[str]) -> Field:
    if a.is_global or b.is_global:
        return a if a.is_global else b
    axes = []
    problem = ""
    for one, other in zip(a.axes, b.axes, strict=True):
        start = minimum(one.start, other.start)
        end = maximum(one.start + one.size, other.start + other.size)
        if fails(equal(one.jump, other.jump)):
            problem = f"jumps {one.jump} and {other.jump} differ; the field given is that of output 0"
        elif fails(equal(2 * one.start + one.size, 2 * other.start + other.size)):
            problem = problem or "the centres of their fields differ"
        axes.append(Axis(end - start, maximum(one.jump, other.jump), start, maximum(one.positions, other.positions)))
    if problem:
        misaligned.append(f"{layer.path} joins misaligned branches: {problem}")
    return Field(a.source, tuple(axes), a.is_flat and b.is_flat, a.is_merged and b.is_merged)
