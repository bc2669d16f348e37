"""Depthwise convolution: each channel is convolved alone, tap by tap."""

from __future__ import annotations

import numpy as np

from archcalc.kernels import conv
from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import kernel_shape, with_bias
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.walk import five_axes, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, that of a conv."""
    return conv.sees(op, size)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', C * multiplier], the filters of one channel side by side."""
    walks = sees(op, x.shape[1:-1])
    channels = x.shape[-1]
    weight = run.weight("kernel", kernel_shape(walks, channels, op.multiplier))
    if run.is_exhaustive:
        shape = (x.shape[0], *(walk.shape[0] for walk in walks), channels * op.multiplier)
        out = np.zeros(shape, np.float32)
        _convolve(five_axes(x), weight, run.touched["kernel"], *three_axes(walks), five_axes(out), run.counts)
    else:  # a convolution with as many groups as channels; the same weights, in its order
        grouped = (*weight.shape[:3], 1, channels * op.multiplier)
        out = conv.convolve_fast(run, x, weight.reshape(grouped), walks, channels)
    return with_bias(op, run, out)


@compiled
def _convolve(x, weight, touched, walk_d, walk_h, walk_w, out, counts):  # type: ignore[no-untyped-def]
    channels, multiplier = weight.shape[3], weight.shape[4]
    zeros = np.zeros(channels, np.float32)  # what a tap reads on padding
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
                                values = x[n, at_d, at_h, at_w] if is_inside else zeros
                                for i in range(channels):
                                    for f in range(multiplier):
                                        out[n, d, h, w, i * multiplier + f] += values[i] * weight[a, b, c, i, f]
                                        touched[a, b, c, i, f] = 1
                                        macs += 1
                                        inside += is_inside
    counts[MAC] += macs
    counts[INSIDE] += inside
