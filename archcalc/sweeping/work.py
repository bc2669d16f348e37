"""The work of a sweep, in stretches of variants: what one costs, and all of them in their order.

Whoever carries them out, threads here or workers elsewhere, does the same: `carry_out`.
"""

from __future__ import annotations

import json
import os

from archcalc.closed_forms.condition import condition
from archcalc.errors import ArchcalcError
from archcalc.sweeping.engine import Engine, Stretch
from archcalc.sweeping.summary import summary_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    from archcalc.sweeping.parts import Parts
    from archcalc.sweeping.plan import Plan
    from archcalc.sweeping.summary import Summary

    Result = TypeVar("Result")

STRETCH = 1 << 19  # variants that are held at once, by each worker
SPEC = "spec"  # the column that says which spec a variant is of, where there are several


class Work:
    """A plan, checked, and an engine for each of its specs; may be used by several threads."""

    def __init__(self, plan: Plan):
        """Raises ArchcalcError for unknown vars and columns, and for conditions that cannot be read."""
        self.plan = plan
        self.engines = [_engine(spec, plan) for spec in plan.specs]
        names = set(plan.specs) if len(plan.specs) > 1 else set()
        if names and SPEC in (*plan.space.values, *plan.columns):
            raise ArchcalcError(f"'{SPEC}' is the column of the specs' names, and cannot be another one")
        if len(names) < len(plan.specs) > 1:
            raise ArchcalcError("a spec is named twice")
        known = {*plan.columns, *plan.space.values, *([SPEC] if names else [])}
        numbers = {*plan.columns, *self.engines[0].numeric}
        for place, name in enumerate(plan.plotted):
            if name not in (numbers if place < 2 else known):
                what = "no number here" if place < 2 else "no column here"
                raise ArchcalcError(f"the picture is of '{name}', which is {what}", hint="name it as a column too")
        for name in plan.pareto:
            if name.removeprefix("+") not in numbers:
                hint = "name it as a column too"
                raise ArchcalcError(f"the front is of '{name.removeprefix('+')}', which is no number here", hint=hint)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each total."""
        return self.engines[0].units

    def identity(self) -> str:
        """What makes the parts of this sweep these and no others: what they mean, and where one ends."""
        return json.dumps({**self.plan.identity(), "stretch": STRETCH}, sort_keys=True, indent=1)

    def stretches(self, size: int | None = None) -> Iterator[tuple[int, int]]:
        """The first variant of each stretch and that after its last, in whole rows where these are short."""
        space, size = self.plan.space, size or STRETCH
        if space.width <= size:
            size -= size % space.width
        for number in range(len(self.engines)):
            first = number * space.size
            for start in range(0, space.size, size):
                yield first + start, first + min(start + size, space.size)

    def stretch(self, start: int, stop: int) -> Stretch:
        """What these variants cost, all of one spec."""
        import numpy as np

        number, first = divmod(start, self.plan.space.size)
        found = self.engines[number].stretch(first, first + stop - start)
        if len(self.engines) == 1:
            return found
        count = len(next(iter(found.columns.values())))
        names = np.full(count, self.plan.specs[number], dtype=object)
        return Stretch({SPEC: names, **found.columns}, found.problems, found.size)


def _engine(spec: str, plan: Plan) -> Engine:
    from archcalc.closed_forms.unknowns import knob_value
    from archcalc.spec import load

    fixed, columns = dict(plan.fixed), plan.columns
    for name in plan.space.values:
        if name in fixed:
            raise ArchcalcError(f"'{name}' cannot have a value and be swept")
        if name in columns:
            raise ArchcalcError(f"the var '{name}' and the column '{name}' have one name", hint="leave the column out")
    graph = load(spec, **fixed)
    for name in plan.space.values:
        try:
            knob_value(graph, name)
        except ArchcalcError as error:
            if len(plan.specs) == 1:
                raise
            raise ArchcalcError(f"{spec}: {error}") from None
    conditions = [condition(part) for text in plan.where for part in _conjuncts(text)]
    engine = Engine(spec, plan.space, columns, plan.settings, conditions, fixed)
    engine.outputs(graph)  # a column or condition that cannot be read is said before the work
    return engine


def _conjuncts(text: Any) -> list[Any]:
    """The conditions that are joined by "and"; what is no text stays what it is, for `condition` to refuse."""
    return text.split(" and ") if isinstance(text, str) else [text]


def carry_out(work: Work, parts: Parts | None, start: int, stop: int) -> Summary:
    """What the variants of a stretch amount to; if there are parts, they have it afterwards, or have it already."""
    stretch = None if parts is None else parts.known(start, stop - start, work.plan.columns)
    if stretch is None:
        stretch = work.stretch(start, stop)
        if parts is not None:
            parts.add(start, stretch)
    return summary_of(work.plan, stretch)


def summaries(work: Work, parts: Parts | None) -> Iterator[Summary]:
    """The summary of each stretch, in their order, by threads."""
    return in_order(lambda start, stop: carry_out(work, parts, start, stop), work.stretches())


def in_order(function: Callable[[int, int], Result], stretches: Iterable[tuple[int, int]]) -> Iterator[Result]:
    """The results of a function of stretches, by threads, in their order; only a few are held at a time."""
    from collections import deque
    from concurrent.futures import Future, ThreadPoolExecutor

    stretches = iter(stretches)
    yield function(*next(stretches))  # it finds, and compiles, what most of the others need
    workers = os.cpu_count() or 1
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for ends in stretches:
                waiting.append(pool.submit(function, *ends))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
