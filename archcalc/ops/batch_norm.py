"""Batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import BUFFER, EACH, NORM, ONE_INPUT, STORED, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation at inference: every channel is scaled and shifted by constants.

    Shapes: [C, *size] -> [C, *size]. Trainable: gamma [C], beta [C]; buffers: mean [C], variance [C].
    Convention: one multiplication and one addition for each value (the four constants of a channel
    become two before the network runs).
    Source: Ioffe and Szegedy, ICML 2015, algorithm 2.

    >>> from archcalc.graph.tensor import Tensor
    >>> [weight.name for weight in BatchNorm(scale=False).weights(Tensor(64, (7, 7)))]
    ['beta', 'mean', 'variance']
    """

    scale: bool = attribute(FLAG, "whether gamma is trained", True)
    center: bool = attribute(FLAG, "whether beta is trained", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3,), scale=False), example((4, 6), center=False))

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        gamma = (Weight("gamma", (x.channels,), NORM),) if self.scale else ()
        beta = (Weight("beta", (x.channels,), NORM),) if self.center else ()
        return (*gamma, *beta, Weight("mean", (x.channels,), BUFFER), Weight("variance", (x.channels,), BUFFER))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mul=output.elements, add=output.elements)

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
