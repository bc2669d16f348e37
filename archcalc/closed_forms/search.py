"""The values that one var can have, the networks for them, and where among them a condition turns."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from archcalc.closed_forms.unknowns import knob_value
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from archcalc.closed_forms.condition import Condition
    from archcalc.graph.graph import Graph

STEP_OF_REAL = Fraction(1, 100)
MAX_MULTIPLE = 2**40
MAX_LAYERS = 10_000  # of a network behind which no larger one is tried
MAX_WALK = 1024  # multiples beside a place that are tried for one with a network
BEYOND = 32  # multiples behind a turn at which the condition must not turn back


class Candidate(Record):
    """One value of the unknown, and what both sides of the condition really are for it."""

    value: Any
    left: Any
    right: Any
    holds: bool
    problem: str = ""  # why there is no such network
    layers: int = 0

    @property
    def distance(self) -> Any:
        """How far the sides are apart."""
        return abs(self.left - self.right)


def candidate_of(spec: Any, unknown: str, value: Any, where: Condition, values: Mapping[str, Any]) -> Candidate:
    """What one value of the unknown really costs, or why it makes no network."""
    try:
        graph = load(spec, **values, **{unknown: value})
        left, right = where.sides(analyze(graph))
    except ArchcalcError as error:
        return Candidate(value, 0, 0, False, str(error))
    return Candidate(value, left, right, where.holds(left, right), layers=len(graph.layers))


class Search:
    """The multiples of a step that a var can have, by their number (their place), and the networks for them."""

    def __init__(
        self,
        spec: Any,
        graph: Graph,
        unknown: str,
        where: Condition,
        values: Mapping[str, Any],
        step: float | str | None,
    ):
        self.spec, self.unknown, self.where, self.values = spec, unknown, where, values
        start = knob_value(graph, unknown)
        self.is_whole = type(start) is int
        self.step = _step(step, self.is_whole)
        self.first = max(1, int(start / self.step))
        self.known: dict[int, Candidate] = {}

    def at(self, place: int) -> Candidate:
        """The network for a multiple of the step."""
        if place not in self.known:
            exact = place * self.step
            value = int(exact) if self.is_whole else float(exact)
            self.known[place] = candidate_of(self.spec, self.unknown, value, self.where, self.values)
        return self.known[place]

    def around(self, roots: Sequence[Any]) -> list[Candidate]:
        """The multiples on both sides of exact numbers, the nearest with a network; of none, the smallest."""
        import sympy

        places: set[int] = set()
        for root in roots:
            exact = root / sympy.Rational(self.step.numerator, self.step.denominator)
            low, high = int(sympy.floor(exact)), int(sympy.ceiling(exact))
            if low == high and self.where.sign in ("<", ">"):  # it holds beside the root, not there
                low, high = low - 1, high + 1
            found = [place for place in (self._below(low), self._above(high)) if place is not None]
            places.update(found or [max(1, low), max(1, high)])
        return [self.at(place) for place in sorted(places) or [self._above(1) or 1]]

    def turn(self, reason: str) -> tuple[str, list[Candidate]]:
        """The two neighbours between which the condition turns; and how they were found."""
        start = self._below(self.first) or self._above(self.first)
        if start is None:
            raise ArchcalcError(f"no multiple of {self.step} beside {self.unknown}={self.at(self.first).value} works")
        grows = self._grows(start)
        is_small = grows == (self.where.sign in ("<=", "<", "=="))

        def is_before(place: int) -> bool:
            nearest = self._below(place)
            if nearest is None:
                return place < start
            one = self.at(nearest)
            return (one.left <= one.right if self.where.sign == "==" else one.holds) == is_small

        low = high = start
        while is_before(high):
            if high >= MAX_MULTIPLE or self.at(self._below(high) or start).layers > MAX_LAYERS:
                seen = f"it is as true of {self.unknown}={self.at(high).value}, where the search ended, as of less"
                return f"search, as {reason}; {seen}", [self.at(high)]
            low, high = high, 2 * high
        while low > 0 and not is_before(low):
            low, high = low // 2, low
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_before(middle) else (low, middle)
        return self._method(reason, high, grows), self._neighbours(low, high)

    def _neighbours(self, low: int, high: int) -> list[Candidate]:
        places = self._below(low), self._above(high)
        return [self.at(place) for place in places if place is not None] or [self.at(high)]

    def _method(self, reason: str, turn: int, grows: bool) -> str:
        """How the turn was found; raises ArchcalcError if the left side was seen to go up and down."""
        for place in range(turn, turn + BEYOND):
            self.at(place)
        sign, way = (1, "grow") if grows else (-1, "fall")
        possible = [one for _, one in sorted(self.known.items()) if not one.problem]
        for one, other in pairwise(possible):
            if sign * (other.left - other.right) < sign * (one.left - one.right):
                shown = f"{self.unknown}={one.value} and {self.unknown}={other.value}"
                message = f"'{self.where.left.text}' goes up and down, as between {shown}: no search can tell"
                raise ArchcalcError(message)
        kind = f"search of multiples of {self.step if self.is_whole else float(self.step)}"
        return f"{kind}, as {reason}; the left side was seen to {way} at {len(possible)} values"

    def _below(self, place: int) -> int | None:
        """The nearest place with a network, itself or lower."""
        return self._first(range(place, max(0, place - MAX_WALK), -1))

    def _above(self, place: int) -> int | None:
        """The nearest place with a network, itself or higher."""
        return self._first(range(max(1, place), place + MAX_WALK))

    def _first(self, places: Iterable[int]) -> int | None:
        return next((place for place in places if not self.at(place).problem), None)

    def _grows(self, start: int) -> bool:
        """Whether the left side grows with the unknown, by the start and a network on one side of it."""
        other = self._below(2 * start)
        if other is None or other <= start:
            other = self._below(start // 2)
        if other is None:
            return True
        one, two = (self.at(place) for place in sorted((start, other)))
        return bool(two.left - two.right >= one.left - one.right)


def _step(step: float | str | None, is_whole: bool) -> Fraction:
    if step is None:
        return Fraction(1) if is_whole else STEP_OF_REAL
    try:
        result = Fraction(str(step))
    except (ValueError, ZeroDivisionError):
        raise ArchcalcError(f"the step is '{step}', expected a number") from None
    if result <= 0 or (is_whole and result.denominator != 1) or not math.isfinite(result):
        expected = "a whole number of at least 1" if is_whole else "a number above 0"
        raise ArchcalcError(f"the step is {step}, expected {expected}")
    return result
