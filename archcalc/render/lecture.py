"""A table as lectures write it, a line a layer: `CONV3-64: [224x224x64]  memory: 224*224*64 = 3.2M  weights: ...`."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header
from archcalc.render.text import body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table

NAMES = ("name", "layer")


def render(table: Table, human: bool = False) -> str:
    """The header, a line a row, a line a total, and the notes."""
    _, rows, _ = grid(table._replace(totals=()), human)
    cells = [
        [_part(column.name, column.heading, text) for column, text in zip(table.columns, row, strict=True)]
        for row in rows
    ]
    widths = [max(map(len, texts), default=0) for texts in zip(*cells, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    totals = [
        f"TOTAL {column.heading}: {value:,}"
        for column, value in zip(table.columns, table.totals, strict=False)
        if isinstance(value, int)
    ]
    parts = [] if table.parts is None else ["", *body(table.parts, human), ""]
    return "\n".join([*header(table), "", *lines, "", *totals, *parts, *footer(table)])


def _part(name: str, heading: str, text: str) -> str:
    if name in NAMES:
        return f"{text}:"
    if name == "output":
        return f"[{text}]"
    return f"{heading}: {text}" if text else ""
