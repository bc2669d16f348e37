"""Scaling by a constant, by one trained value, or by one for each channel."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import add_bias
from archcalc.kernels.run import MUL
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size, C]; one value for all is that of a single, long channel."""
    out = np.empty_like(x)
    if op.factor is not None:
        factor = np.full(1, op.factor, np.float32)
        _multiply(x.reshape(-1, 1), factor, np.zeros(1, np.uint8), out.reshape(-1, 1), run.counts)
        return out
    shape = (1,) if op.shared else x.shape[-1:]
    gain = run.weight("gain", shape)
    _multiply(x.reshape(-1, *shape), gain, run.touched["gain"], out.reshape(-1, *shape), run.counts)
    if op.bias:
        add_bias(out.reshape(-1, *shape), run.weight("bias", shape), run.touched["bias"], run.counts)
    return out


@compiled
def _multiply(x, gain, touched, out, counts):  # type: ignore[no-untyped-def]
    muls = 0
    for row in range(x.shape[0]):
        for i in range(gain.size):
            out[row, i] = x[row, i] * gain[i]
            touched[i] = 1
            muls += 1
    counts[MUL] += muls
