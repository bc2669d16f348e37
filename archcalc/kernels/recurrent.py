"""What the recurrent kernels have in common: layers, directions, and the steps that a cell runs over."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.conv import add_bias
from archcalc.kernels.products import project, weigh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from archcalc.kernels.run import Array, Run

    # step(gates of the input, gates of the state, state, counts) overwrites the state; the gates are [N, gates, units]
    Step: TypeAlias = Callable[[Array, Array, Array, Array], None]


def run_cells(op: Any, run: Run, x: Array, gates: int, states: int, step: Step) -> Array:
    """[N, T, C] -> [N, T, units * directions], or with `last` only where each direction ends.

    A cell keeps so many values a unit (`states`), the first of which is its output.
    """
    steps = np.ascontiguousarray(x.swapaxes(0, 1))
    ends = []  # of each direction, of the layer that ran last
    for layer in range(op.layers):
        forward = _run_cell(op, run, steps, gates, states, step, f"l{layer}")
        ends = [forward[-1]]
        if op.bidirectional:
            reverse = _run_cell(op, run, steps[::-1], gates, states, step, f"l{layer}_reverse")
            ends.append(reverse[-1])  # the last step that it takes is step 0
            steps = np.concatenate([forward, reverse[::-1]], axis=-1)
        else:
            steps = forward
    return np.concatenate(ends, axis=-1) if op.last else np.ascontiguousarray(steps.swapaxes(0, 1))


def _run_cell(op: Any, run: Run, steps: Array, gates: int, states: int, step: Step, name: str) -> Array:
    """[T, N, C] -> [T, N, units], step by step from the first on; the first state is zero."""
    examples, width = steps.shape[1], gates * op.units
    of_inputs = project(run, steps, width, f"kernel_{name}", f"bias_{name}" if op.bias else None)
    weight, touched = run.weight(f"recurrent_kernel_{name}", (op.units, width)), run.touched[f"recurrent_kernel_{name}"]
    has_bias = op.bias and op.recurrent_bias
    bias = run.weight(f"recurrent_bias_{name}", (width,)) if has_bias else np.zeros(0, np.float32)
    state = np.zeros((states, examples, op.units), np.float32)
    out = []
    for of_input in of_inputs:
        of_state = np.zeros((examples, width), np.float32)
        weigh(state[0], weight, touched, of_state, run.counts)
        if has_bias:
            add_bias(of_state, bias, run.touched[f"recurrent_bias_{name}"], run.counts)
        by_gate = (examples, gates, op.units)
        step(of_input.reshape(by_gate), of_state.reshape(by_gate), state, run.counts)
        out.append(state[0].copy())
    return np.stack(out)
