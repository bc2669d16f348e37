"""Statistics pooling: mean and standard deviation over all positions."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, DIV, EXP, MUL
from archcalc.kernels.walk import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """All positions."""
    return ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, 2 C], the means first."""
    out = np.empty((x.shape[0], 2 * x.shape[-1]), np.float32)
    _statistics(x.reshape(x.shape[0], -1, x.shape[-1]), out, run.counts)
    return out


@compiled
def _statistics(x, out, counts):  # type: ignore[no-untyped-def]
    positions, channels = x.shape[1:]
    adds = muls = divs = exps = 0
    for n in range(x.shape[0]):
        mean, deviation = out[n, :channels], out[n, channels:]
        for position in range(positions):
            for i in range(channels):
                if position == 0:
                    mean[i] = x[n, position, i]
                else:
                    mean[i] += x[n, position, i]
                    adds += 1
        for i in range(channels):
            mean[i] /= np.float32(positions)
            divs += 1
        for position in range(positions):
            for i in range(channels):
                difference = x[n, position, i] - mean[i]
                adds += 1
                square = difference * difference
                muls += 1
                if position == 0:
                    deviation[i] = square
                else:
                    deviation[i] += square
                    adds += 1
        for i in range(channels):
            variance = deviation[i] / np.float32(positions)
            divs += 1
            deviation[i] = np.sqrt(variance)
            exps += 1
    counts[ADD] += adds
    counts[MUL] += muls
    counts[DIV] += divs
    counts[EXP] += exps
