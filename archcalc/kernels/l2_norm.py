"""Channels divided by their length, position by position."""

from __future__ import annotations

import math

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, DIV, EXP, MUL
from archcalc.kernels.walk import ALL, EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

EPSILON = 1e-12  # keeps channels that are all zero from being divided by zero


def sees(op: Any, size: tuple[int, ...]) -> str:
    """The same position; a vector has no positions to tell apart."""
    return EACH if size else ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size, C]."""
    out = np.empty_like(x)
    _normalise(x.reshape(-1, x.shape[-1]), out.reshape(-1, x.shape[-1]), run.counts)
    return out


@compiled
def _normalise(x, out, counts):  # type: ignore[no-untyped-def]
    muls = adds = exps = divs = 0
    for position in range(x.shape[0]):
        squares = x[position, 0] * x[position, 0]
        muls += 1
        for channel in range(1, x.shape[1]):
            squares += x[position, channel] * x[position, channel]
            muls += 1
            adds += 1
        length = np.float32(math.sqrt(squares + EPSILON))
        adds += 1
        exps += 1
        for channel in range(x.shape[1]):
            out[position, channel] = x[position, channel] / length
            divs += 1
    counts[MUL] += muls
    counts[ADD] += adds
    counts[EXP] += exps
    counts[DIV] += divs
