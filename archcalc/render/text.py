"""A table as plain text for a terminal."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table, human: bool = False) -> str:
    """The header, the table with a line above its totals, and the notes."""
    lines = body(table, human)
    if table.parts is not None:
        lines += ["", *body(table.parts, human)]
    notes = footer(table)
    return "\n".join([*header(table), "", *lines, *(["", *notes] if notes else [])])


def body(table: Table, human: bool) -> list[str]:
    """The lines of a table without header and notes."""
    from tabulate import tabulate

    headings, rows, alignments = grid(table, human)
    body = tabulate(rows, headings, tablefmt="simple", disable_numparse=True, colalign=alignments)
    lines = [line.rstrip() for line in body.splitlines()]
    if table.totals:
        lines.insert(len(lines) - 1, lines[1])
    return lines
