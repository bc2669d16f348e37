"""Product of two computed matrices, term by term."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.products import multiply_matrices
from archcalc.kernels.walk import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """Every position."""
    return ALL


def execute(op: Any, run: Run, a: Array, b: Array) -> Array:
    """Rows are channels, and channels are last: what is in memory is the transpose of each matrix.

    So the product, transposed too, is that of the second and the first.
    """
    left = np.ascontiguousarray(b.swapaxes(1, 2)) if op.transpose_b else b
    right = np.ascontiguousarray(a.swapaxes(1, 2)) if op.transpose_a else a
    out = np.zeros((a.shape[0], left.shape[1], right.shape[2]), np.float32)
    multiply_matrices(left, right, out, run.counts)
    return out
