"""Local response normalisation: each value divided by a power of the squares around it, across channels."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, DIV, EXP, MUL
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size, C]."""
    out = np.empty_like(x)
    constants = (np.float32(op.alpha), np.float32(op.beta), np.float32(op.k))
    _normalise(x.reshape(-1, x.shape[-1]), op.size, *constants, out.reshape(-1, x.shape[-1]), run.counts)
    return out


@compiled
def _normalise(x, size, alpha, beta, k, out, counts):  # type: ignore[no-untyped-def]
    channels = x.shape[1]
    before = size // 2  # of the channels that are looked at; an even size looks at one less behind
    squares = np.zeros(channels + size - 1, np.float32)  # beyond the first and last channel they stay 0
    muls = adds = exps = divs = 0
    for position in range(x.shape[0]):
        for i in range(channels):
            squares[before + i] = x[position, i] * x[position, i]
            muls += 1
        for i in range(channels):
            total = squares[i]
            for tap in range(1, size):
                total += squares[i + tap]
                adds += 1
            total = alpha * total
            muls += 1
            total = k + total
            adds += 1
            power = total**beta
            exps += 1
            out[position, i] = x[position, i] / power
            divs += 1
    counts[MUL] += muls
    counts[ADD] += adds
    counts[EXP] += exps
    counts[DIV] += divs
