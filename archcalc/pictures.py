"""What the pictures of a report show: columns, fields and roofs, gathered from the analyses for `archcalc.plots`."""

from __future__ import annotations

from numbers import Real

from archcalc.algebra.plain import describe
from archcalc.analysis import ALIASES
from archcalc.analysis.bound import MS
from archcalc.analysis.facts import facts
from archcalc.analysis.quantities import written_quantity
from archcalc.analysis.receptive_field import fields_of
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Input
from archcalc.graph.table import MAX, RATIO, SUM
from archcalc.render.numbers import as_in_spec, heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from archcalc.analysis import Analysis
    from archcalc.analysis.receptive_field import Field
    from archcalc.graph.graph import Graph
    from archcalc.graph.table import Column, Table
    from archcalc.plots.bars import Bars
    from archcalc.plots.receptive_field import Area

COLUMNS = ("params", "macs", "activations")  # of bars, if no others are asked for
MANY_BARS, MANY_FIELDS = 30, 24  # of more, blocks are folded until there are fewer
HARDLY_FEWER = 0.8  # times
# How the total of a column is called, by its rule.
TOTALS = {SUM: "total", MAX: "most", RATIO: "overall"}
MIDDLE = "fields of the unit in the middle of each output, each size once; what lies in the padding is lighter"
BOUNDS = "bounds, no measurements; 1 MAC is 2 FLOP; area: part of the time"


def bars_picture(
    analysis: Analysis, names: Sequence[str], depth: int | None, table_of: Callable[[int | None], Table]
) -> Figure:
    """Bars of these columns; `table_of` gives a table that has them and `op` for a depth. Raises ArchcalcError."""
    from archcalc.plots.bars import bars

    for name in names:
        if not isinstance(name, str):
            hint = "each column is an argument of its own"
            raise ArchcalcError(f"found {describe(name)}, expected the name of a column", hint=hint)
    wanted = dict.fromkeys(ALIASES.get(name, name) for name in names)
    chosen, table = _folded(analysis.graph, depth, table_of, lambda table: len(_drawn(table, wanted)), MANY_BARS)
    rows = _drawn(table, wanted)
    rest = len(_members(analysis.graph, chosen)) - len(rows)
    return bars(
        [row["name"] for row in rows],
        [_panel(table, name, rows) for name in wanted],
        kinds=[row["op"].partition(" x")[0] for row in rows],  # a block three times is of its kind
        title=f"{analysis.graph.name}: the cost of each {_what(chosen)}",
        note=_note(analysis, f"left out for having none of these: {rest:,}" if rest else ""),
    )


def memory_picture(analysis: Analysis) -> Figure:
    """The memory in use while each layer runs; raises ArchcalcError."""
    from archcalc.plots.memory import memory

    analysis.require(("peak_memory",))
    return memory(
        [layer.path for layer in analysis.graph.layers],
        analysis.values["peak_memory"],
        title=f"{analysis.graph.name}: memory in use while it runs",
        note=_note(analysis, analysis.columns["peak_memory"].doc),
    )


def field_picture(analysis: Analysis, path: str | None) -> Figure:
    """The fields of all layers, or of one and those that it depends on; raises ArchcalcError."""
    from archcalc.plots.receptive_field import receptive_field

    graph = analysis.graph
    fields, _ = fields_of(graph)
    last = None if path is None else graph.layers.index(graph.layer(path))
    if last is not None and type(graph.layers[last].op) is Input:
        raise ArchcalcError(f"'{path}' is an input: only what comes after it has a field there")
    source = _first_input(graph) if last is None else fields[last].source
    chosen = set(range(len(graph.layers))) if last is None else _ancestors(graph, last)
    chosen = {index for index in chosen if fields[index].source == source and type(graph.layers[index].op) is not Input}
    lost = [index for index in chosen if _ends(fields[index]) is None and not fields[index].is_global]
    if last in lost:
        raise ArchcalcError(f"where the field of '{path}' lies could not be followed")
    chosen -= set(lost)
    _, areas = _folded(graph, None, lambda depth: _areas(graph, fields, chosen, depth, last), len, MANY_FIELDS)
    every = max(1, -(-len(areas) // MANY_FIELDS))
    return receptive_field(
        graph.layers[source].output.size,
        areas[::-every][::-1],  # the last is the largest, as a rule
        title=f"{graph.name}: how the receptive field grows" + ("" if path is None else f" up to {path}"),
        note=_note(
            analysis,
            MIDDLE,
            f"one of every {every} is shown" if every > 1 else "",
            f"left out as they could not be followed: {len(lost):,}" if lost else "",
        ),
    )


def roofline_picture(analysis: Analysis) -> Figure:
    """The layers under the roof of the device; raises ArchcalcError, without a device too."""
    from archcalc.plots.roofline import Point, Roof, roofline

    names = ("intensity", "arithmetic", "bound_ms", "bound_by")
    analysis.require(names)
    device, dtype = analysis.settings.device, analysis.settings.dtype
    assert device is not None  # noqa: S101 - a bound needs one
    paths = [layer.path for layer in analysis.graph.layers]
    points = [
        Point(path, intensity, arithmetic * MS / ms, ms, bound_by)
        for path, intensity, arithmetic, ms, bound_by in zip(
            paths, *(analysis.values[name] for name in names), strict=True
        )
        if bound_by is not None and arithmetic
    ]
    rest = len(paths) - len(points)
    return roofline(
        Roof(
            float(device.rate(dtype)),
            float(device.bandwidth),
            f"{written_quantity(device.rate(dtype), 'FLOP/s')} at {dtype}",
            written_quantity(device.bandwidth, "B/s"),
        ),
        points,
        title=f"{analysis.graph.name} under the roofline of {device.name}",
        note=_note(analysis, BOUNDS, f"left out for computing nothing: {rest:,}" if rest else ""),
    )


# ---------------------------------------------------------------------------------------------
# Bars.


def _drawn(table: Table, names: Iterable[str]) -> list[dict[str, Any]]:
    """The rows that have anything in one of these columns; raises ArchcalcError where one has no numbers."""
    rows = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]
    for name in names:
        if not all(row[name] is None or isinstance(row[name], Real) for row in rows):
            hint = f"columns of numbers can: {', '.join(COLUMNS)} for some; 'archcalc columns' lists all"
            raise ArchcalcError(f"the column '{name}' cannot be drawn as bars", hint=hint)
    return [row for row in rows if any(row[name] for name in names)]


def _panel(table: Table, name: str, rows: Sequence[dict[str, Any]]) -> Bars:
    from archcalc.plots import amount
    from archcalc.plots.bars import Bars

    place = [column.name for column in table.columns].index(name)
    column: Column = table.columns[place]
    total = table.totals[place] if table.totals else None
    words = "" if total is None else f"{TOTALS.get(column.total, column.total)} {amount(total, column.unit)}"
    return Bars(heading(column), [row[name] for row in rows], words)


# ---------------------------------------------------------------------------------------------
# Fields.


def _first_input(graph: Graph) -> int:
    """The first input that has positions, by index, or else the first."""
    indices = [index for index, layer in enumerate(graph.layers) if type(layer.op) is Input]
    return next((index for index in indices if graph.layers[index].output.size), indices[0])


def _ancestors(graph: Graph, last: int) -> set[int]:
    """A layer and all that it depends on, by index."""
    found = {last}
    for index in range(last, -1, -1):
        if index in found:
            found.update(graph.layers[index].inputs)
    return found


def _ends(field: Field) -> tuple[tuple[int, int], ...] | None:
    """First and last input position that the unit in the middle sees, of every axis; None where that is not known."""
    ends = []
    for axis in field.axes:
        if not axis.is_even or type(axis.positions) is not int:
            return None
        low, high = axis.field(axis.positions // 2)
        if type(low) is not int or type(high) is not int:
            return None
        ends.append((low, high))
    return tuple(ends) or None


def _areas(graph: Graph, fields: Sequence[Field], chosen: set[int], depth: int | None, last: int | None) -> list[Area]:
    """The fields of these layers, of a block that of its last; of fields of one size only the first, or `last`."""
    from archcalc.plots.receptive_field import Area

    areas: dict[str, Area] = {}
    for name, members in _members(graph, depth).items():
        inside = [index for index in members if index in chosen]
        if not inside:
            continue
        ends = None if fields[inside[-1]].is_global else _ends(fields[inside[-1]])
        area = Area(graph.layers[last].path if inside[-1] == last else name, ends)
        if inside[-1] == last:
            areas.pop(area.text, None)  # this is the layer which was asked for
        areas.setdefault(area.text, area)
    return list(areas.values())


# ---------------------------------------------------------------------------------------------
# What they share.


def _members(graph: Graph, depth: int | None) -> dict[str, list[int]]:
    """The layers by what they are called when deeper names are folded."""
    members: dict[str, list[int]] = {}
    for index, layer in enumerate(graph.layers):
        members.setdefault(layer.path if depth is None else ".".join(layer.path.split(".")[:depth]), []).append(index)
    return members


def _folded(
    graph: Graph, depth: int | None, drawn: Callable[[int | None], Any], count: Callable[[Any], int], most: int
) -> tuple[int | None, Any]:
    """What is drawn at a depth, and the depth: without one the deepest at which it is not too much.

    A level that tells hardly more than the next one is folded too: conv2.0 instead of conv2.0.add.
    """
    found = drawn(depth)
    if depth is not None:
        return depth, found
    for fewer in range(max(layer.path.count(".") for layer in graph.layers), 0, -1):
        shorter = drawn(fewer)
        if count(found) <= most and count(shorter) < HARDLY_FEWER * count(found):
            break
        depth, found = fewer, shorter
    return depth, found


def _what(depth: int | None) -> str:
    return "layer" if depth is None else f"layer or block (depth {depth})"


def _note(analysis: Analysis, *more: str) -> str:
    """What was counted, in small print."""
    found = facts(analysis.graph, analysis.settings)
    shapes = found["input"] if isinstance(found["input"], dict) else {"": found["input"]}
    inputs = ", ".join(f"{name} {'x'.join(map(str, shape))}".strip() for name, shape in shapes.items())
    values = [f"{name}={as_in_spec(value)}" for name, value in found["vars"].items()]
    counted = ", ".join([f"input {inputs}", f"batch {found['batch']}", found["dtype"], *values])
    return "\n".join([*filter(None, ["; ".join(filter(None, more))]), counted])
