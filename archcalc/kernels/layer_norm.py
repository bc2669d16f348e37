"""Layer normalisation, over the channels of each position or over everything."""

from __future__ import annotations

import math

from archcalc.kernels.moments import normalise
from archcalc.kernels.walk import ALL, EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """Every position, if one mean is that of all; as for a vector."""
    return ALL if op.positions or not size else EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """A set of each position or, with `positions`, of each example."""
    if op.positions:
        return normalise(op, run, x, (len(x), math.prod(x.shape[1:-1]), 1, x.shape[-1]), x.shape[1:])
    return normalise(op, run, x, (math.prod(x.shape[:-1]), 1, 1, x.shape[-1]), x.shape[-1:])
