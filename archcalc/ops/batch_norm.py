"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import (
    BUFFER,
    EACH,
    NORM,
    ONE_INPUT,
    SAVES_INPUT,
    STATISTICS,
    STORED,
    VALUES,
    Saved,
    Weight,
    Work,
    example,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation at inference: every channel is scaled and shifted by constants.

    Shapes: [C, *size] -> [C, *size]. Trainable: gamma [C], beta [C]; buffers: mean [C], variance [C]. Frozen, as in
    detectors on a trained backbone, all four are buffers.
    Convention: one multiplication and one addition for each value (the four constants of a channel
    become two before the network runs).
    Source: Ioffe and Szegedy, ICML 2015, algorithm 2.

    >>> from archcalc.graph.tensor import Tensor
    >>> [weight.name for weight in BatchNorm(scale=False).weights(Tensor(64, (7, 7)))]
    ['beta', 'mean', 'variance']
    """

    scale: bool = attribute(FLAG, "whether gamma is trained", True)
    center: bool = attribute(FLAG, "whether beta is trained", True)
    frozen: bool = attribute(FLAG, "whether gamma and beta stay as they were trained elsewhere", False)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 4, 7)),
        example((3,), scale=False),
        example((4, 6), center=False),
        example((3, 5), frozen=True),
    )

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        role = BUFFER if self.frozen else NORM
        gamma = (Weight("gamma", (x.channels,), role),) if self.scale else ()
        beta = (Weight("beta", (x.channels,), role),) if self.center else ()
        return (*gamma, *beta, Weight("mean", (x.channels,), BUFFER), Weight("variance", (x.channels,), BUFFER))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mul=output.elements, add=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        if self.frozen:  # a product with constants, one a channel, and a sum
            return (Saved(VALUES, x.channels, is_per_batch=True),)
        return (*SAVES_INPUT, Saved(STATISTICS, 2 * x.channels, is_per_batch=True))

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
