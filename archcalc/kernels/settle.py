"""Bringing values back to small whole numbers between layers, so that sums stay exact at any depth."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import LARGEST_INPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array


def settle(values: Array) -> None:
    """Round each value and cut it off at the largest input, in place; not counted, as it is not the network's.

    >>> values = np.array([2.5, -0.2, 1000.0], np.float32)
    >>> settle(values)
    >>> values.tolist()
    [2.0, -0.0, 4.0]
    """
    _settle(values.reshape(-1))


@compiled
def _settle(values):  # type: ignore[no-untyped-def]
    largest = np.float32(LARGEST_INPUT)
    for index in range(values.size):
        values[index] = min(max(np.rint(values[index]), -largest), largest)
