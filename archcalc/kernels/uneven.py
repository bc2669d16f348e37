"""Rows of taps that differ in length, made into walks; shared by poolings over bins and by transposed convolution."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import PADDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array


def bin_rows(count: int, bins: int) -> list[list[int]]:
    """An axis cut into parts of equal length: a bin holds every position that lies, even partly, in its part.

    >>> bin_rows(5, 2), bin_rows(2, 3)
    ([[0, 1, 2], [2, 3, 4]], [[0], [0, 1], [1]])
    """
    # Position p goes from p to p + 1 and part b from b * count / bins to (b + 1) * count / bins: do they overlap?
    return [[p for p in range(count) if (p + 1) * bins > b * count and p * bins < (b + 1) * count] for b in range(bins)]


def with_gaps(rows: list[list[int]]) -> Array:
    """The rows as a walk to be executed: PADDING stands where a short row has no tap.

    >>> with_gaps([[0], [0, 1]]).tolist()
    [[0, -1], [0, 1]]
    """
    taps = max(map(len, rows))
    return np.array([row + [PADDING] * (taps - len(row)) for row in rows], np.int64)


def with_repeats(rows: list[list[int]]) -> Array:
    """The rows as a walk that tells what is seen: a short row says its last tap again, as it meets no padding.

    A row without any tap sees nothing, and is PADDING throughout.

    >>> with_repeats([[0], [0, 1], []]).tolist()
    [[0, 0], [0, 1], [-1, -1]]
    """
    taps = max(1, *map(len, rows))
    full = [row or [PADDING] for row in rows]
    return np.array([row + row[-1:] * (taps - len(row)) for row in full], np.int64)
