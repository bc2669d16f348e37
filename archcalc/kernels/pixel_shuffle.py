"""Pixel shuffle: groups of channels become blocks of positions."""

from __future__ import annotations

from itertools import product

import numpy as np

from archcalc.kernels.walk import along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis: the position whose block an output position is in."""
    return tuple(np.repeat(np.arange(count), along(op.factor, axis))[:, None] for axis, count in enumerate(size))


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size * factor, C / block]: neighbouring channels become a block, row by row."""
    size = x.shape[1:-1]
    factors = [along(op.factor, axis) for axis in range(len(size))]
    places = list(product(*map(range, factors)))  # of a block
    sizes = [walk.shape[0] for walk in sees(op, size)]
    out = np.empty((x.shape[0], *sizes, x.shape[-1] // len(places)), np.float32)
    for number, place in enumerate(places):
        every = tuple(slice(first, None, factor) for first, factor in zip(place, factors, strict=True))
        out[:, *every] = x[..., number :: len(places)]
    return out
