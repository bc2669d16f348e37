"""Solving for one var of a spec: by the root of the closed form, or by search where there is none."""

from __future__ import annotations

from fractions import Fraction

from archcalc.closed_forms.condition import Condition, condition
from archcalc.closed_forms.search import Candidate, Search, candidate_of
from archcalc.closed_forms.unknowns import plain_name, symbols_of
from archcalc.errors import ArchcalcError
from archcalc.graph.table import Column, Table
from archcalc.render.numbers import as_in_spec
from archcalc.render.shown import Shown
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from typing import Any

    from archcalc.closed_forms.roots import Roots
    from archcalc.graph.graph import Graph


STARTS = 16  # powers of two that are tried where a spec makes no network as it is


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
    from archcalc.closed_forms.roots import exact_roots

    if not isinstance(unknown, str):
        raise ArchcalcError(f"found the unknown {unknown!r}, expected the name of a var as text")
    stated = condition(where)
    graph = start_of(spec, unknown, values)
    if unknown in values:
        raise ArchcalcError(f"'{unknown}' cannot have a value and be solved for")
    symbols_of(graph, {unknown: plain_name(unknown)}, values)  # refuses what is no number
    for name, value in graph.vars.items():
        if hasattr(value, "tolist") or getattr(value, "free_symbols", None):
            raise ArchcalcError(f"the var '{name}' is {value}: solving needs one number for every other var")
    stated.sides(analyze(graph))  # a condition that cannot be read is no reason for a search
    if unknown in graph.choices:
        return Solution(graph, unknown, stated, *_tried(spec, graph, unknown, stated, values, step), None)
    search = Search(spec, graph, unknown, stated, values, step)
    roots, reason = exact_roots(spec, graph, unknown, stated, values)
    if roots is None:
        return Solution(graph, unknown, stated, *search.turn(reason), None)
    if not roots.roots and stated.sign == "==":
        raise ArchcalcError(f"no positive {unknown} makes both sides of '{stated.text}' equal: {roots.equation}")
    kind = f"root of the closed form, a polynomial of degree {roots.degree} in {unknown}"
    if not roots.roots:
        kind = f"the closed form has no positive root, so one {unknown} tells of all"
    return Solution(graph, unknown, stated, kind, search.around(roots.roots), roots)


def start_of(spec: Any, unknown: str, values: Mapping[str, Any]) -> Graph:
    """The network with the values that are given; where the unknown's own value makes none, with a small one."""
    try:
        return load(spec, **values)
    except ArchcalcError:
        for power in range(STARTS if unknown not in values else 0):
            try:
                return load(spec, **values, **{unknown: 2**power})
            except ArchcalcError:
                continue
        raise


def _tried(
    spec: Any, graph: Graph, unknown: str, where: Condition, values: Mapping[str, Any], step: float | str | None
) -> tuple[str, list[Candidate]]:
    """Every choice of a var that has choices; and how they were found."""
    if step is not None:
        raise ArchcalcError(f"'{unknown}' has choices, so it takes no step")
    choices = graph.choices[unknown]
    return f"each of the {len(choices)} choices of {unknown}", [
        candidate_of(spec, unknown, choice, where, values) for choice in choices
    ]


__all__ = ["Candidate", "Solution", "solution_of", "solve"]
