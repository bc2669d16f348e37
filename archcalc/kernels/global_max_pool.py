"""Global max pooling: max pooling with one window, over all positions."""

from __future__ import annotations

from archcalc.kernels.max_pool import largest
from archcalc.kernels.walk import ALL, whole_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """All positions."""
    return ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, C]."""
    positions = x.reshape(x.shape[0], -1, x.shape[-1])
    return largest(run, positions, (whole_walk(positions.shape[1]),), has_padding=False)[:, 0]
