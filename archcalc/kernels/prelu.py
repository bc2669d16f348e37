"""Parametric rectifier, value by value."""

from __future__ import annotations

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
    """Overwrites its input; a slope that is shared is that of every value."""
    slope = run.weight("slope", (1 if op.shared else x.shape[-1],))
    _rectify(x.reshape(-1, slope.size), slope, run.touched["slope"], run.counts)
    return x


@compiled
def _rectify(rows, slope, touched, counts):  # type: ignore[no-untyped-def]
    muls = compares = 0
    for row in range(rows.shape[0]):
        for index in range(rows.shape[1]):
            scaled = slope[index] * rows[row, index]
            touched[index] = 1
            muls += 1
            rows[row, index] = rows[row, index] if rows[row, index] > 0 else scaled
            compares += 1
    counts[MUL] += muls
    counts[COMPARE] += compares
