"""The table of a network with its arithmetic in every cell, as lectures write it: `archcalc SPEC --work`."""

from __future__ import annotations

from archcalc.analysis.derivations import derivations
from archcalc.graph.op import attributes
from archcalc.graph.table import HWC, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.table import Table
    from archcalc.report import Report

DEFAULT_COLUMNS = ("activations", "weights")
MEMORY = "memory"
# What lectures call the layers of these ops; others go by their own name.
SHORT = {"max_pool": "POOL", "avg_pool": "AVGPOOL", "linear": "FC", "depthwise_conv": "DWCONV"}
LABEL = Column("layer", "layer", "op, kernel, number of filters and step of its window, as in lectures: CONV3-64/2")
# Their names say already what a row is.
DESCRIPTIONS = ("name", "op", "output")


def worked_table(
    report: Report, columns: Sequence[str] | None = None, everything: bool = False, layout: str = HWC
) -> Table:
    """The table of a report with the arithmetic of each count; a column that is no count is as in any table.

    In layout `hwc` shapes and products are written as in lectures, in `chw` in the order of the formulas. Memory is
    rounded, as there, and every other result exact. Rows of a network that branches begin with their paths.

    >>> import archcalc
    >>> table = worked_table(archcalc.analyze("vgg16"))
    >>> [value.written("hwc") for value in table.rows[4][2:]]
    ['112*112*128', '(3*3*64)*128']
    """
    wanted = tuple(name for name in columns or DEFAULT_COLUMNS if name not in DESCRIPTIONS)
    plain = report.table(("name", "output", *wanted), everything=everything)
    derived = derivations(report.graph, report.settings)
    index_of = {layer.path: index for index, layer in enumerate(report.graph.layers)}
    shown = [column for column in plain.columns if column.name in wanted]
    worked = {column.name for column in shown if column.total == SUM and not column.digits}
    derived.require(worked)
    is_chain = _is_chain(report.graph)
    rows = []
    for path, output, *values in plain.rows:
        index = index_of[path]
        cells = [
            derived.values[column.name][index] if column.name in worked else value
            for column, value in zip(shown, values, strict=True)
        ]
        rows.append((*(() if is_chain else (path,)), label(report.graph.layers[index]), output, *cells))
    head = (LABEL,) if is_chain else (plain.columns[0], LABEL)
    totals = ("",) * len(head) + plain.totals[1:] if plain.totals else ()
    return plain._replace(
        columns=(*head, plain.columns[1], *map(_as_in_lectures, shown)),
        rows=tuple(rows),
        totals=totals,
        notes=(*plain.notes, *report.graph.notes),
        layout=layout,
    )


def _as_in_lectures(column: Column) -> Column:
    return column._replace(heading=MEMORY, is_rounded=True) if column.name == "activations" else column


def _is_chain(graph: Graph) -> bool:
    """Whether every layer follows the one before it, so that their order says all."""
    return all(layer.inputs == (index - 1,) for index, layer in enumerate(graph.layers) if index)


def label(layer: Layer) -> str:
    """A layer as lectures call it.

    >>> import archcalc
    >>> net = archcalc.load("alexnet")
    >>> [label(net.layer(name)) for name in ("input", "conv1", "pool1", "fc6")]
    ['INPUT', 'CONV11-96/4', 'POOL3/2', 'FC']
    """
    given = attributes(layer.op)
    text = SHORT.get(layer.op_name, layer.op_name.upper())
    kernel, stride = given.get("kernel"), given.get("stride")
    if kernel is not None:
        text += _sides(kernel)
    if "filters" in given:
        text += f"-{given['filters']}"
    usual = "1" if "filters" in given or "multiplier" in given else _sides(kernel)
    if stride is not None and _sides(stride) != usual:
        text += f"/{_sides(stride)}"
    return text


def _sides(value: Any) -> str:
    """One number, or 1x7 where the axes differ."""
    sides = value if isinstance(value, tuple) else (value,)
    return str(sides[0]) if len(set(sides)) == 1 else "x".join(map(str, sides))
