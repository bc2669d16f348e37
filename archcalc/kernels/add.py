"""Sum of branches, value by value."""

from __future__ import annotations

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position of every input."""
    return EACH


def execute(op: Any, run: Run, *branches: Array) -> Array:
    """The first, to a copy of which the others are added."""
    out = branches[0].copy()
    for other in branches[1:]:
        _add(out.reshape(-1), other.reshape(-1), run.counts)
    return out


@compiled
def _add(values, others, counts):  # type: ignore[no-untyped-def]
    adds = 0
    for index in range(values.size):
        values[index] += others[index]
        adds += 1
    counts[ADD] += adds
