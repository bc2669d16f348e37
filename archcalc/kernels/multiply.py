"""Product of branches, value by value."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import MUL
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position of every input."""
    return EACH


def execute(op: Any, run: Run, *branches: Array) -> Array:
    """A dimension of 1 is repeated; a vector of channels is so at every position."""
    axes = max(branch.ndim for branch in branches)
    wide = [branch.reshape(len(branch), *(1,) * (axes - branch.ndim), *branch.shape[1:]) for branch in branches]
    first, *others = [branch.copy() for branch in np.broadcast_arrays(*wide)]
    for other in others:
        _multiply(first.reshape(-1), other.reshape(-1), run.counts)
    return first


@compiled
def _multiply(values, others, counts):  # type: ignore[no-untyped-def]
    muls = 0
    for index in range(values.size):
        values[index] *= others[index]
        muls += 1
    counts[MUL] += muls
