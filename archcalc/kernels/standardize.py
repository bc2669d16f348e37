"""Standardisation by fixed statistics, value by value."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, DIV
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

EPSILON = 1e-7  # a deviation is at least this


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """Every channel less its mean, divided by its deviation."""
    channels = (x.shape[-1],)
    mean, variance, _ = run.weight("mean", channels), run.weight("variance", channels), run.weight("count", (1,))
    for name in ("mean", "variance", "count"):  # the count is loaded with them, though nothing depends on it
        run.touched[name][:] = 1
    # Weights are drawn of both signs, a variance has none. Its root is not counted: it is taken once.
    deviation = np.maximum(np.sqrt(np.abs(variance)), np.float32(EPSILON))
    out = np.empty_like(x)
    _standardize(x.reshape(-1, *channels), mean, deviation, out.reshape(-1, *channels), run.counts)
    return out


@compiled
def _standardize(rows, mean, deviation, out, counts):  # type: ignore[no-untyped-def]
    adds = divs = 0
    for row in range(rows.shape[0]):
        for channel in range(rows.shape[1]):
            out[row, channel] = (rows[row, channel] - mean[channel]) / deviation[channel]
            adds += 1
            divs += 1
    counts[ADD] += adds
    counts[DIV] += divs
