"""Memory, term by term: what a network takes to store, to run, and to train."""

from __future__ import annotations

from fractions import Fraction

from archcalc.algebra.plain import describe
from archcalc.analysis import whole_batch
from archcalc.analysis.dtypes import bits_of
from archcalc.errors import ArchcalcError
from archcalc.footprint.account import Account, Plan
from archcalc.footprint.checkpoints import blocks_of
from archcalc.footprint.fitting import Fit, fit, limit_bytes
from archcalc.footprint.optimizers import require_trainable
from archcalc.footprint.result import Memory
from archcalc.graph.graph import Graph
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike


def memory(
    network: Graph | str | PathLike[str],
    /,
    batch: int = 1,
    optimizer: str | None = None,
    dtype: str = "float32",
    weights: str | int | float | Fraction | None = None,
    checkpoint: Sequence[str] = (),
    fits: str | int | None = None,
) -> Memory:
    """The memory of a network, or of the spec of this path or name, term by term.

    `dtype` is the type of the activations, and of parameters and buffers if `weights` names no other, nor a number
    of bits. With an `optimizer` (sgd, momentum, adam, adamw) the terms of training are given too; of the blocks
    named in `checkpoint` only the inputs are then kept. `fits` is an amount of memory, such as 24GiB: the largest
    batch that it holds is found. Raises ArchcalcError.

    >>> found = memory("vgg16", optimizer="adam")
    >>> found.terms["parameters"], found.terms["optimizer_state"]
    (553430176, 1106860352)
    """
    graph = network if isinstance(network, Graph) else load(network)
    bits_of(dtype)
    size = whole_batch(batch)
    if type(size) is not int or size.bit_length() > MAX_BATCH_BITS:
        raise ArchcalcError(f"the batch is {describe(batch)}, expected one whole number below 2**{MAX_BATCH_BITS}")
    if isinstance(checkpoint, str) or not all(isinstance(name, str) for name in checkpoint or ()):
        raise ArchcalcError(f"found the checkpoints {checkpoint!r}, expected a list of names of blocks")
    plan = Plan(dtype, dtype if weights is None else weights, optimizer, tuple(checkpoint or ()))
    require_trainable(optimizer, dtype, plan.weights)
    if plan.checkpoint and optimizer is None:
        raise ArchcalcError("checkpoints are of training: an optimizer is missing", hint="--optimizer adam, for one")
    account = Account(graph, plan, blocks_of(graph, plan.checkpoint))
    limit = None if fits is None else limit_bytes(fits)
    found: Fit | None = None if limit is None else fit(account, str(fits), limit)
    return Memory(account, size, found)


MAX_BATCH_BITS = 256
