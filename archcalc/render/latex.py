"""A table as LaTeX (package booktabs)."""

from __future__ import annotations

from archcalc.render.numbers import footer, grid, header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "#$%&_"},
}


def render(table: Table, human: bool = False) -> str:
    """Header and notes as comments, and a tabular with rules."""
    lines = [rf"% {line}" for line in (*header(table), *footer(table))]
    lines += _tabular(table, human)
    if table.parts is not None:
        lines += ["", *_tabular(table.parts, human)]
    return "\n".join(lines)


def _tabular(table: Table, human: bool) -> list[str]:
    from tabulate import tabulate

    headings, rows, alignments = grid(table, human)
    body = tabulate(
        [[escaped(text) for text in row] for row in rows],
        [escaped(text) for text in headings],
        tablefmt="latex_raw",
        disable_numparse=True,
        colalign=alignments,
    )
    rules = iter((r"\toprule", r"\midrule", r"\bottomrule"))
    lines = [next(rules) if line == r"\hline" else line.rstrip() for line in body.splitlines()]
    if table.totals:
        lines.insert(len(lines) - 3, r"\midrule")
    return lines


def escaped(text: str) -> str:
    """Text in which nothing is a command."""
    return "".join(_ESCAPES.get(sign, sign) for sign in text)
