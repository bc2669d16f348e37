"""Logistic sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Sigmoid(Elementwise):
    """Logistic sigmoid: 1 / (1 + exp(-x)).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one exponential, one addition and one division a value; the sign is free.
    Source: Rumelhart et al. 1986.

    >>> from archcalc.graph.tensor import Tensor
    >>> Sigmoid().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=0, div=12, compare=0, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(exp=output.elements, add=output.elements, div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
