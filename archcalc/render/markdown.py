"""A table as Markdown."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table, human: bool = False) -> str:
    """The header as a paragraph, a pipe table, the notes as paragraphs."""
    title, *facts = header(table)
    tables = [_body(part, human) for part in (table, table.parts) if part is not None]
    paragraphs = [f"**{escaped(title)}**", *map(escaped, facts), *tables, *map(escaped, footer(table))]
    return "\n\n".join(paragraphs)


def _body(table: Table, human: bool) -> str:
    from tabulate import tabulate

    headings, rows, alignments = grid(table, human)
    rows = [[escaped(text) for text in row] for row in rows]
    return tabulate(rows, headings, tablefmt="pipe", disable_numparse=True, colalign=alignments)


def escaped(text: str) -> str:
    r"""Text in which nothing is markup.

    >>> print(escaped("[C, *size] of `x`"))
    \[C, \*size] of \`x\`
    """
    for sign in ("\\", "|", "*", "_", "`", "<", "[", "$"):
        text = text.replace(sign, "\\" + sign)
    return text
