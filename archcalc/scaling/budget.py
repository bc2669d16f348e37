"""Budgets: what a scaled network may cost, as a multiple of what the network costs as it is."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from archcalc.algebra.plain import describe
from archcalc.analysis import Analysis
from archcalc.checking.verdicts import bound_of
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

MAX_BUDGET = 1_000  # times the network as it is, and as a part of it
MAX_TEXT = 50  # characters of a number
FITS, OVER, UNDER = "fits", "over", "under"
_NUMBER = re.compile(r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)\s*(?P<percent>%?)")


class Band(Record):
    """A budget: from `least` to `most` times the `base`, what the network costs as it is."""

    measure: str
    base: int
    least: Fraction
    most: Fraction

    @property
    def grows(self) -> bool:
        """Whether the network is scaled up, by multipliers from 1 on; or down."""
        return self.most >= 1

    @property
    def costs(self) -> tuple[int, int]:
        """The least and the most as amounts."""
        return math.ceil(self.least * self.base), math.floor(self.most * self.base)

    def allows(self, ratio: Fraction) -> bool:
        """Whether a further multiplier could still lead into the band from here."""
        return ratio <= self.most if self.grows else ratio >= self.least

    def verdict(self, ratio: Fraction) -> str:
        """Where a cost, as a multiple of the base, lies."""
        return OVER if ratio > self.most else UNDER if ratio < self.least else FITS


def band_of(graph: Graph, budget: Any, within: Any, measure: str, settings: Settings) -> Band:
    """The budget, read: a multiple, or an amount; raises ArchcalcError."""
    base = _base(graph, measure, settings)
    text = str(budget).strip()
    try:
        amount = bound_of(text if len(text) <= MAX_TEXT else "")
    except ArchcalcError:
        expected = "a multiple of what the network costs, such as 2x, or an amount, such as 800M"
        raise ArchcalcError(f"the budget is '{text[:MAX_TEXT]}', expected {expected}") from None
    most = amount if text.lower().endswith(("x", "%")) else amount / base
    if not Fraction(1, MAX_BUDGET) <= most <= MAX_BUDGET:
        shown = f"{text} {measure}, {times_text(most)} the {base:,} of the network"
        expected = f"expected 1/{MAX_BUDGET:,} to {MAX_BUDGET:,} times as much"
        raise ArchcalcError(f"the budget is {shown}", hint=f"{expected}; a multiple is written 2x")
    part = fraction(within)
    if part is None or part >= 1:
        raise ArchcalcError(f"the band is '{within}', expected a part of the budget below 100%, such as 10%")
    return Band(measure, base, most * (1 - part), most)


def _base(graph: Graph, measure: str, settings: Settings) -> int:
    """What the network costs as it is; raises ArchcalcError if that is no amount."""
    if not isinstance(measure, str):
        raise ArchcalcError(f"the measure is {describe(measure)}, expected the name of a column")
    found = Analysis(graph, settings).total(measure)
    if type(found) is not int:
        raise ArchcalcError(f"the column '{measure}' has no total here that is one whole number, so it has no budget")
    if found <= 0:
        raise ArchcalcError(f"{graph.name} has {found} {measure}: there is nothing to scale")
    return found


def fraction(given: Any) -> Fraction | None:
    """A number as it was given, exactly; None if it is none.

    >>> fraction("10%"), fraction(0.05), fraction(".5"), fraction("half")
    (Fraction(1, 10), Fraction(1, 20), Fraction(1, 2), None)
    """
    found = _NUMBER.fullmatch(str(given).strip())
    if found is None or len(found[0]) > MAX_TEXT:
        return None
    return Fraction(found["number"]) / (100 if found["percent"] else 1)


def times_text(ratio: Fraction) -> str:
    """A multiple for people.

    >>> times_text(Fraction(9, 5)), times_text(Fraction(2))
    ('1.8x', '2x')
    """
    return f"{float(ratio):.4g}x"
