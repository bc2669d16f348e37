"""Softmax over the channels."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Softmax(Elementwise):
    """Softmax over the channels, at every position: exp(x) / sum of exp(x).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: C exponentials, C - 1 additions and C divisions a position.
    Source: Bridle 1990.

    >>> from archcalc.graph.tensor import Tensor
    >>> Softmax().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=8, mul=0, div=12, compare=0, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(exp=output.elements, add=output.elements - output.positions, div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
