"""What the machine can do at best: kernels that do nothing but multiply and add, or nothing but move values.

They tell how fast a machine computes and how fast its memory is; `archcalc calibrate` times them.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import prange

from archcalc.kernels.compiled import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array

# Sums that a thread keeps at a time: they fill vector registers, and are enough chains to hide the latency of each.
CHAINS = 128
FLOP_A_STEP = 2  # a multiplication and an addition, fused
TRIAD_READS, TRIAD_WRITES = 2, 1  # arrays
TRIAD_FLOP = 2  # for each value


def multiply_add(rounds: int, threads: int, dtype: str) -> Array:
    """Every thread multiplies and adds in registers: 2 FLOP for each of `CHAINS` sums in each round.

    Returns the sums, [threads, CHAINS]; x -> x / 2 + 1 from 1 on.

    >>> multiply_add(2, 1, "float64")[0, :2].tolist()
    [1.75, 1.75]
    """
    start, out = np.ones(CHAINS, dtype), np.empty((threads, CHAINS), dtype)
    half, one = np.array([0.5, 1.0], dtype)
    _multiply_add(rounds, start, half, one, out)
    return out


@partial(compiled, parallel=True, fastmath={"contract"})
def _multiply_add(rounds, start, factor, shift, out):  # type: ignore[no-untyped-def]
    for thread in prange(out.shape[0]):
        sums = np.empty(CHAINS, start.dtype)
        sums[:] = start
        for _ in range(rounds):
            for chain in range(CHAINS):
                sums[chain] = sums[chain] * factor + shift
        out[thread] = sums


@partial(compiled, parallel=True, fastmath={"contract"})
def triad(a, b, c, scale):  # type: ignore[no-untyped-def]
    """The triad of STREAM (McCalpin, 1995), a = b + scale * c: two arrays are read and one written, by all threads."""
    for index in prange(a.size):
        a[index] = b[index] + scale * c[index]
