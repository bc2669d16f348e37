"""Average pooling, tap by tap."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.max_pool import pool_walk
from archcalc.kernels.run import ADD, DIV
from archcalc.kernels.walk import along, five_axes, margins, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis."""
    return tuple(pool_walk(op, axis, count, op.dilation) for axis, count in enumerate(size))


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', C]; taps on padding are added, too."""
    size = x.shape[1:-1]
    walks = sees(op, size)
    if op.count_include_pad:
        lengths = tuple(_padded_taps(op, axis, count, walks[axis]) for axis, count in enumerate(size))
    else:
        lengths = tuple(map(taps_inside, walks))
    return average(run, x, walks, lengths, has_padding=True)


def _padded_taps(op: Any, axis: int, count: int, walk: Array) -> Array:
    """How many taps of each window lie in the padded input: in ceil mode the last one may hang over its end."""
    windows, kernel = walk.shape
    stride, dilation = kernel if op.stride is None else along(op.stride, axis), along(op.dilation, axis)
    before, after = margins(op.padding, axis, count, kernel, stride, dilation)
    positions = np.add.outer(np.arange(windows) * stride, np.arange(kernel) * dilation)
    return np.asarray((positions < before + count + after).sum(axis=1))


def taps_inside(walk: Array) -> Array:
    """How many taps of each window lie in the input."""
    return np.asarray((walk >= 0).sum(axis=1))


def average(run: Run, x: Array, walks: tuple[Array, ...], lengths: tuple[Array, ...], has_padding: bool) -> Array:
    """The sum of each window divided by the product of its lengths, one an axis.

    Without padding, a tap that is PADDING stands for no tap at all. All ops that average positions have it in common.
    """
    out = np.empty((x.shape[0], *(walk.shape[0] for walk in walks), x.shape[-1]), np.float32)
    divisors = np.ones(1, np.float32)
    for length in lengths:
        divisors = np.multiply.outer(divisors, length.astype(np.float32))
    divisors = np.maximum(divisors, 1)  # a window of nothing but padding sums up to 0
    shape = five_axes(out).shape[1:-1]
    _average(five_axes(x), *three_axes(walks), has_padding, divisors.reshape(shape), five_axes(out), run.counts)
    return out


@compiled
def _average(x, walk_d, walk_h, walk_w, has_padding, divisors, out, counts):  # type: ignore[no-untyped-def]
    padding = np.zeros(x.shape[4], np.float32)
    adds = divs = 0
    for n in range(x.shape[0]):
        for d in range(walk_d.shape[0]):
            for h in range(walk_h.shape[0]):
                for w in range(walk_w.shape[0]):
                    sums = out[n, d, h, w]
                    is_first = True
                    for a in range(walk_d.shape[1]):
                        for b in range(walk_h.shape[1]):
                            for c in range(walk_w.shape[1]):
                                at_d, at_h, at_w = walk_d[d, a], walk_h[h, b], walk_w[w, c]
                                is_inside = at_d >= 0 and at_h >= 0 and at_w >= 0
                                if is_inside or has_padding:
                                    values = x[n, at_d, at_h, at_w] if is_inside else padding
                                    adds += _add(values, sums, is_first)
                                    is_first = False
                    for channel in range(sums.size):
                        sums[channel] /= divisors[d, h, w]
                        divs += 1
    counts[ADD] += adds
    counts[DIV] += divs


@compiled
def _add(values, sums, is_first):  # type: ignore[no-untyped-def]
    """Channel by channel; the first values have nothing to be added to."""
    adds = 0
    for channel in range(sums.size):
        if is_first:
            sums[channel] = values[channel]
        else:
            sums[channel] += values[channel]
            adds += 1
    return adds
