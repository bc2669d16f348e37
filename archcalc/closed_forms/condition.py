"""Conditions: two expressions over the totals and vars of a network, with a comparison between them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from archcalc.analysis import MODULES
from archcalc.checking.printed import UNITS
from archcalc.checking.verdicts import bound_of
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.report import TOTALS
from archcalc.spec.expressions import Expression, ExpressionError, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from archcalc.analysis import Analysis
    from archcalc.report import Report

_SIGN = re.compile(r"==|<=|>=|<|>")
_WORDS = "|".join(sorted(filter(str.isalpha, UNITS), reverse=True))
# A number with a unit, 300M or 50%, or with commas; a % that a name or number follows is a remainder.
_COUNT = re.compile(
    rf"(?<![\w.])(?:\d[\d,]*(?:\.\d+)?\s*(?:(?:{_WORDS})\b|%(?!\s*[\w(]))|\d{{1,3}}(?:,\d{{3}})+(?![\d,]))"
)


class Condition(Record):
    """A condition as it was written, its comparison, and its two sides."""

    text: str
    sign: str
    left: Expression
    right: Expression

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it reads, each once."""
        return tuple(dict.fromkeys(name for side in (self.left, self.right) for name, _ in side.names))

    def of(self, knobs: Mapping[str, Any], analysis: Analysis) -> Any:
        """Whether it holds, of numbers of any kind: for traced ones it is not decided."""
        return COMPARISONS[self.sign](*self._sides(_Quantities(knobs, analysis)))

    def sides(self, report: Report) -> tuple[Any, Any]:
        """The values of both sides for one network; raises ArchcalcError."""
        return self._sides(_Quantities(report.graph.vars, report.analysis))

    def _sides(self, quantities: _Quantities) -> tuple[Any, Any]:
        found = []
        for side in (self.left, self.right):
            try:
                value = side.run(quantities)
            except ExpressionError as error:
                raise ArchcalcError(error.message, f"--where '{self.text}'", error.hint) from None
            if value is None or isinstance(value, (bool, str, list)):
                raise ArchcalcError(f"'{side.text}' is no number, so it cannot be compared", f"--where '{self.text}'")
            found.append(value)
        return found[0], found[1]

    def holds(self, left: Any, right: Any) -> bool:
        """Whether it is true of these two numbers."""
        return bool(COMPARISONS[self.sign](left, right))


COMPARISONS = {
    "==": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def condition(text: str) -> Condition:
    """A condition from its text, in the expressions of specs; counts may have units. Raises ArchcalcError.

    >>> condition("macs <= 300M").right.run({})
    300000000
    """
    if not isinstance(text, str):
        raise ArchcalcError(f"found the condition {text!r}, expected a text", hint="write for example: 'macs <= 300M'")
    signs = _SIGN.findall(text)
    if len(signs) != 1:
        hint = "equality is written ==" if "=" in text and not signs else "write for example: macs <= 300M"
        raise ArchcalcError(f"found {len(signs)} comparisons, expected one", f"--where '{text}'", hint)
    sides = []
    for side in map(str.strip, text.split(signs[0])):
        try:
            sides.append(parse(_COUNT.sub(_written_out, side))._replace(text=side))
        except ExpressionError as error:
            raise ArchcalcError(error.message, f"--where '{text}'", error.hint) from None
    return Condition(text.strip(), signs[0], *sides)


def _written_out(count: re.Match[str]) -> str:
    bound = bound_of(count[0])
    return str(bound) if bound.denominator == 1 else f"({bound})"


class _Quantities(Mapping[str, "Any"]):
    """What a condition can speak of: the vars of a network and the totals of its columns."""

    def __init__(self, knobs: Mapping[str, Any], analysis: Analysis):
        self.knobs = knobs
        self.analysis = analysis

    def __getitem__(self, name: str) -> Any:
        if name in self.knobs:
            return self.knobs[name]
        if name not in MODULES or self.analysis.total(name) is None:
            raise KeyError(name)
        return self.analysis.total(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.knobs, *TOTALS))

    def __len__(self) -> int:
        return len(self.knobs) + len(TOTALS)
