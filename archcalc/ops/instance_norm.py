"""Instance normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import ALL, ONE_INPUT, SAVES_INPUT, STATISTICS, STORED, Saved, Weight, Work, example
from archcalc.ops.moments import affine, normalisation
from archcalc.ops.sliding import require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class InstanceNorm:
    """Instance normalisation: over all positions of a channel, channel by channel.

    Shapes: [C, *size] -> [C, *size]. Trainable, if asked for: gamma [C], beta [C].
    Convention: mean and variance are computed at run time. A set of m values (a channel) takes m
    multiplications, 3m - 1 additions, m + 2 divisions and 1 square root; gamma and beta one multiplication and
    one addition a value. Nothing is trained by default, as in PyTorch. Every output sees all positions.
    Source: Ulyanov, Vedaldi and Lempitsky, arXiv:1607.08022.

    >>> from archcalc.graph.tensor import Tensor
    >>> InstanceNorm().work(Tensor(2, (10,)), Tensor(2, (10,)))
    Work(mac=0, add=58, mul=20, div=24, compare=0, exp=2)
    """

    scale: bool = attribute(FLAG, "whether gamma is trained", False)
    center: bool = attribute(FLAG, "whether beta is trained", False)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3, 6), scale=True, center=True), example((2, 4, 3, 5), center=True))

    def output(self, x: Tensor) -> Tensor:
        require_spatial(x, "instance_norm")
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return affine((x.channels,), self.scale, self.center)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return normalisation(x.elements, x.channels, self.scale, self.center)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (*SAVES_INPUT, Saved(STATISTICS, 2 * x.channels))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
