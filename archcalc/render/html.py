"""A table as HTML, for notebooks."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table, human: bool = False) -> str:
    """A caption, the table, and the notes; every text of the spec is escaped."""
    from html import escape

    from tabulate import tabulate

    headings, rows, alignments = grid(table, human)
    body = tabulate(rows, headings, tablefmt="html", disable_numparse=True, colalign=alignments)
    title, *facts = header(table)
    caption = "<br>".join([f"<b>{escape(title)}</b>", *map(escape, facts)])
    notes = "".join(f"<p>{escape(note)}</p>" for note in footer(table))
    return f"<div><p>{caption}</p>\n{body}\n{notes}</div>"
