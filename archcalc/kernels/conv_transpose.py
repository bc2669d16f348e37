"""Transposed convolution: every input position adds its weighted kernel to the output."""

from __future__ import annotations

import numpy as np

from archcalc.kernels import fast_conv_transpose
from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import kernel_shape, with_bias
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.uneven import with_repeats
from archcalc.kernels.walk import PADDING, along, five_axes, margins, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis: the input positions that add something to an output position.

    PADDING stands for those that would if the input went on beyond its ends.
    """
    walks = []
    for axis, count in enumerate(size):
        begin, end = _kept(op, axis, count)
        rows: list[list[int]] = [[] for _ in range(begin, end)]
        for source in range(-end, end):
            for target in _landings(op, axis, source):
                if begin <= target < end:
                    rows[target - begin].append(source if 0 <= source < count else PADDING)
        walks.append(with_repeats(rows))
    return tuple(walks)


def _landings(op: Any, axis: int, source: int) -> list[int]:
    """Where the taps of an input position land, before anything is cut off."""
    first = source * along(op.stride, axis)
    return [first + tap * along(op.dilation, axis) for tap in range(along(op.kernel, axis))]


def _kept(op: Any, axis: int, count: int) -> tuple[int, int]:
    """The first position that is not cut off, and the first behind it that is."""
    before, after = margins(op.padding, axis, count, 1, 1, 1)
    return before, _landings(op, axis, count - 1)[-1] + 1 + along(op.output_padding, axis) - after


def _scatter_walk(op: Any, axis: int, count: int) -> Array:
    """On which output position each tap of each input position lands [positions, taps], PADDING if it is cut off."""
    begin, end = _kept(op, axis, count)
    rows = [_landings(op, axis, source) for source in range(count)]
    return np.array([[target - begin if begin <= target < end else PADDING for target in row] for row in rows])


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', filters]."""
    size = x.shape[1:-1]
    walks = tuple(_scatter_walk(op, axis, count) for axis, count in enumerate(size))
    bounds = [_kept(op, axis, count) for axis, count in enumerate(size)]
    weight = run.weight("kernel", kernel_shape(walks, x.shape[-1], op.filters // op.groups))
    out = np.zeros((x.shape[0], *(end - begin for begin, end in bounds), op.filters), np.float32)
    touched = run.touched["kernel"]
    if run.is_exhaustive:
        _scatter(five_axes(x), weight, touched, *three_axes(walks), op.groups, five_axes(out), run.counts)
    else:
        fast_conv_transpose.convolve(run, x, weight, touched, walks, op.groups, out)
    return with_bias(op, run, out)


@compiled
def _scatter(x, weight, touched, walk_d, walk_h, walk_w, groups, out, counts):  # type: ignore[no-untyped-def]
    channels, filters = x.shape[4] // groups, weight.shape[4]  # of one group
    cut_off = np.zeros(out.shape[4], np.float32)  # products that land outside are added up here, and forgotten
    macs = inside = 0
    for n in range(x.shape[0]):
        for d in range(walk_d.shape[0]):
            for h in range(walk_h.shape[0]):
                for w in range(walk_w.shape[0]):
                    for a in range(walk_d.shape[1]):
                        for b in range(walk_h.shape[1]):
                            for c in range(walk_w.shape[1]):
                                at_d, at_h, at_w = walk_d[d, a], walk_h[h, b], walk_w[w, c]
                                is_inside = at_d >= 0 and at_h >= 0 and at_w >= 0
                                target = out[n, at_d, at_h, at_w] if is_inside else cut_off
                                for i in range(x.shape[4]):
                                    value = x[n, d, h, w, i]
                                    first = i // channels * filters  # of the group of this channel
                                    for f in range(filters):
                                        target[first + f] += value * weight[a, b, c, i, f]
                                        touched[a, b, c, i, f] = 1
                                        macs += 1
                                        inside += is_inside
    counts[MAC] += macs
    counts[INSIDE] += inside
