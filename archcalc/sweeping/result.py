"""What a sweep found: how many variants, between which bounds, and which of them are on the Pareto front."""

from __future__ import annotations

from archcalc.errors import ArchcalcError
from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown
from archcalc.sweeping.engine import count_problem
from archcalc.sweeping.pareto import front

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.sweeping.engine import Engine, Stretch

FEW = 40  # variants that are all shown
MAX_FRONT = 1_000


class Found(Shown):
    """A summary that grows with every stretch: `kept` of `tried` variants, `problems` by their number, `front`."""

    def __init__(self, engine: Engine, pareto: Sequence[str] = ()):
        self.engine = engine
        # Column -> whether as much of it as possible is wanted: as little, without a + before its name.
        self.pareto = {name.removeprefix("+"): name.startswith("+") for name in pareto}
        for name in self.pareto:
            if name not in (*engine.columns, *engine.numeric):
                raise ArchcalcError(
                    f"the front is of '{name}', which is no number here", hint="name it as a column too"
                )
        self.tried = self.kept = 0
        self.problems: dict[str, int] = {}
        self.bounds: dict[str, tuple[Any, Any]] = {}
        self.front: dict[str, Any] = {}
        self.first: dict[str, list[Any]] = {}

    def add(self, stretch: Stretch) -> None:
        """Take in what a stretch found."""
        import numpy as np

        columns = stretch.columns
        count = len(next(iter(columns.values())))
        self.tried += stretch.size
        self.kept += count
        for problem, number in stretch.problems.items():
            count_problem(self.problems, problem, number)
        if not count:
            return
        for name, values in columns.items():
            found = np.array([values.min(), values.max()], dtype=values.dtype).tolist()
            ends = (*self.bounds.get(name, ()), *found)
            self.bounds[name] = min(ends), max(ends)
            shown = self.first.setdefault(name, [])
            shown += values[: FEW + 1 - len(shown)].tolist()
        if self.pareto:
            joined = {
                name: np.concatenate([self.front[name], values]) if self.front else values
                for name, values in columns.items()
            }
            best = front([-joined[name] if is_most else joined[name] for name, is_most in self.pareto.items()])
            self.front = {name: values[best] for name, values in joined.items()}

    def table(self) -> Table:
        """The front if one was asked for; or every variant, if they are few; or the bounds of every column."""
        spec = str(self.engine.spec)
        facts = {"name": spec, "source": "", "variants": self.tried, "kept": self.kept}
        units = f"{self.kept:,} of {self.tried:,} variants"
        notes = [f"{count:,} variants make no network: {problem}" for problem, count in self.problems.items()]
        if self.pareto and self.front:
            rows = self._rows(self.front)
            order = sorted(range(len(rows)), key=lambda row: [self.front[name][row] for name in self.pareto])
            wanted = [f"{'most' if is_most else 'least'} {name}" for name, is_most in self.pareto.items()]
            notes.append(f"the Pareto front of {' and '.join(wanted)}: {len(rows):,} variants")
            return self._of_variants(facts, [rows[row] for row in order[:MAX_FRONT]], notes, units)
        if 0 < self.kept <= FEW:
            return self._of_variants(facts, self._rows(self.first), notes, units)
        columns = (
            Column("name", "column", "a var, or a total"), Column("least", "least", "over all variants that were kept"),
            Column("most", "most", "over all variants that were kept"), Column("unit", "unit", "the unit"),
        )  # fmt: skip
        names = (*self.engine.space.values, *self.engine.columns)
        rows = [(name, *self.bounds.get(name, (None, None)), self._unit(name)) for name in names]
        return Table(facts, columns, tuple(rows), notes=tuple(notes), units=units, rows_name="columns")

    def _of_variants(self, facts: dict[str, Any], rows: list[tuple[Any, ...]], notes: list[str], units: str) -> Table:
        return Table(facts, self._columns(), tuple(rows), notes=tuple(notes), units=units, rows_name="variants")

    def _columns(self) -> tuple[Column, ...]:
        names = (*self.engine.space.values, *self.engine.columns)
        return tuple(Column(name, name, "a var, or a total", self._unit(name)) for name in names)

    def _unit(self, name: str) -> str:
        return self.engine.units.get(name, "")

    def _rows(self, columns: Any) -> list[tuple[Any, ...]]:
        lists = [values if isinstance(values, list) else values.tolist() for values in columns.values()]
        return list(zip(*lists, strict=True))
