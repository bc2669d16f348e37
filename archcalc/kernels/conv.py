"""Convolution, tap by tap."""

from __future__ import annotations

import numpy as np

from archcalc.kernels import fast_conv, fast_depthwise
from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, INSIDE, MAC
from archcalc.kernels.walk import along, five_axes, margins, three_axes, window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis."""
    walks = []
    for axis, count in enumerate(size):
        kernel, stride, dilation = along(op.kernel, axis), along(op.stride, axis), along(op.dilation, axis)
        before, after = margins(op.padding, axis, count, kernel, stride, dilation)
        walks.append(window_walk(count, kernel, stride, before, after, dilation))
    return tuple(walks)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', filters]."""
    walks = sees(op, x.shape[1:-1])
    weight = run.weight("kernel", kernel_shape(walks, x.shape[-1] // op.groups, op.filters))
    return with_bias(op, run, convolve(run, x, weight, walks, op.groups))


def kernel_shape(walks: tuple[Array, ...], channels: int, filters: int) -> tuple[int, ...]:
    """Taps along three axes, the channels that a filter sees, filters."""
    return (*(walk.shape[1] for walk in three_axes(walks)), channels, filters)


def convolve(run: Run, x: Array, weight: Array, walks: tuple[Array, ...], groups: int) -> Array:
    """The sum over taps and the channels of a group, with the values of this weight for `kernel`."""
    if not run.is_exhaustive:
        return convolve_fast(run, x, weight, walks, groups)
    out = np.zeros((x.shape[0], *(walk.shape[0] for walk in walks), weight.shape[-1]), np.float32)
    _convolve(five_axes(x), weight, run.touched["kernel"], *three_axes(walks), groups, five_axes(out), run.counts)
    return out


def convolve_fast(run: Run, x: Array, weight: Array, walks: tuple[Array, ...], groups: int) -> Array:
    """The same by the fast kernel that suits the shape; the mask of `kernel` has the weight's values in its order."""
    out = np.empty((x.shape[0], *(walk.shape[0] for walk in walks), weight.shape[-1]), np.float32)
    fast = fast_depthwise if fast_depthwise.suits(weight, groups) else fast_conv
    fast.convolve(run, x, weight, run.touched["kernel"].reshape(weight.shape), walks, groups, out)
    return out


@compiled
def _convolve(x, weight, touched, walk_d, walk_h, walk_w, groups, out, counts):  # type: ignore[no-untyped-def]
    channels, filters = weight.shape[3], weight.shape[4] // groups  # of one group
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
                                for group in range(groups):
                                    for i in range(channels):
                                        value = np.float32(0)
                                        if is_inside:
                                            value = x[n, at_d, at_h, at_w, group * channels + i]
                                        for f in range(group * filters, (group + 1) * filters):
                                            out[n, d, h, w, f] += value * weight[a, b, c, i, f]
                                            touched[a, b, c, i, f] = 1
                                            macs += 1
                                            inside += is_inside
    counts[MAC] += macs
    counts[INSIDE] += inside


def with_bias(op: Any, run: Run, out: Array) -> Array:
    """The output with a value added for every filter, if the op has a bias."""
    if op.bias:
        bias = run.weight("bias", out.shape[-1:])
        add_bias(out.reshape(-1, out.shape[-1]), bias, run.touched["bias"], run.counts)
    return out


@compiled
def add_bias(out, bias, touched, counts):  # type: ignore[no-untyped-def]
    """A value for every channel, at every position: out [positions, channels]."""
    adds = 0
    for position in range(out.shape[0]):
        for channel in range(out.shape[1]):
            out[position, channel] += bias[channel]
            touched[channel] = 1
            adds += 1
    counts[ADD] += adds
