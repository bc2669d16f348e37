"""Space to depth: blocks of positions become channels."""

from __future__ import annotations

from itertools import product

import numpy as np

from archcalc.kernels.walk import along, window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, from block to block."""
    blocks = [along(op.block, axis) for axis in range(len(size))]
    return tuple(window_walk(count, block, block, 0, 0, 1) for count, block in zip(size, blocks, strict=True))


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size / block, C * block]: the block of a channel, row by row, become its channels."""
    walks = sees(op, x.shape[1:-1])
    places = list(product(*(range(walk.shape[1]) for walk in walks)))  # of a block
    sizes = [walk.shape[0] for walk in walks]
    out = np.empty((x.shape[0], *sizes, x.shape[-1] * len(places)), np.float32)
    for number, place in enumerate(places):
        part = x
        for axis, (walk, tap) in enumerate(zip(walks, place, strict=True), 1):
            part = np.take(part, walk[:, tap], axis)
        out[..., number :: len(places)] = part
    return out
