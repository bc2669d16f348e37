"""Closed forms: the formulas of a network with symbols for some of its vars, simplified."""

from __future__ import annotations

from archcalc.closed_forms.unknowns import symbols_of, wanted
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.graph import Graph
from archcalc.graph.table import Table
from archcalc.render.shown import Shown
from archcalc.report import Report, analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike
    from typing import Any

COLUMNS = ("name", "op", "output", "params", "macs", "activations", "receptive_field")
FIELD = "receptive_field"
FORMATS = ("text", "latex", "python", "markdown", "html", "json")
EXTENTS = "receptive fields in symbols are extents; with numbers, one that sees all of the input is called global"
DIVISIBLE = "assumed: every symbol can be divided by whatever it is divided by"


class Formulas(Shown):
    """What a network costs in terms of symbols, layer by layer and in total.

    `str()` is the table as text; in a notebook it shows itself as a table of math.
    """

    def __init__(self, report: Report, symbols: Mapping[str, Any], is_divisible: bool = False):
        self.report = report
        self.symbols = dict(symbols)
        self.is_divisible = is_divisible

    @property
    def totals(self) -> dict[str, Any]:
        """The totals of the network by column, as sympy expressions.

        >>> formulas("blocks/bottleneck", symbols=["C", "H", "W"]).totals["macs"]
        17*C**2*H*W
        """
        import sympy

        return {name: sympy.sympify(self._simple(value)) for name, value in self.report.totals.items()}

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict a layer: name, op, output, params, macs, activations, receptive_field."""
        return self.table(everything=True).records()

    @property
    def output(self) -> list[Any]:
        """The shape of the network's output, the first if there are several."""
        shape: list[Any] = self._of_output("output")
        return shape

    @property
    def receptive_field(self) -> Any:
        """The receptive field of the network's output: sizes per axis, "global", or None if it is not known.

        >>> formulas("blocks/chain", symbols=["K"], L=5, H=64, W=64).receptive_field
        [5*(K - 1) + 1, 5*(K - 1) + 1]
        """
        return self._of_output(FIELD)

    def to_frame(self) -> Any:
        """A pandas DataFrame of all layers, indexed by the path of the layer."""
        from archcalc.render.frame import render

        return render(self.table(everything=True))

    def _repr_html_(self) -> str:
        return self.rendered("html")

    def _repr_latex_(self) -> str:
        return self.rendered("latex")

    def rendered(self, format_name: str) -> str:
        """The formulas in one of FORMATS; raises ArchcalcError for any other."""
        if format_name not in FORMATS:
            raise ArchcalcError(f"there is no format '{format_name}'", hint=did_you_mean(str(format_name), FORMATS))
        from archcalc.closed_forms import written

        text: str = getattr(written, format_name)(self)
        return text

    def table(self, everything: bool = False) -> Table:
        """Every layer that costs something, or every layer, and the totals."""
        table = self.report.table(COLUMNS, everything=everything)
        columns = tuple(
            column._replace(separator=", ") if column.name in ("output", FIELD) else column for column in table.columns
        )
        names = [column.name for column in columns]
        rows = tuple(tuple(map(self._cell, names, row)) for row in table.rows)
        totals = [self._cell(name, value) for name, value in zip(names, table.totals, strict=True)]
        for name in ("output", FIELD):
            totals[names.index(name)] = self._of_output(name)
        facts = dict(table.facts)
        facts["input"] = _mapped(facts["input"], self._as_text)
        facts["vars"] = {name: value for name, value in facts["vars"].items() if name != str(value)}
        notes = [*table.notes, *([DIVISIBLE] if self.is_divisible else [])]
        fields = [row[names.index(FIELD)] for row in rows]
        if any(not _is_plain(size) for field in fields for size in (field if isinstance(field, list) else [])):
            notes.append(EXTENTS)
        parts = table.parts
        if parts is not None:
            parts = parts._replace(rows=tuple(tuple(_mapped(row, self._simple)) for row in parts.rows))
        return Table(facts, columns, rows, tuple(totals), tuple(notes), table.units, parts=parts)

    def _of_output(self, name: str) -> Any:
        analysis = self.report.analysis
        analysis.require((name,))
        return self._cell(name, analysis.values[name][self.report.graph.outputs[0]])

    def _cell(self, name: str, value: Any) -> Any:
        return _mapped(value, self._simple_field if name == FIELD else self._simple)

    def _simple(self, value: Any) -> Any:
        from archcalc.closed_forms.simple import simple

        return value if _is_plain(value) else _number(simple(self._divided(value)))

    def _as_text(self, value: Any) -> Any:
        return value if _is_plain(value) else str(self._simple(value))  # what is text is not joined by an x

    def _simple_field(self, value: Any) -> Any:
        from archcalc.closed_forms.simple import simple, simple_field

        return value if _is_plain(value) else _number(simple_field(simple(self._divided(value))))

    def _divided(self, value: Any) -> Any:
        from archcalc.closed_forms.simple import divided

        return divided(value) if self.is_divisible else value


def formulas(
    spec: Graph | str | PathLike[str],
    /,
    symbols: Iterable[str] | Mapping[str, str] = (),
    *,
    assume_divisible: bool = False,
    **values: Any,
) -> Formulas:
    """The closed forms of a spec, by path or name, with symbols for some of its knobs and values for others.

    A symbol is the name of a var, or `"H=input[1]"` and `"F=conv1.filters"` for a dimension of an input and an
    argument of a layer or block (or a mapping, `{"H": "input[1]"}`). It is a positive whole number, or any positive
    number where the network's own is not whole. With `assume_divisible` sizes are not rounded down. A network that
    was loaded with symbols is taken as it is. Raises ArchcalcError, for a symbol that would decide the structure too.

    >>> formulas("blocks/separable", symbols=["C_in", "C_out", "K", "H", "W"]).totals["macs"]
    C_in*H*W*(C_out + K**2)
    >>> formulas("vgg16", {"F": "conv1_1.filters"}).totals["params"]
    604*F + 138318888
    """
    return formulas_of(spec, symbols, values, assume_divisible)


def formulas_of(
    spec: Graph | str | PathLike[str],
    symbols: Iterable[str] | Mapping[str, str],
    values: Mapping[str, Any],
    assume_divisible: bool = False,
) -> Formulas:
    """The same with the values as a mapping, so that a var may have any name."""
    names = wanted(symbols)
    if isinstance(spec, Graph):
        if names or values:
            raise ArchcalcError("a network that is loaded has its symbols and values", hint="give the path of its spec")
        found = {one for value in spec.vars.values() for one in getattr(value, "free_symbols", ())}
        made = {str(one): one for one in sorted(found, key=str)}
        graph = spec
    else:
        made = symbols_of(load(spec, **values), names, values)
        graph = load(spec, **values, **made)
    for name, value in graph.vars.items():
        if hasattr(value, "tolist"):
            raise ArchcalcError(f"the var '{name}' has many values at once, so there is no closed form")
    return Formulas(analyze(graph), {str(one): one for one in made.values()}, assume_divisible)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _mapped(value: Any, change: Any) -> Any:
    """A value with every number in it changed."""
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, (list, tuple)) else change(value)


def _number(expression: Any) -> Any:
    """An int where an expression is one: numbers are shown as numbers."""
    return int(expression) if expression.is_Integer else expression


__all__ = ["FORMATS", "Formulas", "formulas", "formulas_of"]
