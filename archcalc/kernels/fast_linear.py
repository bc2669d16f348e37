"""Fully connected layers: bound by the weights' way from memory, which are therefore read in one stream a thread."""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import get_num_threads, prange

from archcalc.kernels import fast_conv
from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.walk import window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run

_FEW = 4  # positions up to which each runs through the weights by itself
_AT_ONCE = 8  # inputs


def multiply(run: Run, x: Array, weight: Array, touched: Array, out: Array) -> None:
    """x [positions, channels], weight [channels, units], out [positions, units] of zeros."""
    positions, channels = x.shape
    if positions > _FEW:  # a convolution with a window of one position
        walk = window_walk(positions, kernel=1, stride=1, before=0, after=0, dilation=1)
        kernel = (1, 1, 1, *weight.shape)
        fast_conv.convolve(run, x[None], weight.reshape(kernel), touched.reshape(kernel), (walk,), 1, out[None])
        return
    for position in range(positions):
        _multiply(x[position], weight, touched, out[position], get_num_threads(), run.counts)


@partial(compiled, parallel=True)
def _multiply(x, weight, touched, out, threads, counts):  # type: ignore[no-untyped-def]
    """Every thread takes a part of the inputs; their sums are added up at the end."""
    channels, units = weight.shape
    share = (channels + threads - 1) // threads
    sums = np.zeros((threads, units), np.float32)
    macs = np.zeros(threads, np.int64)
    for thread in prange(threads):
        macs[thread] = _share(x, weight, touched, sums[thread], thread * share, min((thread + 1) * share, channels))
    for thread in range(threads):
        out += sums[thread]
        counts[MAC] += macs[thread]
        counts[INSIDE] += macs[thread]


@compiled
def _share(x, weight, touched, sums, begin, end):  # type: ignore[no-untyped-def]
    """The inputs from `begin` to `end`."""
    macs = 0
    whole = begin + max(end - begin, 0) // _AT_ONCE * _AT_ONCE
    for i in range(begin, whole, _AT_ONCE):
        w0, w1, w2, w3 = weight[i], weight[i + 1], weight[i + 2], weight[i + 3]
        w4, w5, w6, w7 = weight[i + 4], weight[i + 5], weight[i + 6], weight[i + 7]
        for u in range(sums.size):
            sums[u] += (
                x[i] * w0[u] + x[i + 1] * w1[u] + x[i + 2] * w2[u] + x[i + 3] * w3[u]
                + x[i + 4] * w4[u] + x[i + 5] * w5[u] + x[i + 6] * w6[u] + x[i + 7] * w7[u]
            )  # fmt: skip
            macs += _AT_ONCE
        touched[i : i + _AT_ONCE] = 1
    for i in range(whole, end):
        for u in range(sums.size):
            sums[u] += x[i] * weight[i, u]
            macs += 1
        touched[i] = 1
    return macs
