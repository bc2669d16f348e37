"""Mish, value by value."""

from __future__ import annotations

import math

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, EXP, MUL
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
    _weigh(x.reshape(-1), run.counts)
    return x


@compiled
def _weigh(values, counts):  # type: ignore[no-untyped-def]
    adds = muls = exps = 0
    for index in range(values.size):
        values[index] = values[index] * math.tanh(math.log(1 + math.exp(values[index])))
        exps += 3  # exponential, logarithm and hyperbolic tangent
        adds += 1
        muls += 1
    counts[ADD] += adds
    counts[MUL] += muls
    counts[EXP] += exps
