"""Rectified linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Relu(Elementwise):
    """Rectified linear unit: max(x, 0).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one comparison a value.
    Source: Nair and Hinton 2010; Krizhevsky et al. 2012, section 3.1.

    >>> from archcalc.graph.tensor import Tensor
    >>> Relu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=0, mul=0, div=0, compare=12, exp=0)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(compare=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
