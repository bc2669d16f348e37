"""Positional embedding: a tensor of the input's shape that is added to it."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import BIAS, BUFFER, EACH, ONE_INPUT, SAVES_NOTHING, STORED, Saved, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class PositionalEmbedding:
    """Positional embedding: adds a value of its own to every channel of every position.

    Shapes: [C, *size] -> [C, *size]. Trainable: embedding [C, *size]; a buffer if it is not trained (sinusoids).
    Convention: one addition a value. As it is added, it counts among the biases.
    Source: trained: Dosovitskiy et al., ICLR 2021, equation 1; fixed: Vaswani et al. 2017, section 3.5.

    >>> from archcalc.graph.tensor import Tensor
    >>> PositionalEmbedding().weights(Tensor(768, (197,)))[0].elements
    151296
    """

    trained: bool = attribute(FLAG, "whether the values are trained, not given by a formula", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 7)), example((3, 4, 6), trained=False), example((9,)))

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return (Weight("embedding", x.shape, BIAS if self.trained else BUFFER),)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(add=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
