"""Class token: trained positions before those of the input."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.walk import PADDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """Nothing for a token, then each its own position."""
    taps = [PADDING] * op.tokens + list(range(size[0]))
    return (np.array(taps).reshape(-1, 1),)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, positions, C] -> [N, tokens + positions, C]."""
    token = run.weight("token", (op.tokens, x.shape[-1]))
    run.touched["token"][:] = 1
    return np.concatenate([np.broadcast_to(token, (len(x), *token.shape)), x], axis=1)
