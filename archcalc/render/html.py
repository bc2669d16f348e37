"""A table as HTML, for notebooks."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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


def lines_of(headings: Sequence[str], rows: Sequence[Sequence[str]], alignments: Sequence[str], has_total: bool) -> str:
    """A table of texts that are HTML already; the total, its last row, is bold.

    No colors: notebooks have their own, light or dark. Their cells are aligned to the right, unless each says else.
    Names, in the first column, and numbers are not broken.
    """
    styles = []
    for place, alignment in enumerate(alignments):
        is_whole = place == 0 or alignment == "right"
        styles.append(f'style="text-align: {alignment};{" white-space: nowrap;" * is_whole}"')
    lines = [_line("th", headings, styles)]
    for number, row in enumerate(rows, start=1):
        is_total = has_total and number == len(rows)
        lines.append(_line("td", [f"<b>{text}</b>" if is_total and text else text for text in row], styles))
    head, *body = lines
    return "\n".join(["<table>", f"<thead>\n{head}\n</thead>", "<tbody>", *body, "</tbody>", "</table>"])


def _line(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    return (
        "<tr>" + "".join(f"<{tag} {style}>{cell}</{tag}>" for cell, style in zip(cells, styles, strict=True)) + "</tr>"
    )


def _body(table: Table, human: bool) -> str:
    from html import escape

    headings, rows, alignments = grid(table, human)
    escaped = [[escape(text) for text in row] for row in rows]
    return lines_of([escape(text) for text in headings], escaped, alignments, bool(table.totals))
