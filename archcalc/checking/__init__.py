"""Expectations held against specs: printed numbers, budgets, and totals of an earlier run."""

from __future__ import annotations

import os

from archcalc.checking.entries import read_entries
from archcalc.checking.printed import written
from archcalc.checking.verdicts import FAILS, VERDICTS, judge
from archcalc.errors import ArchcalcError, Mistakes, raise_all
from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown
from archcalc.report import Report, analyze
from archcalc.spec import load, load_node
from archcalc.spec.locate import read_file
from archcalc.spec.read import read_text
from archcalc.spec.values import evaluate as evaluate_value
from archcalc.spec.values import read_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.checking.entries import Entry, Subject
    from archcalc.checking.verdicts import Verdict

COLUMNS = (
    Column("name", "claim", "id of the expectation"),
    Column("verdict", "verdict", "whether it holds"),
    Column("expected", "expected", "what is printed or asked for"),
    Column("computed", "computed", "what archcalc computes"),
    Column("quantity", "quantity", "what is computed, as an expression"),
    Column("message", "remark", "the convention, the reason, or what was expected"),
    Column("place", "place", "where the expectation stands"),
)


class Checks(Shown):
    """Expectations and what came of them; `is_right` tells whether none fails.

    `verdicts` holds each with the value computed; `counts` how many there are of each kind.
    """

    def __init__(self, verdicts: list[Verdict]):
        self.verdicts = verdicts

    @property
    def counts(self) -> dict[str, int]:
        """How many expectations ended in each verdict."""
        found = [verdict.verdict for verdict in self.verdicts]
        return {verdict: found.count(verdict) for verdict in VERDICTS}

    @property
    def is_right(self) -> bool:
        """Whether nothing fails."""
        return not self.counts[FAILS]

    def table(self) -> Table:
        """A row an expectation."""
        rows = tuple(
            (
                verdict.entry.id,
                verdict.verdict,
                f"{_SIGNS[verdict.entry.kind]}{verdict.entry.expected.text}",
                written(verdict.computed),
                verdict.entry.quantity.text,
                verdict.message,
                str(verdict.entry.where),
            )
            for verdict in self.verdicts
        )
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items() if count)
        facts = {"name": "Checks", "source": f"{len(rows)} expectations"}
        return Table(facts, COLUMNS, rows, notes=(counts,) if counts else (), units=counts, rows_name="checks")


_SIGNS = {"prints": "", "equals": "= ", "at_most": "<= ", "at_least": ">= "}


def check(*files: str | os.PathLike[str]) -> Checks:
    """What comes of the expectations in these check files.

    Raises ArchcalcError for files that cannot be read, unknown keys, bad quantities and missing layers, all at once.
    """
    errors = Mistakes()
    entries: list[Entry] = []
    for file in files:
        path = os.fspath(file)
        entries += read_entries(read_text(read_file(path), path), errors)
    reports: dict[Any, Report] = {}
    verdicts = []
    for entry in entries:
        try:
            networks = {name: _report(subject, reports) for name, subject in entry.subjects.items()}
            verdicts.append(judge(entry, networks))
        except ArchcalcError as error:
            errors.extend(error.errors)
    raise_all(errors)
    return Checks(verdicts)


def _report(subject: Subject, reports: dict[Any, Report]) -> Report:
    """The report of a network, made once for the same settings."""
    vars_ = {name: evaluate_value(read_value(node, set()), {}) for name, node in subject.vars}
    source = subject.spec if subject.network is None else str(subject.network.where)
    key = (source, repr(sorted(vars_.items())), subject.batch, subject.convention)
    if key not in reports:
        try:
            graph = load(subject.spec, **vars_) if subject.spec is not None else load_node(subject.network, **vars_)
            reports[key] = analyze(graph, batch=subject.batch, convention=subject.convention)
        except ArchcalcError as error:
            if error.where is not None:
                raise
            raise ArchcalcError(error.message, subject.where, error.hint) from None
    return reports[key]
