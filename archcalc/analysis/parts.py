"""The parts of a network with region ops: what is done once an image, and what for each of its regions."""

from __future__ import annotations

from archcalc.algebra import Undecided, decide, equal
from archcalc.graph.table import FIXED, NONE, Column, Table
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Analysis
    from archcalc.graph.graph import Graph

# The columns that are told apart by part, in this order.
COLUMNS = ("activations", "params", "macs", "flops")


class Part(Record):
    """The layers, by index, of which one image has equally many tensors."""

    regions: Number
    members: list[int]

    @property
    def name(self) -> str:
        """What it is called in a table."""
        return "image" if _is_same(self.regions, 1) else "region"


def parts_of(graph: Graph) -> list[Part]:
    """The parts of a network in the order in which they begin; one if it has no region op."""
    first = graph.layers[0].output.regions
    if all(layer.output.regions is first for layer in graph.layers):  # as in most networks
        return [Part(first, list(range(len(graph.layers))))]
    parts: list[Part] = []
    for index, layer in enumerate(graph.layers):
        regions = layer.output.regions
        part = next((part for part in parts if part.regions is regions or _is_same(part.regions, regions)), None)
        if part is None:
            part = Part(regions, [])
            parts.append(part)
        part.members.append(index)
    return parts


def _is_same(a: Number, b: Number) -> bool:
    try:
        return bool(decide(equal(a, b)))
    except Undecided:
        return False


def parts_table(analysis: Analysis, wanted: Sequence[str] = COLUMNS) -> Table | None:
    """One row a part: what it costs each time and in all; None if there is only one part.

    `times` is how often a part is done for the whole batch.
    """
    parts = parts_of(analysis.graph)
    if len(parts) == 1:
        return None
    columns = [
        Column("part", "part", "what it is done for"),
        Column("regions", "an image has", "how many of them one image has"),
        Column("times", "times", "how often it is done for the whole batch"),
    ]
    rows: list[list[Any]] = [[part.name, part.regions, part.regions * analysis.settings.batch] for part in parts]
    totals: list[Any] = [None, None, None]
    for name in COLUMNS:
        if name not in wanted:
            continue
        total = analysis.total(name)
        values, column = analysis.single(name), analysis.columns[name]
        is_fixed = column.scale == FIXED
        if not is_fixed:
            columns.append(column._replace(name=f"{name}_each", heading=f"{column.heading}, each", total=NONE))
        columns.append(column if is_fixed else column._replace(heading=f"{column.heading}, all"))
        totals += [total] if is_fixed else [None, total]
        for part, row in zip(parts, rows, strict=True):
            each = sum(values[index] for index in part.members)
            row += [each] if is_fixed else [each, each * row[2]]
    has_totals = any(total is not None for total in totals)
    return Table({}, tuple(columns), tuple(map(tuple, rows)), tuple(totals) if has_totals else ())
