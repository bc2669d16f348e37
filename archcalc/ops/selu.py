"""Scaled exponential linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Selu(Elementwise):
    """Scaled exponential linear unit: lambda * x where x is positive, lambda * alpha * (exp(x) - 1) elsewhere.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one comparison, one exponential, one addition and two multiplications a value, whatever its
    sign; lambda and alpha are constants of the paper.
    Source: Klambauer et al., Self-Normalizing Neural Networks, NeurIPS 2017, equation 2.

    >>> from archcalc.graph.tensor import Tensor
    >>> Selu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=24, div=0, compare=12, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(compare=n, exp=n, add=n, mul=2 * n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
