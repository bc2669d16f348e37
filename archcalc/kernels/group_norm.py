"""Group normalisation, over all positions of a group of channels."""

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
    """A set of each group of each example."""
    positions = math.prod(x.shape[1:-1])
    return normalise(op, run, x, (len(x), positions, op.groups, x.shape[-1] // op.groups), x.shape[-1:])
