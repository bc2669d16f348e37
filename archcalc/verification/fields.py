"""Receptive fields, observed: which input positions each output position depends on, by the kernels' own walks.

Forward through the network goes, for every axis, a table [positions, input positions] of truths: whether a layer's
position depends on the input's. A walk of a kernel joins the rows that its taps read. So the set is exact, holes of
dilations included, and padding, which depends on nothing, cuts it as it does in the running network.

The analysis speaks of fields that may reach into padding. So a position all of whose taps, on every way to the input,
were real ones must see exactly from the field's first to its last position; any other may only see a part of it.
"""

from __future__ import annotations

import numpy as np

from archcalc.analysis.receptive_field import GLOBAL, fields_of
from archcalc.graph.graph import Input
from archcalc.kernels import find
from archcalc.kernels.walk import ALL, CHOSEN, EACH, FLAT
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from archcalc.analysis.axis import Axis
    from archcalc.analysis.receptive_field import Field
    from archcalc.graph.graph import Graph, Layer
    from archcalc.kernels.run import Array

MAX_CELLS = 64 * 2**20  # of the table of one axis
MAX_TAPS = 4 * 2**20  # of the positions of one axis whose own windows are compared


class Seen(Record):
    """What the positions of a layer depend on: along each axis a table, and which positions met padding on the way.

    With `is_whole` there is a single row, as every position depends on the same; then, and with `is_flat`, the
    layer's own positions are not those of the tables any more.
    """

    source: int
    tables: tuple[Array, ...]
    padded: tuple[Array, ...]
    is_flat: bool = False
    is_whole: bool = False


class Comparison(Record):
    """The field of a layer as computed, as observed (its largest extent), and whether they agree.

    `is_exact` if at least one position was compared that no padding had touched; else its part inside the image was.
    None where there is nothing to compare. `differing` is the layer's own window by the formula and as the kernel
    walks it, if they differ: deep in a network, where every field is cut off, that alone tells a wrong one.
    """

    computed: Any
    observed: tuple[int, ...] | None
    is_equal: bool | None
    is_exact: bool
    differing: tuple[str, str] | None = None


def compare_fields(graph: Graph) -> list[Comparison]:
    """One comparison a layer."""
    fields, _ = fields_of(graph)
    found = zip(graph.layers, fields, observed_fields(graph), strict=True)
    return [_compared(field, seen)._replace(differing=_differing_window(graph, layer)) for layer, field, seen in found]


def _differing_window(graph: Graph, layer: Layer) -> tuple[str, str] | None:
    """What a layer's output positions see of its first input, as computed and as walked, if the two differ."""
    if type(layer.op) is Input:
        return None
    inputs = graph.input_tensors(layer)
    window = layer.op.window(layer.output, *inputs)
    sees = find(layer.op_name).sees(layer.op, *(x.size for x in inputs))
    if isinstance(window, str) or isinstance(sees, str):
        is_same = isinstance(window, str) and isinstance(sees, str) and window == sees
        return None if is_same else (_word(window), _word(sees))
    for axis, (walk, count) in enumerate(zip(sees, inputs[0].size, strict=True)):
        size, stride, before, spacing, upscale = (values[axis] for values in window)
        step = 1 + len(walk) * (size // spacing + walk.shape[1]) // MAX_TAPS  # of too many positions, some
        positions, walk = np.arange(0, len(walk), step), walk[::step]
        firsts = positions[:, None] * stride - before
        places = firsts + np.arange(0, size, spacing)
        is_real = (places % upscale == 0) & (places >= 0) & (places < count * upscale)
        computed = _sorted(np.where(is_real, places // upscale, -1), walk.shape[1])
        observed = _sorted(walk, computed.shape[1])
        for row in np.flatnonzero((computed != observed).any(axis=1)):
            one, other = (np.unique(taps[taps >= 0]) for taps in (computed[row], observed[row]))
            if not np.array_equal(one, other):  # a tap may be read twice
                position = int(positions[row])
                return _positions(axis, position, one), _positions(axis, position, other)
    return None


def _sorted(taps: Array, width: int) -> Array:
    """The taps of each position in order, after as many -1 as make so many of them."""
    lacking = np.full((len(taps), max(width - taps.shape[1], 0)), -1)
    return np.sort(np.concatenate([lacking, taps], axis=1), axis=1)


def _word(sees: Any) -> str:
    return sees if isinstance(sees, str) else "a window"


def _positions(axis: int, position: int, taps: Array) -> str:
    shown = ", ".join(map(str, taps[:6])) + (", ..." if taps.size > 6 else "")
    return f"position {position} of axis {axis} sees [{shown}]"


def observed_fields(graph: Graph) -> Iterator[Seen | None]:
    """What the positions of each layer depend on; None where that is not followed."""
    last_use = {index: user for user, layer in enumerate(graph.layers) for index in layer.inputs}
    seen: dict[int, Seen | None] = {}
    for index, layer in enumerate(graph.layers):
        seen[index] = _seen(graph, layer, index, seen)
        yield seen[index]
        for source in layer.inputs:
            if last_use[source] == index:
                seen[source] = None  # large tables: let go of them


def _seen(graph: Graph, layer: Layer, index: int, seen: dict[int, Seen | None]) -> Seen | None:
    if type(layer.op) is Input:
        size = layer.output.size
        if any(count**2 > MAX_CELLS for count in size):
            return None
        return Seen(index, tuple(np.eye(n, dtype=bool) for n in size), tuple(np.zeros(n, bool) for n in size))
    states = [seen[source] for source in layer.inputs]
    known = [state for state in states if state is not None]
    if len(known) < len(states):
        return None
    first = min(state.source for state in known)
    sees = find(layer.op_name).sees(layer.op, *(graph.layers[source].output.size for source in layer.inputs))
    if sees == CHOSEN:
        return None
    state = _united([state for state in known if state.source == first])
    if state.is_whole or sees == EACH:
        return state
    if sees == ALL:
        return _whole(state)
    if sees == FLAT:
        return state._replace(is_flat=True)
    if state.is_flat and all(walk.shape[1] == 1 for walk in sees):
        return state  # positions are moved, put in or left out (a class token, a crop), but none are joined
    if state.is_flat or not state.tables:
        return _whole(state)
    if any(table.shape[1] * len(walk) > MAX_CELLS for table, walk in zip(state.tables, sees, strict=True)):
        return None
    pairs = [_walked(*axis) for axis in zip(state.tables, state.padded, sees, strict=True)]
    return Seen(first, tuple(table for table, _ in pairs), tuple(padded for _, padded in pairs))


def _united(states: list[Seen]) -> Seen:
    """Where branches join; one that is the same for all positions is spread over those of the others."""
    result = next((state for state in states if not state.is_whole), states[0])
    for state in states:
        if state is result:
            continue
        same = [one.shape == other.shape for one, other in zip(state.tables, result.tables, strict=True)]
        other = state if state.is_whole or all(same) else _whole(state)
        result = result._replace(
            tables=tuple(a | b for a, b in zip(result.tables, other.tables, strict=True)),
            padded=tuple(a | b for a, b in zip(result.padded, other.padded, strict=True)),
        )
    return result


def _whole(state: Seen) -> Seen:
    tables = tuple(np.atleast_2d(table.any(axis=0)) for table in state.tables)
    padded = tuple(np.array([bool(met.any())]) for met in state.padded)
    return Seen(state.source, tables, padded, True, True)


def _walked(table: Array, padded: Array, walk: Array) -> tuple[Array, Array]:
    """The rows of the positions that the taps read, joined for each output position."""
    joined = np.zeros((walk.shape[0], table.shape[1]), bool)
    met = np.zeros(walk.shape[0], bool)
    for taps in walk.T:
        inside = taps >= 0
        joined[inside] |= table[taps[inside]]
        met[inside] |= padded[taps[inside]]
        met |= ~inside
    return joined, met


def _compared(field: Field, seen: Seen | None) -> Comparison:
    computed = GLOBAL if field.is_global else None if field.is_lost else tuple(axis.largest for axis in field.axes)
    if seen is None or field.is_lost:
        return Comparison(computed, None, None, False)
    observed = tuple(max(map(_extent, table)) for table in seen.tables)
    if field.is_global:
        axes = zip(seen.tables, seen.padded, strict=True)
        sees_all = all(bool(table.any(axis=0).all() and table[~padded].all()) for table, padded in axes)
        return Comparison(computed, observed, sees_all, True)
    if len(field.axes) != len(seen.tables):
        return Comparison(computed, observed, False, False)
    pairs = [_compared_axis(*axis) for axis in zip(field.axes, seen.tables, seen.padded, strict=True)]
    return Comparison(computed, observed, all(equal for equal, _ in pairs), all(exact for _, exact in pairs))


def _compared_axis(axis: Axis, table: Array, padded: Array) -> tuple[bool, bool]:
    """Whether all positions see what the analysis says, and whether one of them does so untouched by padding."""
    positions = range(len(table)) if axis.is_even else range(1)
    is_exact = False
    for position in positions:
        low, high = axis.field(position)
        touched = np.flatnonzero(table[position])
        if low is None or high is None or not touched.size:
            if touched.size:
                return False, is_exact
            continue
        first, last = int(touched[0]), int(touched[-1])
        if not padded[position]:
            if (first, last) != (low, high):
                return False, is_exact
            is_exact = True
        elif first < low or last > high:
            return False, is_exact
    return True, is_exact


def _extent(row: Array) -> int:
    touched = np.flatnonzero(row)
    return int(touched[-1] - touched[0] + 1) if touched.size else 0
