"""Flatten, a view."""

from __future__ import annotations

from archcalc.kernels.walk import FLAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> str:
    """Each channel its old position."""
    return FLAT


def execute(op: Any, run: Run, x: Array) -> Array:
    """All values as one vector; in the order of memory, where channels are last."""
    return x.reshape(len(x), -1)
