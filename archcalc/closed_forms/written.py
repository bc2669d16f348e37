"""Closed forms as text, LaTeX, Python, Markdown, HTML and JSON: a function for each format."""

from __future__ import annotations

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import PythonCodePrinter

from archcalc.render.markdown import escaped
from archcalc.render.numbers import footer, header, heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from archcalc.closed_forms import Formulas

INDENT = " " * 4


def text(formulas: Formulas) -> str:
    """The table for a terminal."""
    return str(formulas)


def json(formulas: Formulas) -> str:
    """One object: the facts, the layers and the totals, with expressions as text."""
    from archcalc.render.json import render

    table = formulas.table(everything=True)
    values = dict(zip((column.name for column in table.columns), table.totals, strict=True))
    totals = {**formulas.report.totals, **formulas.totals, "output": values["output"]}
    totals = {name: _plain(value) for name, value in totals.items()}
    totals["receptive_field"] = formulas.receptive_field
    facts = {**table.facts, "symbols": list(formulas.symbols), "totals": totals}
    if table.notes:
        facts["notes"] = list(table.notes)
    return render(table._replace(facts=facts))


def latex(formulas: Formulas) -> str:
    r"""A tabular (package booktabs) with the formulas as math.

    >>> from archcalc.closed_forms import formulas
    >>> "17 C^{2} H W" in latex(formulas("blocks/bottleneck", ["C", "H", "W"]))
    True
    """
    from archcalc.render.latex import escaped as in_latex

    table = formulas.table()
    lines = [f"% {line}" for line in (*header(table), *footer(table))]
    headings, *rows = _cells(formulas, lambda value: f"${sympy.latex(value)}$", in_latex)
    lines += [rf"\begin{{tabular}}{{{'l' * len(headings)}}}", r"\toprule", " & ".join(headings) + r" \\", r"\midrule"]
    written = [" & ".join(row) + r" \\" for row in rows]
    return "\n".join([*lines, *written[:-1], r"\midrule", written[-1], r"\bottomrule", r"\end{tabular}"])


def html(formulas: Formulas) -> str:
    r"""A table with the formulas as math between dollars, which notebooks typeset; every other text is escaped.

    >>> from archcalc.closed_forms import formulas
    >>> "<b>$17 C^{2} H W$</b>" in html(formulas("blocks/bottleneck", ["C", "H", "W"]))
    True
    """
    from html import escape

    from archcalc.render.html import framed, lines_of

    headings, *rows = _cells(formulas, lambda value: f"${escape(sympy.latex(value))}$", escape)
    return framed(formulas.table(), lines_of(headings, rows, ["left"] * len(headings), has_total=True))


def markdown(formulas: Formulas) -> str:
    """A pipe table with the formulas as code."""
    table = formulas.table()
    title, *facts = header(table)
    return "\n\n".join(
        [f"**{escaped(title)}**", *map(escaped, facts), markdown_table(formulas), *map(escaped, footer(table))]
    )


def markdown_table(formulas: Formulas) -> str:
    """The table alone, without what stands before and after it."""
    headings, *rows = _cells(formulas, lambda value: f"`{value}`", escaped)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, ["---"] * len(headings), *rows))


def _cells(formulas: Formulas, of_number: Callable[[Any], str], of_text: Callable[[str], str]) -> list[list[str]]:
    """Headings, rows and totals as text, each number and each word in its own way."""

    def cell(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, (list, tuple)):
            return ", ".join(map(cell, value))
        return of_text(value) if isinstance(value, str) else of_number(value)

    table = formulas.table()
    rows = [*table.rows, ("total", *table.totals[1:])]
    return [[of_text(heading(column)) for column in table.columns], *([cell(value) for value in row] for row in rows)]


def python(formulas: Formulas) -> str:
    """Two functions of the symbols, `totals` and `layers`, whose whole numbers are exact.

    >>> from archcalc.closed_forms import formulas
    >>> names = {}
    >>> exec(python(formulas("blocks/grouped", ["C_in", "G"])), names)
    >>> names["totals"](C_in=96, G=2)["macs"]
    223948800
    """
    table = formulas.table(everything=True)
    said = "\n".join([*header(table), *footer(table)]).replace("\\", "\\\\").replace('"""', "'''")
    printer = _Printer({"fully_qualified_modules": True})
    arguments = ", ".join(map(printer.doprint, formulas.symbols.values()))
    totals = {**formulas.totals, "output": formulas.output, "receptive_field": formulas.receptive_field}
    bodies = [
        ["", "", f"def totals({arguments}):", f'{INDENT}"""Of the whole network."""', f"{INDENT}return {{"],
        [f"{2 * INDENT}{name!r}: {_code(value, printer)}," for name, value in totals.items()],
        [f"{INDENT}}}", "", "", f"def layers({arguments}):"],
        [f'{INDENT}"""Of every layer, by its path."""', f"{INDENT}return {{"],
    ]
    for layer in formulas.layers:
        inner = ", ".join(f"{key!r}: {_code(value, printer)}" for key, value in layer.items() if key != "name")
        bodies.append([f"{2 * INDENT}{layer['name']!r}: {{{inner}}},"])
    lines = [line for body in bodies for line in body] + [f"{INDENT}}}"]
    imports = ["", "import math"] if any("math." in line for line in lines) else []
    return "\n".join([f'"""{said}\n"""', *imports, *lines])


def _code(value: Any, printer: _Printer) -> str:
    """A value as Python: text, lists and numbers as they are, an expression by its operators."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_code(item, printer) for item in value) + "]"
    return printer.whole(value) if isinstance(value, sympy.Basic) else repr(value)


def _plain(value: Any) -> Any:
    return int(value) if getattr(value, "is_Integer", False) else value


class _Printer(PythonCodePrinter):  # type: ignore[misc]
    """Python that divides whole numbers only by //, so that no float rounds a count."""

    def whole(self, expression: Any) -> str:
        """An expression whose value is known to be whole, where its symbols are."""
        numerator, denominator = expression.as_numer_denom()
        if denominator == 1:
            return str(self.doprint(expression))
        is_whole = all(symbol.is_integer for symbol in expression.free_symbols)
        return self._quotient(numerator, denominator, "//" if is_whole else "/")

    def _quotient(self, numerator: Any, denominator: Any, sign: str = "//") -> str:
        above, below = (
            self.parenthesize(numerator, PRECEDENCE["Mul"]),
            self.parenthesize(denominator, PRECEDENCE["Pow"]),
        )
        return f"{above}{sign}{below}"

    def _print_floor(self, expression: Any) -> str:
        numerator, denominator = expression.args[0].as_numer_denom()
        return f"({self._quotient(numerator, denominator)})"

    def _print_ceiling(self, expression: Any) -> str:
        numerator, denominator = expression.args[0].as_numer_denom()
        return f"(-({self._quotient(-numerator, denominator)}))"

    def _print_gcd(self, expression: Any) -> str:
        return f"math.gcd({', '.join(map(self.doprint, expression.args))})"
