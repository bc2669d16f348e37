"""Global average pooling: average pooling with one window, over all positions."""

from __future__ import annotations

from archcalc.kernels.avg_pool import average, taps_inside
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
    return average_rows(run, x.reshape(x.shape[0], -1, x.shape[-1]))


def average_rows(run: Run, x: Array) -> Array:
    """[N, positions, C] -> [N, C], the mean over the positions; ops that average whole axes have it in common."""
    walk = whole_walk(x.shape[1])
    return average(run, x, (walk,), (taps_inside(walk),), has_padding=False)[:, 0]
