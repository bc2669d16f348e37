"""Mean over some axes."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.global_avg_pool import average_rows
from archcalc.kernels.walk import ALL, whole_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...] | str:
    """The whole of each axis that is averaged; all positions where axes are gone."""
    if not op.keep:
        return ALL
    return tuple(
        whole_walk(count) if axis in op.axes else np.arange(count)[:, None] for axis, count in enumerate(size, 1)
    )


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *the other sizes, C], or with 1 for each size that is gone."""
    axes = range(x.ndim)
    gone = [axis for axis in axes if axis in op.axes]  # 1 is the first of size, here as in the op
    kept = [axis for axis in axes if axis not in op.axes]
    ordered = np.ascontiguousarray(x.transpose(*kept[:-1], *gone, kept[-1]))  # channels stay the last
    taps = [x.shape[axis] for axis in gone]
    out = average_rows(run, ordered.reshape(-1, np.prod(taps), x.shape[-1]))
    return out.reshape([1 if axis in gone else x.shape[axis] for axis in (axes if op.keep else kept)])
