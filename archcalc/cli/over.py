"""Ranges and lists of values on the command line: what `--over NAME=...` may say."""

from __future__ import annotations

from fractions import Fraction

from archcalc.errors import ArchcalcError
from archcalc.spec.read import Sequence, read_text
from archcalc.spec.values import setting
from archcalc.sweeping.space import MAX_VALUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def parse_all(texts: Iterable[str], option: str = "--over") -> dict[str, list[Any]]:
    """Vars and their values, each var once; raises ArchcalcError.

    >>> parse_all(["width=0.5,1", "resolution=96:128:16"])
    {'width': [0.5, 1], 'resolution': [96, 112, 128]}
    """
    values: dict[str, list[Any]] = {}
    for text in texts:
        name, items = parse_over(text, option)
        if name in values:
            raise ArchcalcError(f"{option} gives '{name}' twice")
        values[name] = items
    return values


def parse_over(text: str, option: str = "--over") -> tuple[str, list[Any]]:
    """A var and its values from the command line: `a=1:9:2` with its end, `a=1,2,4`, `a=log:8:512:7`.

    Steps are exact: 0.25:1.5:0.01 has 126 values, and the last is 1.5. `option` is what mistakes call it by.
    Raises ArchcalcError.

    >>> parse_over("resolution=96:128:16"), parse_over("width=0.5,1"), parse_over("n=log:8:512:4")
    (('resolution', [96, 112, 128]), ('width', [0.5, 1]), ('n', [8, 32, 128, 512]))
    """
    name, equals, written = text.partition("=")
    if not equals or not name or not written.strip():
        expected = "NAME=START:STOP:STEP, NAME=A,B,... or NAME=log:START:STOP:COUNT"
        raise ArchcalcError(f"{option} {text}: expected {expected}")
    if ":" in written:
        parts = written.split(":")
        is_log = parts[0] == "log"
        ends = parts[1:] if is_log else parts
        if len(ends) not in ((3,) if is_log else (2, 3)):
            raise ArchcalcError(f"{option} {text}: expected START:STOP:STEP or log:START:STOP:COUNT")
        numbers = [_number(part, text, option) for part in ends]
        return name, _logarithmic(numbers, text, option) if is_log else _stepped(numbers, text, option)
    node = read_text(f"[{written}]", f"{option} {name}")
    assert isinstance(node, Sequence)  # noqa: S101 - it is in brackets
    return name, [setting(item) for item in node.items]


def _number(text: str, whole: str, option: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise ArchcalcError(f"{option} {whole}: found '{text}', expected a number") from None


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)


def _stepped(numbers: list[Fraction], text: str, option: str) -> list[int | float]:
    start, stop, step = (*numbers, Fraction(1))[:3]
    if step == 0 or (stop - start) / step < 0:
        raise ArchcalcError(
            f"{option} {text}: the step {_plain(step)} does not lead from {_plain(start)} to {_plain(stop)}"
        )
    count = int((stop - start) / step) + 1
    if count > MAX_VALUES:
        raise ArchcalcError(f"{option} {text}: {count:,} values, expected at most {MAX_VALUES:,}")
    values = [_plain(start + index * step) for index in range(count)]
    return values if all(type(value) is int for value in values) else [float(value) for value in values]


def _logarithmic(numbers: list[Fraction], text: str, option: str) -> list[int | float]:
    """So many values with equal ratios; whole numbers between whole ends, each once."""
    start, stop, count = numbers
    if start <= 0 or stop <= 0 or count.denominator != 1 or not 1 <= count <= MAX_VALUES:
        raise ArchcalcError(f"{option} {text}: a log range needs positive ends and a whole COUNT")
    steps = max(1, int(count) - 1)
    values = [float(start) * (float(stop) / float(start)) ** (index / steps) for index in range(int(count))]
    if start.denominator == stop.denominator == 1:
        return list(dict.fromkeys(round(value) for value in values))
    return values
