"""Fully connected layers: bound by the weights' way from memory, which are therefore read in one stream a thread."""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import prange

from archcalc.kernels import fast_conv
from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.threads import take, worker_counts
from archcalc.kernels.walk import window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run

_FEW = 4  # positions up to which each runs through the weights by itself
_INPUTS = 256  # of a task
_AT_ONCE = 8


def connect(run: Run, x: Array, weight: Array, touched: Array, out: Array) -> None:
    """The same as the plain loops of `archcalc.kernels.linear`; `out` may hold anything."""
    if len(x) > _FEW:  # a convolution with a window of one position
        walk = window_walk(len(x), kernel=1, stride=1, before=0, after=0, dilation=1)
        kernel = (1, 1, 1, *weight.shape)
        fast_conv.convolve(run, x[None], weight.reshape(kernel), touched.reshape(kernel), (walk,), 1, out[None])
        return
    for position in range(len(x)):
        counter, done = worker_counts()
        sums = np.zeros((len(done), weight.shape[1]), np.float32)
        _connect(x[position], weight, touched, sums, counter, done, run.counts)
        out[position] = sums.sum(axis=0)


@partial(compiled, parallel=True)
def _connect(x, weight, touched, sums, counter, done, counts):  # type: ignore[no-untyped-def]
    """Every task is a run of inputs; every worker has sums of its own."""
    for worker in prange(len(done)):
        begin = take(counter) * _INPUTS
        while begin < len(x):
            done[worker, 0] += _share(x, weight, touched, sums[worker], begin, min(begin + _INPUTS, len(x)))
            begin = take(counter) * _INPUTS
    for worker in range(len(done)):
        counts[MAC] += done[worker, 0]
        counts[INSIDE] += done[worker, 0]


@compiled
def _share(x, weight, touched, sums, begin, end):  # type: ignore[no-untyped-def]
    """The inputs from `begin` to `end`, eight at a time."""
    macs = 0
    whole = begin + (end - begin) // _AT_ONCE * _AT_ONCE
    for i in range(begin, whole, _AT_ONCE):
        w0, w1, w2, w3 = weight[i], weight[i + 1], weight[i + 2], weight[i + 3]
        w4, w5, w6, w7 = weight[i + 4], weight[i + 5], weight[i + 6], weight[i + 7]
        for u in range(len(sums)):
            sums[u] += (
                x[i] * w0[u] + x[i + 1] * w1[u] + x[i + 2] * w2[u] + x[i + 3] * w3[u]
                + x[i + 4] * w4[u] + x[i + 5] * w5[u] + x[i + 6] * w6[u] + x[i + 7] * w7[u]
            )  # fmt: skip
            macs += _AT_ONCE
        touched[i : i + _AT_ONCE] = 1
    for i in range(whole, end):
        for u in range(len(sums)):
            sums[u] += x[i] * weight[i, u]
            macs += 1
        touched[i] = 1
    return macs
