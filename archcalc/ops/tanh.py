"""Hyperbolic tangent."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Tanh(Elementwise):
    """Hyperbolic tangent.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one transcendental function a value.
    Source: LeCun et al. 1998, appendix A.

    >>> from archcalc.graph.tensor import Tensor
    >>> Tanh().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=0, mul=0, div=0, compare=0, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(exp=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
