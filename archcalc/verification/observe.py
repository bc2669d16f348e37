"""One layer executed by its kernel: what was observed."""

from __future__ import annotations

import time

import numpy as np

from archcalc.kernels import find
from archcalc.kernels.compiled import loading_seconds
from archcalc.kernels.run import KINDS, Run
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.graph.op import Op
    from archcalc.kernels.run import Array


class Observation(Record):
    """What an execution showed, for all its examples together.

    `shape` is that of one example, channels first; `examples` counts the tensors of the output (the batch, and the
    regions of each image). `work` holds the operations by kind, `inside` the multiply-accumulates whose tap lies in
    the image; `weights` how many values each weight has that the kernel made, and `read` how many of them it read,
    which of `lookups` (tables) need not be all; `stored` the values of the output that lie
    in memory of their own; `seconds` leaves out what it took to load the kernel and to make weights; `alive` are the
    bytes of all tensors of the network that are in memory while the layer runs, its inputs and its output among them.
    """

    shape: tuple[int, ...]
    examples: int
    work: dict[str, int]
    inside: int
    weights: dict[str, int]
    read: dict[str, int]
    lookups: frozenset[str]
    stored: int
    seconds: float
    alive: int = 0


def observe(op_name: str, op: Op, run: Run, inputs: Sequence[Array]) -> tuple[Array, Observation]:
    """Execute one layer on these tensors [examples, *sizes, channels]; in-place ops overwrite them."""
    kernel = find(op_name)
    begin = time.perf_counter()
    with loading_seconds() as loading:
        output = kernel.execute(op, run, *inputs)
    seconds = time.perf_counter() - begin - loading[0] - run.drawing_seconds
    counts = dict(zip(KINDS, map(int, run.counts), strict=True))
    inside = counts.pop("inside")
    weights = {name: array.size for name, array in run.weights.items()}
    read = {name: int(np.count_nonzero(mask)) for name, mask in run.touched.items()}
    is_own = not any(np.may_share_memory(output, x) for x in inputs)
    shape = (output.shape[-1], *output.shape[1:-1])
    stored = output.size if is_own else 0
    tables = frozenset(run.lookups)
    return output, Observation(shape, output.shape[0], counts, inside, weights, read, tables, stored, seconds)
