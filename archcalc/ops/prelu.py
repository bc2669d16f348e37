"""Parametric rectified linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import FACTOR, SAVES_INPUT, Saved, Weight, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Prelu(Elementwise):
    """Parametric rectified linear unit: x where it is positive, slope * x elsewhere, the slope being trained.

    Shapes: [C, *size] -> [C, *size], in place. Trainable: slope [C], or [1] if it is shared by all channels.
    Convention: one comparison and one multiplication a value, whatever its sign. The slopes count as params,
    but not as weights, though they multiply: an activation is no layer of its own in depth and neurons.
    Source: He et al., Delving Deep into Rectifiers, ICCV 2015, equation 1.

    >>> from archcalc.graph.tensor import Tensor
    >>> Prelu().weights(Tensor(64, (7, 7)))[0].elements
    64
    """

    shared: bool = attribute(FLAG, "whether all channels have one slope", False)

    examples = (example((5, 4, 7)), example((9,)), example((6, 3), shared=True))

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return (Weight("slope", (1 if self.shared else x.channels,), FACTOR),)

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(compare=n, mul=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
