"""The Pareto front: the variants that no other one beats in every respect."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


FEW_ROWS = 1_000  # which are as soon sorted
TILTS = (0.1, 0.01, 10.0, 100.0)


def front(columns: Sequence[Any]) -> Any:
    """The rows, in their order, of which no other row is at most as large in every column and smaller in one.

    Equal rows are all kept.

    >>> import numpy as np
    >>> front([np.array([3, 1, 2, 2]), np.array([1, 3, 2, 4])]).tolist()
    [0, 1, 2]
    """
    import numpy as np

    candidates = _candidates([np.asarray(column) for column in columns])
    columns = [np.asarray(column)[candidates] for column in columns]
    order = np.lexsort(tuple(reversed(columns)))
    sorted_columns = [column[order] for column in columns]
    if len(columns) <= 2:
        return np.sort(candidates[order[_best_of_two(*sorted_columns)]])
    kept: list[int] = []
    for row in range(len(order)):  # a row can only be beaten by one before it
        values = [column[row] for column in sorted_columns]
        others = [column[kept] for column in sorted_columns]
        is_at_most = np.logical_and.reduce([other <= value for other, value in zip(others, values, strict=True)])
        is_less = np.logical_or.reduce([other < value for other, value in zip(others, values, strict=True)])
        if not (is_at_most & is_less).any():
            kept.append(row)
    return np.sort(candidates[order[kept]])


def _candidates(columns: Sequence[Any]) -> Any:
    """The rows that a few good ones do not beat: of many, most are gone before the rest is sorted."""
    import numpy as np

    rows = np.arange(len(columns[0]))
    for weights in (
        (1.0,) * len(columns),
        *(_tilted(len(columns), n, by) for n in range(len(columns)) for by in TILTS),
    ):
        if len(rows) <= FEW_ROWS:
            break
        here = [column[rows] for column in columns]
        sums = sum(weight * _scaled(column) for weight, column in zip(weights, here, strict=True))
        good = int(np.argmin(sums))
        is_beaten = np.logical_and.reduce([column >= column[good] for column in here])
        is_beaten &= np.logical_or.reduce([column > column[good] for column in here])
        rows = rows[~is_beaten]
    return rows


def _tilted(count: int, number: int, by: float) -> tuple[float, ...]:
    return tuple(by if other == number else 1.0 for other in range(count))


def _scaled(column: Any) -> Any:
    """From 0 to 1; only to choose by, so that rounding does no harm."""
    low, high = float(column.min()), float(column.max())
    return (column.astype(float) - low) / ((high - low) or 1.0)


def _best_of_two(first: Any, second: Any = None) -> Any:
    """Of rows sorted by the first column and then the second: whether each is on the front."""
    import numpy as np

    if second is None:
        return first == first[:1]
    lowest = np.minimum.accumulate(second)
    is_new = np.concatenate([[True], second[1:] < lowest[:-1]])
    leader = np.maximum.accumulate(np.where(is_new, np.arange(len(first)), 0))
    return is_new | ((first == first[leader]) & (second == second[leader]))
