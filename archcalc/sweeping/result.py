"""What a sweep found: how many variants, between which bounds, and which of them are on the Pareto front."""

from __future__ import annotations

from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown
from archcalc.sweeping.summary import FEW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from archcalc.sweeping.summary import Summary

MAX_FRONT = 1_000


class Found(Shown):
    """The summary of a sweep, as it is shown."""

    def __init__(self, summary: Summary, units: Mapping[str, str]):
        self.summary = summary
        self.units = units

    def table(self) -> Table:
        """The front if one was asked for; or every variant, if they are few; or the bounds of every column."""
        found, plan = self.summary, self.summary.plan
        facts = {"name": ", ".join(plan.specs), "source": "", "variants": found.tried, "kept": found.kept}
        units = f"{found.kept:,} of {found.tried:,} variants"
        notes = [f"{_variants(count)} without a network: {problem}" for problem, count in found.problems.items()]
        if found.front:
            rows = _rows(found.front)
            keys = [found.front[name.removeprefix("+")].tolist() for name in plan.pareto]
            order = sorted(range(len(rows)), key=lambda row: [key[row] for key in keys])
            notes.append(f"the Pareto front of {front_text(plan.pareto)}: {_variants(len(rows))}")
            return self._of_variants(found.front, facts, [rows[row] for row in order[:MAX_FRONT]], notes, units)
        if 0 < found.kept <= FEW:
            return self._of_variants(found.first, facts, _rows(found.first), notes, units)
        columns = (
            Column("name", "column", "a var, or a total"), Column("least", "least", "over all variants that were kept"),
            Column("most", "most", "over all variants that were kept"), Column("unit", "unit", "the unit"),
        )  # fmt: skip
        names = (*plan.space.values, *plan.columns)
        rows = [(name, *found.bounds.get(name, (None, None)), self.units.get(name, "")) for name in names]
        return Table(facts, columns, tuple(rows), notes=tuple(notes), units=units, rows_name="columns")

    def _of_variants(
        self, shown: Mapping[str, Any], facts: dict[str, Any], rows: list[tuple[Any, ...]], notes: list[str], units: str
    ) -> Table:
        columns = tuple(Column(name, name, "a var, or a total", self.units.get(name, "")) for name in shown)
        return Table(facts, columns, tuple(rows), notes=tuple(notes), units=units, rows_name="variants")


def picture(shown: Found) -> Figure:
    """The variants as points, and their front; raises ArchcalcError."""
    from archcalc.plots.scatter import Front, scatter

    found, plan = shown.summary, shown.summary.plan
    wanted = {name.removeprefix("+"): name.startswith("+") for name in plan.pareto}
    drawn = len(next(iter(found.points.values())))
    named = [*plan.specs, *(f"{name}={value}" for name, value in plan.fixed.items())]
    note = "" if drawn == found.kept else f"{drawn:,} of {found.kept:,} variants are drawn, and the whole front"
    x, y, *color = plan.plotted
    return scatter(
        found.points,
        x,
        y,
        color=color[0] if color else None,
        front=Front(found.front, wanted),
        units=shown.units,
        title=", ".join(named),
        note=note,
    )


def front_text(pareto: Sequence[str]) -> str:
    """What a front is of.

    >>> front_text(["macs", "+params"])
    'least macs and most params'
    """
    return " and ".join(f"{'most' if name.startswith('+') else 'least'} {name.removeprefix('+')}" for name in pareto)


def _variants(count: int) -> str:
    return "1 variant" if count == 1 else f"{count:,} variants"


def _rows(columns: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return list(zip(*(values.tolist() for values in columns.values()), strict=True))
