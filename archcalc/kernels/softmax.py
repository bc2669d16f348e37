"""Softmax over the channels, position by position."""

from __future__ import annotations

import math

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, DIV, EXP
from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """Overwrites its input."""
    share_out(x.reshape(-1, x.shape[-1]), run.counts)
    return x


def share_out(rows: Array, counts: Array) -> None:
    """exp(x) / sum of exp(x) in every row, in place.

    The largest value of a row is taken off first: the shares stay what they are, and no exponential overflows.
    The definition does not ask for it, and it is not counted.
    """
    rows -= rows.max(axis=-1, keepdims=True)
    _share_out(rows, counts)


@compiled
def _share_out(rows, counts):  # type: ignore[no-untyped-def]
    exps = adds = divs = 0
    for row in range(rows.shape[0]):
        rows[row, 0] = math.exp(rows[row, 0])
        exps += 1
        total = rows[row, 0]
        for channel in range(1, rows.shape[1]):
            rows[row, channel] = math.exp(rows[row, channel])
            exps += 1
            total += rows[row, channel]
            adds += 1
        for channel in range(rows.shape[1]):
            rows[row, channel] /= total
            divs += 1
    counts[EXP] += exps
    counts[ADD] += adds
    counts[DIV] += divs
