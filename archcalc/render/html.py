"""A table as HTML, for notebooks."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table, human: bool = False) -> str:
    """A caption, the table, and the notes; every text of the spec is escaped."""
    return framed(table, "\n".join(_body(part, human) for part in (table, table.parts) if part is not None))


def framed(table: Table, tables: str) -> str:
    """Tables in HTML with the header of one above them, and its notes below; their texts are escaped."""
    from html import escape

    title, *facts = header(table)
    caption = "<br>".join([f"<b>{escape(title)}</b>", *map(escape, facts)])
    notes = "".join(f"<p>{escape(note)}</p>" for note in footer(table))
    return f"<div><p>{caption}</p>\n{tables}\n{notes}</div>"


def _body(table: Table, human: bool) -> str:
    from tabulate import tabulate

    headings, rows, alignments = grid(table, human)
    return tabulate(rows, headings, tablefmt="html", disable_numparse=True, colalign=alignments)
