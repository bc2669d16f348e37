"""Receptive fields: which part of the input one output position can see.

Along an axis, output position u sees input positions low(u) up to high(u), the lowest of which may lie in the
padding and so be negative. A window of size k and stride s that begins p before its input, on a grid refined r
times (see `Window`), gives

    low'(u) = low(ceil((u*s - p) / r)),    high'(u) = high(floor((u*s - p + k - 1) / r)).

Both repeat: after `period` outputs the field has moved on by `shift` inputs, so one period says all. Its length is 1
until an op enlarges (a transposed convolution, an upsampling), and then the fields of neighbours differ in size: the
largest is given. The jump is shift / period. Where branches join, the field is the union of theirs. An op that sees
all positions (a fully connected layer after a flatten, a global pooling) has the union over all of them; if that
covers the whole input, the field is `global`. With several inputs, a layer's field is on the first input that it
depends on, and only that one is followed. Behind branches whose jumps differ no field is followed.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill 2019.
"""

from __future__ import annotations

from functools import partial

from archcalc.algebra import Undecided, decide, equal, ratio
from archcalc.analysis.axis import Axis, Lost, joined, merged, slid
from archcalc.analysis.coverage import Coverage
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Input
from archcalc.graph.op import ALL, CHOSEN, EACH, FLAT
from archcalc.graph.table import Column
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.op import Window

GLOBAL = "global"
MAX_NOTES = 5

NEEDS: tuple[str, ...] = ()


class Field(Record):
    """The field of a layer on the input with this index.

    It is flat once positions have become channels, merged once every unit sees the union of all fields, global if
    that union is the whole input, and lost if it could not be followed.
    """

    source: int
    axes: tuple[Axis, ...]
    is_flat: bool = False
    is_merged: bool = False
    is_global: bool = False
    is_lost: bool = False


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
    fields, notes = fields_of(graph)
    sizes: list[Any] = []
    jumps: list[Any] = []
    starts: list[Any] = []
    for layer, field in zip(graph.layers, fields, strict=True):
        has_positions = not field.is_global and not field.is_flat and not field.is_lost
        sizes.append(GLOBAL if field.is_global else None if field.is_lost else [axis.largest for axis in field.axes])
        starts.append([axis.lows[0] for axis in field.axes] if has_positions else None)
        try:
            jumps.append([ratio(axis.shift, axis.period) for axis in field.axes] if has_positions else None)
        except ArchcalcError as reason:
            jumps.append(None)
            notes.append(f"the jump of {layer.path} is not given: {reason}")
    return [sizes, jumps, starts], notes


def fields_of(graph: Graph) -> tuple[list[Field], list[str]]:
    """The field of every layer on the first input that it depends on, and notes.

    Fields on further inputs are not followed: with N inputs, each of N layers would have N of them.
    """
    fields: list[Field] = []
    windows: list[Window | str] = []
    coverage = Coverage(graph, windows)
    misaligned: list[str] = []
    notes: list[str] = []
    for index, layer in enumerate(graph.layers):
        if type(layer.op) is Input:
            axes = tuple(Axis(1, (0,), (0,), count) for count in layer.output.size)
            fields.append(Field(index, axes))
            windows.append(EACH)
            continue
        windows.append(layer.op.window(layer.output, *graph.input_tensors(layer)))
        arriving = [fields[source] for source in layer.inputs]
        first = min(field.source for field in arriving)
        try:
            # If one is global, it is the union: no need to follow how the others join.
            arriving = [field for field in arriving if field.source == first]
            field = next((field for field in arriving if field.is_global), arriving[0])
            problems: list[str] = []
            for other in arriving:
                field = field if other is field else _union(field, other, layer, problems)
            field = _through(field, layer, windows[index], partial(coverage.sees_everything, index, first))
            if not field.is_global:
                misaligned += problems
        except Lost as reason:
            notes.append(f"receptive fields are not followed behind {layer.path}: {reason}")
            field = Field(first, (), is_merged=True, is_lost=True)
        fields.append(field)
    spent = ["whether a field is global is not followed in all of so large a network"] if coverage.is_spent else []
    followed = _notes(notes, "fields are not followed behind {} more layers")
    return fields, [*followed, *spent, *_notes(misaligned, "{} more layers join misaligned branches")]


def _notes(notes: list[str], more: str) -> list[str]:
    """The first few notes, and how many more there are."""
    others = len(notes) - MAX_NOTES
    return [*notes[:MAX_NOTES], *([more.format(others)] if others > 0 else [])]


def _through(field: Field, layer: Layer, window: Window | str, sees_everything: Callable[[], bool]) -> Field:
    """The field after a layer, from the field before it."""
    if window == EACH or (field.is_merged and not field.is_lost):
        return field
    if field.is_lost:
        return Field(field.source, (), True, True, is_global=True) if window == ALL and sees_everything() else field
    if window == CHOSEN:
        raise Lost("the data decides which part of its input a region covers")
    if window == FLAT:
        return Field(field.source, field.axes, is_flat=True)
    if field.is_flat and not isinstance(window, str) and _is_one_position(window):
        return field
    if isinstance(window, str) or field.is_flat or not field.axes:
        # Every output position sees the union of all fields. So it is, too, where a window slides over what has
        # no positions of its own: a vector that was spread over a map.
        is_global = sees_everything()
        axes = () if is_global else tuple(map(merged, field.axes))
        return Field(field.source, axes, is_flat=True, is_merged=True, is_global=is_global)
    axes = tuple(slid(*axis) for axis in zip(field.axes, *window, layer.output.size, strict=True))
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
    if a.is_lost or b.is_lost:
        return a if a.is_lost else b
    for fixed, moving in ((a, b), (b, a)):
        if fixed.is_merged and not moving.is_merged and all(map(_holds, fixed.axes, moving.axes)):
            return fixed
    axes, problems = zip(*map(joined, a.axes, b.axes), strict=True) if a.axes else ((), ())
    problem = next((problem for problem in problems if problem), "")
    if problem:
        misaligned.append(f"{layer.path} joins misaligned branches: {problem}")
    return Field(a.source, tuple(axes), a.is_flat and b.is_flat, a.is_merged and b.is_merged)


def _holds(fixed: Axis, moving: Axis) -> bool:
    """Whether a field that is the same for all outputs is known to hold all fields of another branch."""
    try:
        low, high = merged(moving).field(0)
        first, last = fixed.field(0)
        if first is None or last is None or low is None:
            return False
        return bool(decide(first <= low) and decide(last >= high))
    except (Lost, Undecided):
        return False
