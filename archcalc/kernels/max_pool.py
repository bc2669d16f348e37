"""Max pooling, tap by tap."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import COMPARE
from archcalc.kernels.walk import along, five_axes, margins, three_axes, window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

LOWEST = np.finfo(np.float32).min  # what padding holds: it never wins


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis."""
    return tuple(pool_walk(op, axis, count, op.dilation) for axis, count in enumerate(size))


def pool_walk(op: Any, axis: int, count: int, dilations: Any) -> Array:
    """The walk of a pooling window; without a stride it steps by its own size. `avg_pool` has it in common."""
    kernel, dilation = along(op.kernel, axis), along(dilations, axis)
    stride = kernel if op.stride is None else along(op.stride, axis)
    before, after = margins(op.padding, axis, count, kernel, stride, dilation)
    return window_walk(count, kernel, stride, before, after, dilation, op.ceil_mode)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', C]; taps on padding are compared, too."""
    return largest(run, x, sees(op, x.shape[1:-1]), has_padding=True)


def largest(run: Run, x: Array, walks: tuple[Array, ...], has_padding: bool) -> Array:
    """The largest value of each window; without padding, a tap that is PADDING stands for no tap at all.

    All ops that take a maximum over positions have it in common.
    """
    out = np.empty((x.shape[0], *(walk.shape[0] for walk in walks), x.shape[-1]), np.float32)
    _largest(five_axes(x), *three_axes(walks), has_padding, five_axes(out), run.counts)
    return out


@compiled
def _largest(x, walk_d, walk_h, walk_w, has_padding, out, counts):  # type: ignore[no-untyped-def]
    padding = np.full(x.shape[4], LOWEST, np.float32)
    compares = 0
    for n in range(x.shape[0]):
        for d in range(walk_d.shape[0]):
            for h in range(walk_h.shape[0]):
                for w in range(walk_w.shape[0]):
                    best = out[n, d, h, w]
                    is_first = True
                    for a in range(walk_d.shape[1]):
                        for b in range(walk_h.shape[1]):
                            for c in range(walk_w.shape[1]):
                                at_d, at_h, at_w = walk_d[d, a], walk_h[h, b], walk_w[w, c]
                                is_inside = at_d >= 0 and at_h >= 0 and at_w >= 0
                                if is_inside or has_padding:
                                    values = x[n, at_d, at_h, at_w] if is_inside else padding
                                    compares += _keep_larger(values, best, is_first)
                                    is_first = False
    counts[COMPARE] += compares


@compiled
def _keep_larger(values, best, is_first):  # type: ignore[no-untyped-def]
    """Channel by channel; the first values have nothing to be compared with."""
    compares = 0
    for channel in range(best.size):
        if is_first:
            best[channel] = values[channel]
        else:
            best[channel] = values[channel] if values[channel] > best[channel] else best[channel]
            compares += 1
    return compares
