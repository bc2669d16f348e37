"""Radial basis functions: every unit gives the squared distance of a position's channels to its centre."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, MUL
from archcalc.kernels.walk import ALL, EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """The same position of a sequence or map; all that was flattened into a vector."""
    return EACH if size else ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size, units]."""
    centres = run.weight("centres", (x.shape[-1], op.units))
    out: Array = np.empty((*x.shape[:-1], op.units), np.float32)
    x2, out2 = x.reshape(-1, x.shape[-1]), out.reshape(-1, op.units)
    _distances(x2, centres, run.touched["centres"], out2, run.counts)
    return out


@compiled
def _distances(x, centres, touched, out, counts):  # type: ignore[no-untyped-def]
    adds = muls = 0
    for position in range(x.shape[0]):
        for unit in range(out.shape[1]):
            total = np.float32(0)
            for channel in range(x.shape[1]):
                difference = x[position, channel] - centres[channel, unit]
                touched[channel, unit] = 1
                square = difference * difference
                adds += 1
                muls += 1
                if channel == 0:
                    total = square
                else:
                    total += square
                    adds += 1
            out[position, unit] = total
    counts[ADD] += adds
    counts[MUL] += muls
