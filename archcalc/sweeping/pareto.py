"""The Pareto front: the variants that no other one beats in every respect."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def front(columns: Sequence[Any]) -> Any:
    """The rows, in their order, of which no other row is at most as large in every column and smaller in one.

    Equal rows are all kept.

    >>> import numpy as np
    >>> front([np.array([3, 1, 2, 2]), np.array([1, 3, 2, 4])]).tolist()
    [0, 1, 2]
    """
    import numpy as np

    order = np.lexsort(tuple(reversed(columns)))
    sorted_columns = [np.asarray(column)[order] for column in columns]
    if len(columns) <= 2:
        return np.sort(order[_best_of_two(*sorted_columns)])
    kept: list[int] = []
    for row in range(len(order)):  # a row can only be beaten by one before it
        values = [column[row] for column in sorted_columns]
        others = [column[kept] for column in sorted_columns]
        is_at_most = np.logical_and.reduce([other <= value for other, value in zip(others, values, strict=True)])
        is_less = np.logical_or.reduce([other < value for other, value in zip(others, values, strict=True)])
        if not (is_at_most & is_less).any():
            kept.append(row)
    return np.sort(order[kept])


def _best_of_two(first: Any, second: Any = None) -> Any:
    """Of rows sorted by the first column and then the second: whether each is on the front."""
    import numpy as np

    if second is None:
        return first == first[:1]
    lowest = np.minimum.accumulate(second)
    is_new = np.concatenate([[True], second[1:] < lowest[:-1]])
    leader = np.maximum.accumulate(np.where(is_new, np.arange(len(first)), 0))
    return is_new | ((first == first[leader]) & (second == second[leader]))
