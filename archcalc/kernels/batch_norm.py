"""Batch normalisation at inference, value by value."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, MUL
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

EPSILON = 1e-5  # keeps a variance of zero from dividing by zero


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """Every channel scaled and shifted."""
    factor, shift = _folded(op, run, x.shape[-1])
    out = np.empty_like(x)
    _normalise(x.reshape(-1, x.shape[-1]), factor, shift, out.reshape(-1, x.shape[-1]), run.counts)
    return out


def _folded(op: Any, run: Run, channels: int) -> tuple[Array, Array]:
    """The constants of each channel, four at most, as two: this is done before the network runs, and not counted."""
    constants = {"gamma": np.ones(channels, np.float32), "beta": np.zeros(channels, np.float32)}
    for name in ("gamma",) * op.scale + ("beta",) * op.center + ("mean", "variance"):
        constants[name] = run.weight(name, (channels,))
        run.touched[name][:] = 1
    variance = np.abs(constants["variance"])  # weights are drawn of both signs, a variance has none
    factor = constants["gamma"] / np.sqrt(variance + np.float32(EPSILON))
    return factor, constants["beta"] - constants["mean"] * factor


@compiled
def _normalise(rows, factor, shift, out, counts):  # type: ignore[no-untyped-def]
    muls = adds = 0
    for row in range(rows.shape[0]):
        for channel in range(rows.shape[1]):
            out[row, channel] = rows[row, channel] * factor[channel] + shift[channel]
            muls += 1
            adds += 1
    counts[MUL] += muls
    counts[ADD] += adds
