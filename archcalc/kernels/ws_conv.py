"""Weight-standardised convolution: every filter is standardised, then a convolution runs."""

from __future__ import annotations

import numpy as np

from archcalc.kernels import conv
from archcalc.kernels.conv import convolve, kernel_shape, with_bias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run

_EPSILON = 1e-5  # keeps a filter of equal values from being divided by zero


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, that of a conv."""
    return conv.sees(op, size)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', filters]."""
    walks = sees(op, x.shape[1:-1])
    kernel = run.weight("kernel", kernel_shape(walks, x.shape[-1] // op.groups, op.filters))
    # Done once, before the network runs: not counted.
    weight = np.empty_like(kernel)
    for f in range(op.filters):
        weight[..., f] = _standardised(kernel[..., f])
    if op.gain:
        gain = run.weight("gain", (op.filters,))
        for f in range(op.filters):
            weight[..., f] *= gain[f]
            run.touched["gain"][f] = 1
    return with_bias(op, run, convolve(run, x, weight, walks, op.groups))


def _standardised(weights: Array) -> Array:
    """With mean 0 and variance 1."""
    return np.asarray((weights - weights.mean()) / np.sqrt(weights.var() + _EPSILON))
