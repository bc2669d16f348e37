"""Within which bounds every number of a tape lies, if the numbers that it begins with lie within theirs.

Every operation here is monotone in each argument, so that its results lie between those of the corners; of floats too,
as each operation is rounded correctly. Where nothing is known, the bounds are None.
"""

from __future__ import annotations

import math

from archcalc.algebra.traced import COMPARISONS, LEAF, OPERATIONS, Traced, value_of
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    Bounds = tuple[Any, Any] | None

MONOTONE = ("+", "-", "*", "max", "min", "floor", "ceil", "round", "trunc", "sqrt", "whole")
QUOTIENTS = ("//", "/")


def intervals(steps: Sequence[tuple[str, tuple[Any, ...]]], ranges: Mapping[str, tuple[Any, Any]]) -> list[Bounds]:
    """Lowest and highest value of every step, or None where that is not known.

    >>> from archcalc.algebra.traced import Tape
    >>> tape = Tape()
    >>> width = tape.leaf("width", 5)
    >>> cost = 3 * width - width // 2
    >>> intervals(tape.steps, {"width": (1, 9)})[cost.place]
    (-1, 27)
    """
    found: list[Bounds] = []
    for operation, arguments in steps:
        if operation == LEAF:
            found.append(ranges[arguments[0]])
            continue
        sides = [found[one.place] if type(one) is Traced else (one, one) for one in arguments]
        known = [side for side in sides if side is not None]
        is_whole = all(type(value_of(one)) is int for one in arguments)
        found.append(_of(operation, known, is_whole) if len(known) == len(sides) else None)
    return found


def _of(operation: str, sides: list[tuple[Any, Any]], is_whole: bool) -> Bounds:
    """The bounds of one operation, of whole numbers alone or not; None where a number at an end has no result."""
    if operation in COMPARISONS:
        return _of_comparison(operation, *sides)
    if operation == "where":
        return min(sides[1][0], sides[2][0]), max(sides[1][1], sides[2][1])
    if operation == "%":
        return (0, sides[1][1] - 1 if is_whole else sides[1][1]) if sides[1][0] > 0 else None
    if operation == "gcd":
        return 0, max(abs(end) for side in sides for end in side)
    if operation in QUOTIENTS and not sides[1][0] > 0:
        return None
    if operation == "sqrt" and sides[0][0] < 0:
        return None
    if operation not in (*MONOTONE, *QUOTIENTS):
        return None
    try:
        results = _at_corners(OPERATIONS["floor" if operation == "whole" else operation], sides)
    except (ArchcalcError, OverflowError):  # too large for a float, or for its digits to be exact
        return None
    return (min(results), max(results)) if all(map(_is_finite, results)) else None


def _at_corners(operation: Callable[..., Any], sides: list[tuple[Any, Any]]) -> list[Any]:
    corners: list[list[Any]] = [[]]
    for side in sides:
        corners = [[*corner, end] for corner in corners for end in side]
    return [operation(*corner) for corner in corners]


def _is_finite(value: Any) -> bool:
    return type(value) is int or math.isfinite(value)


def _of_comparison(operation: str, a: tuple[Any, Any], b: tuple[Any, Any]) -> Bounds:
    """(1, 1) where it holds for all, (0, 0) where for none."""
    below, above = a[1] < b[0], a[0] > b[1]
    same = a[0] == a[1] == b[0] == b[1]
    always = {
        "<": below, "<=": a[1] <= b[0], ">": above, ">=": a[0] >= b[1], "==": same, "!=": below or above,
    }[operation]  # fmt: skip
    never = {
        "<": a[0] >= b[1], "<=": above, ">": a[1] <= b[0], ">=": below, "==": below or above, "!=": same,
    }[operation]  # fmt: skip
    return (1, 1) if always else (0, 0) if never else (0, 1)
