"""Leaky rectifier, value by value."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import COMPARE, MUL
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """Overwrites its input."""
    _rectify(x.reshape(-1), np.float32(op.slope), run.counts)
    return x


@compiled
def _rectify(values, slope, counts):  # type: ignore[no-untyped-def]
    compares = muls = 0
    for index in range(values.size):
        scaled = slope * values[index]
        muls += 1
        values[index] = values[index] if values[index] > 0 else scaled
        compares += 1
    counts[COMPARE] += compares
    counts[MUL] += muls
