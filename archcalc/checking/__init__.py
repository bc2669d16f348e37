"""Expectations held against specs: printed numbers, budgets, and totals of an earlier run."""

from __future__ import annotations

import os

from archcalc.checking.entries import SIGNS, read_entries
from archcalc.checking.outcome import Outcome, Row
from archcalc.checking.printed import written
from archcalc.checking.verdicts import FAILS, judge
from archcalc.errors import ArchcalcError, Mistakes, raise_all
from archcalc.report import Report, analyze
from archcalc.spec import load, load_node
from archcalc.spec.locate import read_file
from archcalc.spec.read import read_text
from archcalc.spec.values import setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.checking.entries import Entry, Subject
    from archcalc.checking.verdicts import Verdict

EXPECTED = "a list of expectations; begin with: - {spec: vgg16, quantity: totals.params, equals: 138357544}"


def check(*files: str | os.PathLike[str]) -> Outcome:
    """What comes of the expectations in these check files.

    Raises ArchcalcError for files that cannot be read, unknown keys, bad quantities and missing layers, all at once.
    """
    return Outcome([_row(verdict) for verdict in verdicts_of(*files)])


def verdicts_of(*files: str | os.PathLike[str]) -> list[Verdict]:
    """The verdict on every entry of these check files, in their order; raises ArchcalcError as `check` does."""
    errors = Mistakes()
    entries: list[Entry] = []
    for file in files:
        path = os.fspath(file)
        entries += read_entries(read_text(read_file(path), path, EXPECTED), errors)
    reports: dict[Any, Report] = {}
    verdicts = []
    for entry in entries:
        try:
            networks = {name: _report(subject, reports) for name, subject in entry.subjects.items()}
            verdicts.append(judge(entry, networks))
        except ArchcalcError as error:
            errors.extend(error.errors)
    raise_all(errors)
    return verdicts


def _report(subject: Subject, reports: dict[Any, Report]) -> Report:
    """The report of a network, made once for the same settings."""
    vars_ = {name: setting(node) for name, node in subject.vars}
    source = subject.spec if subject.network is None else str(subject.network.where)
    key = (source, repr(sorted(vars_.items())), subject.batch, subject.convention)
    if key not in reports:
        try:
            network, spec = subject.network, subject.spec
            graph = load_node(network, **vars_) if network is not None else load(spec or "", **vars_)
            reports[key] = analyze(graph, batch=subject.batch, convention=subject.convention)
        except ArchcalcError as error:
            if error.where is not None or len(error.errors) > 1:
                raise
            raise ArchcalcError(error.message, subject.where, error.hint) from None
    return reports[key]


def _row(verdict: Verdict) -> Row:
    entry = verdict.entry
    return Row(
        entry.id,
        verdict.verdict,
        f"{SIGNS[entry.kind]}{entry.expected.text}",
        written(verdict.computed),
        entry.quantity.text,
        verdict.message,
        str(entry.where),
        verdict.verdict == FAILS,
    )
