"""Instance normalisation, over all positions of a channel."""

from __future__ import annotations

import math

from archcalc.kernels.moments import normalise
from archcalc.kernels.walk import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """Every position."""
    return ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """A set of each channel of each example."""
    positions = math.prod(x.shape[1:-1])
    return normalise(op, run, x, (len(x), positions, x.shape[-1], 1), x.shape[-1:])
