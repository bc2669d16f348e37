"""Division of the channels by their length."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import ALL, EACH, ONE_INPUT, SAVES_INPUT, STORED, VALUES, Saved, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class L2Norm:
    """L2 normalisation: the channels at each position divided by their length, the root of the sum of their squares.

    Shapes: [C, *size] -> [C, *size]. Nothing is trained; for a trained factor a channel, put `scale` behind it.
    Convention: C multiplications (squares), C - 1 additions, 1 addition of epsilon, 1 square root and C divisions a
    position. A vector sees all positions.
    Source: Liu, Rabinovich and Berg, ParseNet, ICLR 2016 workshop, section 3.3.

    >>> from archcalc.graph.tensor import Tensor
    >>> L2Norm().work(Tensor(10, (2,)), Tensor(10, (2,)))
    Work(mac=0, add=20, mul=20, div=20, compare=0, exp=2)
    """

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3, 6)), example((9,)))

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mul=x.elements, add=x.elements, div=x.elements, exp=x.positions)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # The lengths, and those that are divided by: 0 is replaced by a tiny number.
        return (*SAVES_INPUT, Saved(VALUES, 2 * x.positions))

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH if x.size else ALL
