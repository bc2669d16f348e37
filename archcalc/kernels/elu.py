"""Exponential linear unit, value by value."""

from __future__ import annotations

import math

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, COMPARE, EXP, MUL
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
    _bend(x.reshape(-1), np.float32(op.alpha), run.counts)
    return x


@compiled
def _bend(values, alpha, counts):  # type: ignore[no-untyped-def]
    compares = adds = muls = exps = 0
    for index in range(values.size):
        bent = alpha * (math.exp(values[index]) - 1)
        exps += 1
        adds += 1
        muls += 1
        values[index] = values[index] if values[index] > 0 else bent
        compares += 1
    counts[COMPARE] += compares
    counts[ADD] += adds
    counts[MUL] += muls
    counts[EXP] += exps
