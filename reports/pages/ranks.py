"""How alike two orders are: Spearman's rank correlation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import Any


def rank_correlation(xs: Sequence[Any], ys: Sequence[Any]) -> float:
    """From 1, the same order, over 0 to -1, the opposite one; equal values share the mean of their ranks.

    >>> rank_correlation([1, 2, 3], [10, 30, 20])
    0.5
    """
    a, b = _ranks(xs), _ranks(ys)
    mean = Fraction(len(a) + 1, 2)
    both = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    return float(both) / sqrt(sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b))


def _ranks(values: Sequence[Any]) -> list[Fraction]:
    """1 for the smallest."""
    return [
        Fraction(2 * sum(other < value for other in values) + sum(other == value for other in values) + 1, 2)
        for value in values
    ]
