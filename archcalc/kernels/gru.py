"""Gated recurrent unit, step by step."""

from __future__ import annotations

import math

from archcalc.kernels.compiled import compiled
from archcalc.kernels.recurrent import run_cells
from archcalc.kernels.run import ADD, DIV, EXP, MUL
from archcalc.kernels.walk import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """Every step, as is said of all recurrent ops."""
    return ALL


def execute(op: Any, run: Run, x: Array) -> Array:
    """A cell keeps its output alone."""
    return run_cells(op, run, x, gates=3, states=1, step=_step)


@compiled
def _step(of_input, of_state, state, counts):  # type: ignore[no-untyped-def]
    adds = muls = divs = exps = 0
    output = state[0]
    for n in range(of_input.shape[0]):
        for unit in range(of_input.shape[2]):
            reset = of_input[n, 0, unit] + of_state[n, 0, unit]
            update = of_input[n, 1, unit] + of_state[n, 1, unit]
            adds += 2
            reset, update = 1 / (1 + math.exp(-reset)), 1 / (1 + math.exp(-update))
            exps += 2
            adds += 2
            divs += 2
            candidate = math.tanh(of_input[n, 2, unit] + reset * of_state[n, 2, unit])
            muls += 1
            adds += 1
            exps += 1
            output[n, unit] = (1 - update) * candidate + update * output[n, unit]
            muls += 2
            adds += 2
    counts[ADD] += adds
    counts[MUL] += muls
    counts[DIV] += divs
    counts[EXP] += exps
