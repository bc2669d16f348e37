"""Slice of the channels, a copy."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """From begin up to end, or one of equal parts."""
    channels: Array = x[..., op.begin : op.end] if op.parts is None else np.split(x, op.parts, axis=-1)[op.part]
    return channels.copy()
