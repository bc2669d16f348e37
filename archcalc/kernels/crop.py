"""The input without its borders."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import margins, window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, with a single tap: it begins inside the input and ends there."""
    sides = [margins(op.cropping, axis, count, 1, 1, 1) for axis, count in enumerate(size)]
    return tuple(
        window_walk(count, 1, 1, -before, -after, 1) for count, (before, after) in zip(size, sides, strict=True)
    )


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', C], a copy."""
    for axis, walk in enumerate(sees(op, x.shape[1:-1]), 1):
        x = np.take(x, walk[:, 0], axis)
    return x
