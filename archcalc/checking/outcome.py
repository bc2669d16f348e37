"""What came of checks, whatever was checked: rows for tables and for the formats of CI systems."""

from __future__ import annotations

from fnmatch import fnmatchcase

from archcalc.graph.table import Column, Table
from archcalc.record import Record
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CI_FORMATS = ("junit", "github")
COLUMNS = (
    Column("name", "check", "what was checked"),
    Column("verdict", "verdict", "whether it holds"),
    Column("expected", "expected", "what is printed or asked for"),
    Column("computed", "computed", "what archcalc computes"),
    Column("quantity", "quantity", "what is computed, as an expression"),
    Column("message", "remark", "the convention, the reason, or what was expected"),
    Column("place", "place", "where the expectation stands"),
)


class Row(Record):
    """One check: everything as text, as the reports show it; `is_failure` if it does not hold."""

    name: str
    verdict: str
    expected: str
    computed: str
    quantity: str
    message: str
    place: str
    is_failure: bool


class Outcome(Shown):
    """Checks and what came of them; `is_right` tells whether none fails, `counts` how many had which verdict."""

    def __init__(self, rows: list[Row]):
        self.rows = rows

    @property
    def counts(self) -> dict[str, int]:
        """How many checks ended in each verdict, in the order in which the verdicts first occur."""
        found = [row.verdict for row in self.rows]
        return {verdict: found.count(verdict) for verdict in dict.fromkeys(found)}

    @property
    def is_right(self) -> bool:
        """Whether nothing fails."""
        return not any(row.is_failure for row in self.rows)

    def only(self, *patterns: str) -> Outcome:
        """Those of the checks whose names match one of these patterns (`D0-VGG-*`)."""
        return Outcome([row for row in self.rows if any(fnmatchcase(row.name, pattern) for pattern in patterns)])

    def summary(self) -> str:
        """The counts in a sentence."""
        listed = ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items())
        return f"{len(self.rows)} checked: {listed}" if listed else "nothing to check"

    def table(self) -> Table:
        """A row a check."""
        return self._table(COLUMNS, tuple(tuple(row[: len(COLUMNS)]) for row in self.rows))

    def ci_table(self) -> Table:
        """The rows as CI formats need them: name, place, message, and what failed."""
        columns = tuple(Column(name, name, name) for name in ("name", "place", "message", "failure"))
        rows = tuple((row.name, row.place, row.message, _failure(row)) for row in self.rows)
        return self._table(columns, rows)

    def _table(self, columns: tuple[Column, ...], rows: tuple[tuple[Any, ...], ...]) -> Table:
        facts = {"name": "Checks", "source": "", "counts": self.counts, "is_right": self.is_right}
        return Table(facts, columns, rows, notes=(self.summary(),), units=self.summary(), rows_name="checks")

    def rendered(self, form: str) -> str:
        """The outcome in one of the formats of tables, or of CI_FORMATS."""
        if form == "junit":
            from archcalc.render.junit import render as render_junit

            return render_junit(self.ci_table())
        if form == "github":
            from archcalc.render.github import render as render_github

            return render_github(self.ci_table())
        from archcalc.render import render

        return render(self.table(), form)


def _failure(row: Row) -> str:
    return f"{row.quantity} is {row.computed}; {row.message or row.expected}" if row.is_failure else ""
