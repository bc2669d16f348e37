"""Long short-term memory, step by step."""

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
    """A cell keeps its output and its cell state."""
    return run_cells(op, run, x, gates=4, states=2, step=_step)


@compiled
def _step(of_input, of_state, state, counts):  # type: ignore[no-untyped-def]
    adds = muls = divs = exps = 0
    output, memory = state[0], state[1]
    for n in range(of_input.shape[0]):
        for unit in range(of_input.shape[2]):
            enter = of_input[n, 0, unit] + of_state[n, 0, unit]
            forget = of_input[n, 1, unit] + of_state[n, 1, unit]
            candidate = of_input[n, 2, unit] + of_state[n, 2, unit]
            leave = of_input[n, 3, unit] + of_state[n, 3, unit]
            adds += 4
            enter, forget, leave = 1 / (1 + math.exp(-enter)), 1 / (1 + math.exp(-forget)), 1 / (1 + math.exp(-leave))
            exps += 3
            adds += 3
            divs += 3
            memory[n, unit] = forget * memory[n, unit] + enter * math.tanh(candidate)
            exps += 1
            muls += 2
            adds += 1
            output[n, unit] = leave * math.tanh(memory[n, unit])
            exps += 1
            muls += 1
    counts[ADD] += adds
    counts[MUL] += muls
    counts[DIV] += divs
    counts[EXP] += exps
