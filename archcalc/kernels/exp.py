"""Exponential function, value by value."""

from __future__ import annotations

import math

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import EXP
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
    _grow(x.reshape(-1), run.counts)
    return x


@compiled
def _grow(values, counts):  # type: ignore[no-untyped-def]
    exps = 0
    for index in range(values.size):
        values[index] = math.exp(values[index])
        exps += 1
    counts[EXP] += exps
