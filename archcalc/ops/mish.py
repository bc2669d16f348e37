"""Mish."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_INPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Mish(Elementwise):
    """Mish: x * tanh(ln(1 + exp(x))).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: three transcendental functions, one addition and one multiplication a value.
    Source: Misra, BMVC 2020.

    >>> from archcalc.graph.tensor import Tensor
    >>> Mish().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=12, div=0, compare=0, exp=36)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(exp=3 * n, add=n, mul=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
