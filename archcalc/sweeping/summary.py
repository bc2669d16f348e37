"""What some variants amount to: how many, between which bounds, the best of them; two summaries make one."""

from __future__ import annotations

from archcalc.sweeping.engine import count_problems
from archcalc.sweeping.pareto import front

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.sweeping.engine import Stretch
    from archcalc.sweeping.plan import Plan

FEW = 40  # variants that are all shown
MAX_POINTS = 100_000  # of a picture


class Summary:
    """`kept` of `tried` variants; those that make no network by their problem; `first` ones, `front` and `points`.

    `bounds` are the least and the most of every column of numbers. Of the points for a picture one in `every` is kept.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self.tried = self.kept = 0
        self.problems: dict[str, int] = {}
        self.bounds: dict[str, tuple[Any, Any]] = {}
        self.first: dict[str, Any] = {}
        self.front: dict[str, Any] = {}
        self.points: dict[str, Any] = {}
        self.every = 1

    def add(self, other: Summary) -> None:
        """Take in what the next variants amount to."""
        self.tried += other.tried
        self.kept += other.kept
        count_problems(self.problems, other.problems)
        for name, ends in other.bounds.items():
            known = (*self.bounds.get(name, ()), *ends)
            self.bounds[name] = min(known), max(known)
        self.first = {name: values[: FEW + 1] for name, values in _joined(self.first, other.first).items()}
        self.front = best(_joined(self.front, other.front), self.plan.pareto)
        self.points = _joined(self.points, _thinned(other.points, max(1, self.every // other.every)))
        self.every = max(self.every, other.every)
        while self.points and _length(self.points) > 2 * MAX_POINTS:
            self.points = _thinned(self.points, 2)
            self.every *= 2


def summary_of(plan: Plan, stretch: Stretch) -> Summary:
    """What the variants of a stretch amount to."""
    import numpy as np

    result = Summary(plan)
    columns = stretch.columns
    result.tried, result.kept, result.problems = stretch.size, _length(columns), dict(stretch.problems)
    if not result.kept:
        return result
    for name, values in columns.items():
        if not isinstance(values[0], str):
            ends = np.array([values.min(), values.max()], dtype=values.dtype).tolist()
            result.bounds[name] = ends[0], ends[1]
    result.first = {name: values[: FEW + 1].copy() for name, values in columns.items()}
    if plan.pareto:
        result.front = best(columns, plan.pareto)
    if plan.plotted:
        while plan.size > 32 * MAX_POINTS * result.every:  # what would be thinned in any case
            result.every *= 2
        result.points = _thinned({name: columns[name] for name in plan.plotted}, result.every)
    return result


def best(columns: dict[str, Any], pareto: tuple[str, ...]) -> dict[str, Any]:
    """The variants on the front of these columns; with a + before its name, as much of a column as possible."""
    if not columns or not pareto:
        return {}
    wanted = [-columns[name[1:]] if name.startswith("+") else columns[name] for name in pareto]
    rows = front(wanted)
    return {name: values[rows] for name, values in columns.items()}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    if not one or not other:
        return one or other
    return {name: np.concatenate([one[name], values]) for name, values in other.items()}


def _thinned(columns: dict[str, Any], every: int) -> dict[str, Any]:
    return {name: values[::every].copy() for name, values in columns.items()}


def _length(columns: dict[str, Any]) -> int:
    return len(next(iter(columns.values())))
