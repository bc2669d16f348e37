"""Transpose, a copy."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import ALL, EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """All positions, where any axis has moved."""
    moves = op.order is None or any(axis != at for at, axis in enumerate(op.order))
    return ALL if moves else EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """Axis k of the output is axis order[k] of the input, axis 0 being the channels."""
    channels_first = np.moveaxis(x, -1, 1)
    order = (1, 0) if op.order is None else op.order
    turned = channels_first.transpose(0, *(axis + 1 for axis in order))
    return np.moveaxis(turned, 1, -1).copy()
