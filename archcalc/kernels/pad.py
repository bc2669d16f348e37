"""Zeros around the input."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import margins, window_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, with a single tap."""
    sides = [margins(op.padding, axis, count, 1, 1, 1) for axis, count in enumerate(size)]
    return tuple(window_walk(count, 1, 1, *side, 1) for count, side in zip(size, sides, strict=True))


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size', C]."""
    walks = sees(op, x.shape[1:-1])
    out = np.zeros((x.shape[0], *(walk.shape[0] for walk in walks), x.shape[-1]), np.float32)
    middle = [np.flatnonzero(walk[:, 0] >= 0) for walk in walks]
    out[:, *(slice(places[0], places[-1] + 1) for places in middle)] = x
    return out
