"""Stretches of a sweep: which structure each variant has, and what it costs.

Structures are found as they are met: the first variant that no program tells of is traced, and its program tells of all
variants for which every decision comes out the same.
"""

from __future__ import annotations

import math
from fractions import Fraction
from threading import Lock

from archcalc.algebra.plain import EXACT_FLOAT
from archcalc.analysis import Analysis
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.spec import load
from archcalc.sweeping.program import ALL, Program, run, trace
from archcalc.sweeping.runner import Part, Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.closed_forms.condition import Condition
    from archcalc.sweeping.space import Space


class Stretch(Record):
    """What some variants cost: by var and column an array over those that make a network, and why others do not."""

    columns: dict[str, Any]
    problems: dict[str, int]
    size: int  # of all variants, those without a network too


class Sheet:
    """What was found of the variants of a stretch: their columns, which of them are kept, and the problems."""

    def __init__(self, columns: Sequence[str], size: int):
        import numpy as np

        self.columns = columns
        self.found: dict[str, Any] = {}
        self.holds = np.ones(size, dtype=bool)
        self.problems: dict[str, int] = {}

    def keep(self, part: Part, told: Any, outputs: Mapping[str, Any], problem: str) -> None:
        """Take in what a program tells of some variants of a part."""
        count = part.size if told is ALL else len(told)
        here = ALL if count == len(self.holds) else part.flat_rows(told)
        if problem:
            count_problem(self.problems, problem, count)
            self.holds[here] = False
        for name, values in outputs.items():
            if name in self.columns:
                self.found[name] = _placed(self.found.get(name), len(self.holds), here, values)
            else:
                self.holds[here] &= values


class Engine:
    """A spec, the space of its variants, and the programs that were found so far; may be used by several threads."""

    def __init__(
        self,
        spec: Any,
        space: Space,
        columns: Sequence[str],
        settings: Settings,
        where: Sequence[Condition],
        fixed: Mapping[str, Any],
    ):
        self.spec, self.space, self.columns, self.settings, self.where = spec, space, tuple(columns), settings, where
        self.fixed = fixed
        self.units: dict[str, str] = {}
        self.numeric: dict[str, Any] = {}
        self.others: dict[str, Sequence[Any]] = {}
        for name, values in space.values.items():
            kinds = set(map(type, values))
            if kinds <= {int, float}:
                self.numeric[name] = _numbers(name, values, kinds)
            else:
                self.others[name] = values
        self.ranges = {
            name: tuple(values[[values.argmin(), values.argmax()]].tolist()) for name, values in self.numeric.items()
        }
        self.runners: dict[tuple[int, ...], list[Runner]] = {}
        self.lock = Lock()

    def stretch(self, start: int, stop: int) -> Stretch:
        """The variants from `start` to before `stop`."""
        import numpy as np

        sheet = Sheet(self.columns, stop - start)
        rectangle = self.space.rectangle(start, stop)
        if rectangle is not None and rectangle[1] in self.numeric:
            places, last = rectangle
            width = self.space.width
            for key, rows in self._groups(places, (stop - start) // width):
                numbers = {name: values[places[name][rows]] for name, values in self.numeric.items() if name != last}
                self._fill(key, Part(rows, numbers, {last: self.numeric[last]}), sheet)
        else:
            places, last, width = self.space.columns(start, stop), "", 1
            for key, rows in self._groups(places, stop - start):
                numbers = {name: values[places[name][rows]] for name, values in self.numeric.items()}
                self._fill(key, Part(rows, numbers, {}), sheet)
        kept = ALL if sheet.holds.all() else np.flatnonzero(sheet.holds)
        values = {
            name: self._repeated(self._values(name), places.get(name), kept, width, (stop - start) // width)
            for name in self.space.values
        }
        blank = np.zeros(stop - start, dtype=np.int64)
        totals = {name: sheet.found.get(name, blank)[kept] for name in self.columns}
        return Stretch({**values, **totals}, sheet.problems, stop - start)

    def _values(self, name: str) -> Any:
        """The values of a var, as they are shown."""
        import numpy as np

        if name in self.numeric:
            return self.numeric[name]
        values = np.empty(len(self.others[name]), dtype=object)
        values[:] = [one if isinstance(one, (str, bool)) else str(one) for one in self.others[name]]
        return values

    @staticmethod
    def _repeated(values: Any, places: Any, kept: Any, width: int, rows: int) -> Any:
        """The values of the variants that are kept: of a row each, or without places those of the columns in turn."""
        import numpy as np

        if kept is ALL:
            return np.tile(values, rows) if places is None else np.repeat(values[places], width)
        return values[kept % width] if places is None else values[places[kept // width]]

    def _groups(self, places: Mapping[str, Any], count: int) -> list[tuple[tuple[int, ...], Any]]:
        """The rows by what is no number in them."""
        import numpy as np

        if not self.others:
            return [((), np.arange(count))]
        codes = np.stack([places[name] for name in self.others], axis=1)
        keys, inverse = np.unique(codes, axis=0, return_inverse=True)
        return [(tuple(map(int, key)), np.flatnonzero(inverse.ravel() == n)) for n, key in enumerate(keys)]

    def _fill(self, key: tuple[int, ...], part: Part, sheet: Sheet) -> None:
        """Find what each variant of a part costs, by one program after the other."""
        runners = self.runners.setdefault(key, [])
        turn = 0
        while part.size:
            runner, is_new = self._next(runners, turn, key, part)
            turn += 1
            try:
                told, outputs = runner.run(part)
            except ArchcalcError:  # of one of them at least: those beside it may well have numbers
                self._apart(key, part, sheet)
                return
            if is_new and told is not ALL and not len(told):
                raise ArchcalcError("a variant does not follow its own program: please report this")
            sheet.keep(part, told, outputs, runner.problem)
            part = part.without(told)

    def _apart(self, key: tuple[int, ...], part: Part, sheet: Sheet) -> None:
        """Find what the variants of a part cost each half by itself, in the end one variant alone."""
        if part.size > 1:
            for half in part.halves():
                self._fill(key, half, sheet)
            return
        outputs, problem = self._alone({**self._constants(key), **part.first()})
        told, columns = run(Program((), (), {}, outputs, (), problem), {}, 1)
        sheet.keep(part, told, columns, problem)

    def _alone(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The outputs of one variant as without a sweep, or why it makes no network."""
        try:
            return self.outputs(load(self.spec, **values)), ""
        except ArchcalcError as error:
            return {}, str(error)

    def _constants(self, key: tuple[int, ...]) -> dict[str, Any]:
        chosen = {name: self.others[name][code] for name, code in zip(self.others, key, strict=True)}
        return {**self.fixed, **chosen}

    def _next(self, runners: list[Runner], turn: int, key: tuple[int, ...], part: Part) -> tuple[Runner, bool]:
        """The next program to try, a new one for the first variant if all were tried; and whether it is new."""
        with self.lock:
            is_new = turn == len(runners)
            if is_new:
                runners.append(self._runner(key, part.first()))
            return runners[turn], is_new

    def _runner(self, key: tuple[int, ...], row: dict[str, Any]) -> Runner:
        constants = self._constants(key)
        program = trace(self.spec, row, constants, self.outputs, self.ranges)
        if program.problem:  # in its own words, without the numbers that trace it
            _, problem = self._alone({**constants, **row})
            if not problem:
                raise ArchcalcError(f"{program.problem}: this network cannot be followed for many variants at once")
            program = program._replace(problem=problem)
        return Runner(program, self.space.size)

    def outputs(self, graph: Any) -> dict[str, Any]:
        """The totals of one network, and whether each condition holds for it."""
        analysis = Analysis(graph, self.settings)
        result = {name: analysis.total(name) for name in self.columns}
        for name, value in result.items():
            if value is None or isinstance(value, (str, list)):
                raise ArchcalcError(f"the column '{name}' has no total that is a number")
        result = {name: float(value) if type(value) is Fraction else value for name, value in result.items()}
        self.units = {name: analysis.columns[name].unit for name in self.columns}
        for number, condition in enumerate(self.where):
            result[f"where {number}"] = condition.of(graph.vars, analysis)
        return result


def count_problem(problems: dict[str, int], problem: str, count: int) -> None:
    """So many more variants make no network; what is wrong at one place is one problem, told of the first of them.

    >>> problems = {"a.yaml:3:5: found 0": 2}
    >>> count_problem(problems, "a.yaml:3:5: found -1", 3)
    >>> problems
    {'a.yaml:3:5: found 0': 5}
    """
    place = problem.partition(": ")[0]
    known = next((one for one in problems if one.partition(": ")[0] == place), problem)
    if count:
        problems[known] = problems.get(known, 0) + count


def count_problems(problems: dict[str, int], more: Mapping[str, int]) -> None:
    """The problems of further variants, too."""
    for problem, count in more.items():
        count_problem(problems, problem, count)


def _numbers(name: str, values: Sequence[Any], kinds: set[type]) -> Any:
    """The numbers of a var as a column: whole ones beyond 64 bits as Python's own."""
    import numpy as np

    strange = next((one for one in values if type(one) is float and not math.isfinite(one)), None)
    if strange is not None:
        raise ArchcalcError(f"'{name}' has the value {strange}, expected finite numbers")
    low, high = min(values), max(values)
    if kinds == {int}:
        return np.asarray(values, dtype=np.int64 if low >= -(2**63) and high < 2**63 else object)
    if any(type(one) is int and abs(one) > EXACT_FLOAT for one in values):
        message = f"'{name}' has whole numbers beyond 2**53 beside fractions, which cannot be held in one column"
        raise ArchcalcError(message, hint="sweep them apart")
    return np.asarray(values, dtype=np.float64)


def _placed(column: Any, size: int, rows: Any, values: Any) -> Any:
    """A column with values in some rows; whole numbers beyond 64 bits stay Python's own."""
    import numpy as np

    if rows is ALL:
        return values
    if column is None:
        column = np.zeros(size, dtype=values.dtype)
    if values.dtype != column.dtype:
        column = column.astype(object if object in (values.dtype, column.dtype) else np.float64)
    column[rows] = values
    return column
