"""Embedding: rows of a table, looked up."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import EACH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """The same position."""
    return EACH


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, 1] -> [N, *size, width]; whole numbers become indices modulo the vocabulary.

    Touched are the rows that were looked up: some of the table, as the data has it.
    """
    table = run.weight("table", (op.vocabulary, op.width))
    rows = x[..., 0].astype(np.int64) % op.vocabulary
    run.lookups.add("table")
    run.touched["table"][rows] = 1
    out: Array = table[rows]
    return out
