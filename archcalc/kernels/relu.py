"""Rectifier, value by value."""

from __future__ import annotations

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import COMPARE
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
    _rectify(x.reshape(-1), run.counts)
    return x


@compiled
def _rectify(values, counts):  # type: ignore[no-untyped-def]
    compares = 0
    for index in range(values.size):
        values[index] = max(values[index], 0)
        compares += 1
    counts[COMPARE] += compares
