"""Max pooling of regions of interest: the largest value of each bin of each region."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.max_pool import largest
from archcalc.kernels.uneven import bin_rows, with_gaps
from archcalc.kernels.walk import CHOSEN, along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """What lies in the region."""
    return CHOSEN


def execute(op: Any, run: Run, *maps: Array) -> Array:
    """[N, *size, C] of each map -> [N * regions, *given size, C].

    The regions drawn are all the same, the whole of the first map: the convention counts that.
    """
    size = maps[0].shape[1:-1]
    walks = tuple(with_gaps(bin_rows(count, along(op.size, axis))) for axis, count in enumerate(size))
    images = np.split(maps[0], len(maps[0]))
    return np.concatenate([largest(run, x, walks, has_padding=False) for x in images for _ in range(op.regions)])
