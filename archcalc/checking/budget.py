"""Budgets: limits for the totals of one network."""

from __future__ import annotations

from archcalc.analysis import MODULES
from archcalc.checking.outcome import Outcome, Row
from archcalc.checking.printed import written
from archcalc.checking.verdicts import FAILS, HOLDS, bound_of
from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.report import Report


def check_budget(
    report: Report, most: Mapping[str, str], least: Mapping[str, str] | None = None, place: str = ""
) -> Outcome:
    """Whether totals keep to their limits, which are given as in print: {"macs": "600M", "params": "5M"}.

    Raises ArchcalcError for an unknown column or a limit that is no number.

    >>> import archcalc
    >>> check_budget(archcalc.analyze("lenet5"), {"params": "60K"}).counts
    {'FAILS': 1}
    """
    rows = []
    for limits, sign in ((most, "<="), (least or {}, ">=")):
        for name, limit in limits.items():
            value, bound = _total(report, name), bound_of(limit)
            holds = value <= bound if sign == "<=" else value >= bound
            verdict = HOLDS if holds else FAILS
            remark = "" if holds else f"{written(abs(value - bound))} {'too many' if sign == '<=' else 'too few'}"
            row = (name, verdict, f"{sign} {limit}", written(value), f"totals.{name}", remark, place, not holds)
            rows.append(Row(*row))
    return Outcome(rows)


def _total(report: Report, name: str) -> int:
    if name not in MODULES:
        raise ArchcalcError(f"there is no column '{name}'", hint=did_you_mean(name, MODULES))
    value = report.analysis.total(name)
    if type(value) is not int:
        raise ArchcalcError(f"the column '{name}' has no total that could be limited")
    return value
