"""Adaptive average pooling: the mean of each bin."""

from __future__ import annotations

from archcalc.kernels.avg_pool import average, taps_inside
from archcalc.kernels.uneven import bin_rows, with_gaps, with_repeats
from archcalc.kernels.walk import along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis, over the bins."""
    return tuple(map(with_repeats, _bins(op, size)))


def _bins(op: Any, size: tuple[int, ...]) -> list[list[list[int]]]:
    return [bin_rows(count, along(op.size, axis)) for axis, count in enumerate(size)]


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *given size, C]."""
    walks = tuple(map(with_gaps, _bins(op, x.shape[1:-1])))
    return average(run, x, walks, tuple(map(taps_inside, walks)), has_padding=False)
