"""Reshape, a view."""

from __future__ import annotations

import math

from archcalc.kernels.walk import ALL, FLAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """Its old position, where as many positions lie along other axes, and for a vector; else all of them."""
    positions = op.shape[1:]
    stay = math.prod(positions) == math.prod(size) and len(positions) != len(size)
    return FLAT if stay or not positions else ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """The same memory in another shape.

    Where the channels stay, so does the order of values. Where they do not, a view of memory whose channels are last
    has another order than one whose channels are first; which values it holds, and how many, is the same.
    """
    channels, *size = op.shape
    return x.reshape(len(x), *size, channels)
