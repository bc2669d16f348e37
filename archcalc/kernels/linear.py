"""Fully connected layer: every unit weighs all channels of a position."""

from __future__ import annotations

import numpy as np

from archcalc.kernels import fast_linear
from archcalc.kernels.conv import with_bias
from archcalc.kernels.products import weigh
from archcalc.kernels.walk import ALL, EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """The same position of a sequence or map; all that was flattened into a vector."""
    return EACH if size else ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size, units]."""
    weight = run.weight("kernel", (x.shape[-1], op.units))
    out = np.zeros((*x.shape[:-1], op.units), np.float32)
    x2, out2 = x.reshape(-1, x.shape[-1]), out.reshape(-1, op.units)
    if run.is_exhaustive:
        weigh(x2, weight, run.touched["kernel"], out2, run.counts)
    else:
        fast_linear.connect(run, x2, weight, run.touched["kernel"], out2)
    return with_bias(op, run, out)
