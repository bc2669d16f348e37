"""Solving for one var of a spec: by the root of the closed form, or by search where there is none."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from archcalc.closed_forms.condition import Condition, condition
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.table import Column, Table
from archcalc.record import Record
from archcalc.render.numbers import as_in_spec
from archcalc.render.shown import Shown
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike
    from typing import Any

    from archcalc.closed_forms.roots import Roots
    from archcalc.graph.graph import Graph

STEP_OF_REAL = Fraction(1, 100)
MAX_MULTIPLE = 2**40
MAX_WALK = 64  # multiples beside a root that are tried for one with a network


class Candidate(Record):
    """One value of the unknown, and what both sides of the condition really are for it."""

    value: Any
    left: Any
    right: Any
    holds: bool
    problem: str = ""  # why there is no such network

    @property
    def distance(self) -> Any:
        """How far the sides are apart."""
        return abs(self.left - self.right)


class Solution(Shown):
    """What was found: `best` (None if nothing holds), the `method`, `candidates`, and the exact `roots` if any."""

    def __init__(
        self,
        graph: Graph,
        unknown: str,
        where: Condition,
        method: str,
        candidates: list[Candidate],
        roots: Roots | None,
    ):
        self.graph = graph
        self.unknown = unknown
        self.where = where
        self.method = method
        self.roots = roots
        self.candidates = sorted(candidates, key=lambda candidate: candidate.value)
        possible = [one for one in candidates if not one.problem and (one.holds or where.sign == "==")]
        self.best = min(possible, key=lambda one: (one.distance, one.value)).value if possible else None

    def table(self) -> Table:
        """The candidates, and how they were found."""
        columns = (
            Column(self.unknown, self.unknown, "value of the var", is_label=True),
            Column("left", self.where.left.text, "the left side of the condition"),
            Column("right", self.where.right.text, "the right side of the condition"),
            Column("ratio", "ratio", "the left side as a part of the right side"),
            Column("verdict", "verdict", "whether the condition holds, and which value is the best"),
        )
        rows = tuple(self._row(candidate) for candidate in self.candidates)
        others = {name: value for name, value in self.graph.vars.items() if name != self.unknown}
        facts: dict[str, Any] = {
            "name": self.graph.name,
            "source": self.graph.source,
            "for": self.unknown,
            "where": self.where.text,
        }
        facts |= {"vars": others, "method": self.method, **self._exact(), "best": self.best}
        given = ", ".join(f"{name}={as_in_spec(value)}" for name, value in others.items())
        units = f"{self.where.text}, solved for {self.unknown}" + (f", with {given}" if given else "")
        return Table(facts, columns, rows, notes=tuple(self._notes()), units=units, rows_name="candidates")

    def to_json(self) -> str:
        """One JSON object with everything."""
        from archcalc.render.json import render

        return render(self.table())

    def _row(self, one: Candidate) -> tuple[Any, ...]:
        if one.problem:
            return one.value, None, None, None, one.problem
        words = ["best"] if one.value == self.best else []
        words += ["holds"] if one.holds else []
        return one.value, one.left, one.right, f"{_percent(one)}%", ", ".join(words)

    def _exact(self) -> dict[str, Any]:
        if self.roots is None:
            return {}
        return {"equation": self.roots.equation, "roots": [str(root) for root in self.roots.roots]}

    def _notes(self) -> list[str]:
        notes = [f"method: {self.method}"]
        if self.roots is not None:
            notes.append(f"equation: {self.roots.equation}")
            if self.roots.general is not None:
                notes.append(f"root: {self.unknown} = {self.roots.general}")
            notes += [f"exactly: {self.unknown} = {root}, about {root.evalf(6)}" for root in self.roots.roots]
        found = "nothing holds" if self.best is None else f"best: {self.unknown} = {self.best}"
        return [*notes, found]


def _percent(one: Candidate) -> str:
    """The left side as hundredths of the right side, to two digits behind the point."""
    if one.right == 0:
        return "-"
    hundredths = round(Fraction(one.left) / Fraction(one.right) * 10_000)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def solve(
    spec: str | PathLike[str], /, unknown: str, where: str, step: float | str | None = None, **values: Any
) -> Solution:
    """The value of one var for which a condition holds; the other vars have values.

    The condition compares two expressions of totals and vars, such as "macs <= 300M". If its closed form is a
    polynomial, the root is exact; otherwise multiples of `step` are searched (1, or 0.01 for a var that is not
    whole), for which the left side has to grow or fall with the var. Raises ArchcalcError.

    >>> solve("blocks/resnext", "c", "macs == 17*C**2*H*W", C=64, G=32).best
    4
    """
    return solution_of(spec, unknown, where, step, values)


def solution_of(
    spec: str | PathLike[str], unknown: str, where: str, step: float | str | None, values: Mapping[str, Any]
) -> Solution:
    """The same with the values as a mapping, so that a var may have any name."""
    from archcalc.closed_forms import symbols_of
    from archcalc.closed_forms.roots import exact_roots

    stated = condition(where)
    graph = load(spec, **values)
    if unknown not in graph.vars:
        hint = did_you_mean(unknown, graph.vars) if graph.vars else "this spec has no vars"
        raise ArchcalcError(f"there is no var '{unknown}' to solve for", hint=hint)
    if unknown in values:
        raise ArchcalcError(f"'{unknown}' cannot have a value and be solved for")
    symbols_of(graph, [unknown], values)  # refuses what is no number
    stated.sides(analyze(graph))  # a condition that cannot be read is no reason for a search
    grid = _Grid(spec, graph, unknown, stated, values, step)
    roots, reason = exact_roots(spec, graph, unknown, stated, values)
    if roots is None:
        return Solution(graph, unknown, stated, *grid.search(reason), None)
    if not roots.roots:
        raise ArchcalcError(f"no positive {unknown} makes both sides of '{stated.text}' equal: {roots.equation}")
    places = {place for root in roots.roots for place in grid.around(root)}
    kind = f"root of the closed form, a polynomial of degree {roots.degree} in {unknown}"
    return Solution(graph, unknown, stated, kind, [grid.at(place) for place in places], roots)


class _Grid:
    """The multiples of a step that a var can have, and the networks for them."""

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
        self.start = graph.vars[unknown]
        self.is_whole = type(self.start) is int
        self.step = _step(step, self.is_whole)
        self.start_place = max(1, int(self.start / self.step))
        self.known: dict[int, Candidate] = {}

    def at(self, place: int) -> Candidate:
        """The network for a multiple of the step."""
        if place not in self.known:
            exact = place * self.step
            value = int(exact) if self.is_whole else float(exact)
            try:
                left, right = self.where.sides(analyze(load(self.spec, **self.values, **{self.unknown: value})))
                self.known[place] = Candidate(value, left, right, self.where.holds(left, right))
            except ArchcalcError as error:
                self.known[place] = Candidate(value, 0, 0, False, str(error))
        return self.known[place]

    def around(self, root: Any) -> list[int]:
        """The multiples on both sides of an exact number, the nearest for which there is a network."""
        import sympy

        exact = root / sympy.Rational(self.step.numerator, self.step.denominator)
        below, above = int(sympy.floor(exact)), int(sympy.ceiling(exact))
        sides = (range(below, max(0, below - MAX_WALK), -1), range(max(1, above), above + MAX_WALK))
        places = [next((place for place in side if not self.at(place).problem), None) for side in sides]
        found = [place for place in places if place is not None]
        return found or [max(1, below), max(1, above)]

    def search(self, reason: str) -> tuple[str, list[Candidate]]:
        """The two neighbours between which the condition turns; and how they were found."""
        low = high = self.start_place
        is_before = self._before()
        while is_before(high):
            if high >= MAX_MULTIPLE:
                raise ArchcalcError(f"'{self.where.text}' is as true of {self.unknown}={self.at(high).value} as of 1")
            low, high = high, 2 * high
        while low > 0 and not is_before(low):
            low, high = low // 2, low
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_before(middle) else (low, middle)
        way = "grow" if self._grows() else "fall"
        self._require_one_way(1 if way == "grow" else -1)
        kind = f"search of multiples of {self.step if self.is_whole else float(self.step)}"
        seen = f"the left side was seen to {way} at {len(self.known)} values"
        return f"{kind}, as {reason}; {seen}", [self.at(place) for place in (low, high) if place > 0]

    def _grows(self) -> bool:
        """Whether the left side grows with the unknown, by two networks on one side of the start."""
        one, other = self.at(self.start_place), self.at(2 * self.start_place)
        if other.problem and self.start_place > 1:
            one, other = self.at(self.start_place // 2), one
        return bool(one.problem or other.problem or other.left - other.right >= one.left - one.right)

    def _before(self) -> Callable[[int], bool]:
        """Whether a multiple lies before the turn; one without a network does if it lies before the start."""
        is_small = self._grows() == (self.where.sign in ("<=", "<", "=="))

        def is_before(place: int) -> bool:
            one = self.at(place)
            if one.problem:
                return place < self.start_place
            return (one.left <= one.right if self.where.sign == "==" else one.holds) == is_small

        return is_before

    def _require_one_way(self, sign: int) -> None:
        possible = [one for _, one in sorted(self.known.items()) if not one.problem]
        for one, other in pairwise(possible):
            if sign * (other.left - other.right) < sign * (one.left - one.right):
                shown = f"{self.unknown}={one.value} and {self.unknown}={other.value}"
                raise ArchcalcError(
                    f"'{self.where.left.text}' goes up and down, as between {shown}: no search can tell"
                )


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


__all__ = ["Candidate", "Solution", "solution_of", "solve"]
