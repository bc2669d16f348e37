"""Multi-head attention: projections, scores of all pairs of positions, and what is gathered by them."""

from __future__ import annotations

import math

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.products import multiply_matrices, project
from archcalc.kernels.run import MUL
from archcalc.kernels.softmax import share_out
from archcalc.kernels.walk import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """Every position of every input."""
    return ALL


def execute(op: Any, run: Run, x: Array, *context: Array) -> Array:
    """[N, *size, C] -> [N, *size, out]; keys and values are made of x, or of one or two inputs of their own."""
    keys_from, values_from = (context[0], context[-1]) if context else (x, x)
    width = x.shape[-1] if op.width is None else op.width
    value_width = width if op.value_width is None else op.value_width
    queries = _heads(op, _project(run, "query", x, width, op.bias))
    keys = _heads(op, _project(run, "key", keys_from, width, op.bias))
    values = _heads(op, _project(run, "value", values_from, value_width, op.bias))
    gathered = _attend(run, queries, keys, values)  # [N * heads, positions, value width of a head]
    by_position = gathered.reshape(x.shape[0], op.heads, *gathered.shape[1:]).swapaxes(1, 2)
    together = by_position.reshape(*x.shape[:-1], value_width)
    has_out_bias = op.bias if op.out_bias is None else op.out_bias
    return _project(run, "output", together, x.shape[-1] if op.out is None else op.out, has_out_bias)


def scratch(op: Any, size: tuple[int, ...], *context: tuple[int, ...]) -> int:
    """The values of one example that lie in memory beside input and output: the scores of all pairs of positions."""
    return int(op.heads) * math.prod(size) * math.prod(context[0] if context else size)


def _project(run: Run, name: str, x: Array, width: int, has_bias: bool) -> Array:
    return project(run, x, width, name, f"{name}_bias" if has_bias else None)


def _heads(op: Any, x: Array) -> Array:
    """[N, *size, width] -> [N * heads, positions, width of a head]."""
    cut = x.reshape(x.shape[0], -1, op.heads, x.shape[-1] // op.heads).swapaxes(1, 2)
    return cut.reshape(-1, *cut.shape[2:])


def _attend(run: Run, queries: Array, keys: Array, values: Array) -> Array:
    """softmax(Q K^T / sqrt(width)) V, for every head of every example."""
    scores = np.zeros((queries.shape[0], queries.shape[1], keys.shape[1]), np.float32)
    multiply_matrices(queries, np.ascontiguousarray(keys.swapaxes(1, 2)), scores, run.counts)
    _scale(scores.reshape(-1), np.float32(1 / math.sqrt(queries.shape[2])), run.counts)
    share_out(scores.reshape(-1, scores.shape[2]), run.counts)
    out = np.zeros((queries.shape[0], queries.shape[1], values.shape[2]), np.float32)
    multiply_matrices(scores, values, out, run.counts)
    return out


@compiled
def _scale(values, factor, counts):  # type: ignore[no-untyped-def]
    muls = 0
    for index in range(values.size):
        values[index] *= factor
        muls += 1
    counts[MUL] += muls
