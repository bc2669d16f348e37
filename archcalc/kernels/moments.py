"""What the kernels of normalisations that compute mean and variance at run time have in common."""

from __future__ import annotations

import math

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import add_bias
from archcalc.kernels.run import ADD, DIV, EXP, MUL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

EPSILON = 1e-5  # keeps the deviation of equal values from being zero


def normalise(op: Any, run: Run, x: Array, shape: tuple[int, int, int, int], trained: tuple[int, ...]) -> Array:
    """Each set less its mean and divided by its deviation, then gamma and beta of the shape `trained`, where asked for.

    The values are read as [outer, positions, groups, channels]: a set is what has the same outer index and group.
    """
    out = np.empty_like(x)
    _normalise(x.reshape(shape), out.reshape(shape), run.counts)
    rows = out.reshape(-1, math.prod(trained))
    if op.scale:
        gamma = run.weight("gamma", trained)
        _stretch(rows, gamma.reshape(-1), run.touched["gamma"].reshape(-1), run.counts)
    if op.center:
        beta = run.weight("beta", trained)
        add_bias(rows, beta.reshape(-1), run.touched["beta"].reshape(-1), run.counts)
    return out


@compiled
def _normalise(x, out, counts):  # type: ignore[no-untyped-def]
    adds = muls = divs = exps = 0
    members = np.float32(x.shape[1] * x.shape[3])
    for n in range(x.shape[0]):
        for group in range(x.shape[2]):
            total = np.float32(0)
            for position in range(x.shape[1]):
                for channel in range(x.shape[3]):
                    if position == 0 and channel == 0:
                        total = x[n, position, group, channel]
                    else:
                        total += x[n, position, group, channel]
                        adds += 1
            mean = total / members
            divs += 1
            squares = np.float32(0)
            for position in range(x.shape[1]):
                for channel in range(x.shape[3]):
                    difference = x[n, position, group, channel] - mean
                    adds += 1
                    out[n, position, group, channel] = difference
                    square = difference * difference
                    muls += 1
                    if position == 0 and channel == 0:
                        squares = square
                    else:
                        squares += square
                        adds += 1
            variance = squares / members
            divs += 1
            deviation = np.float32(math.sqrt(variance + EPSILON))
            adds += 1
            exps += 1
            for position in range(x.shape[1]):
                for channel in range(x.shape[3]):
                    out[n, position, group, channel] /= deviation
                    divs += 1
    counts[ADD] += adds
    counts[MUL] += muls
    counts[DIV] += divs
    counts[EXP] += exps


@compiled
def _stretch(rows, gamma, touched, counts):  # type: ignore[no-untyped-def]
    muls = 0
    for row in range(rows.shape[0]):
        for index in range(rows.shape[1]):
            rows[row, index] *= gamma[index]
            touched[index] = 1
            muls += 1
    counts[MUL] += muls
