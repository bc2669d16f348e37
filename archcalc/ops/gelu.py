"""Gaussian error linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_INPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Gelu(Elementwise):
    """Gaussian error linear unit: x * (1 + erf(x / sqrt(2))) / 2, the exact form.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one error function (a transcendental), one addition and three multiplications a value: by the
    constants 1 / sqrt(2) and 1 / 2, and by x. The tanh that some libraries put in its place is not counted apart.
    Source: Hendrycks and Gimpel, arXiv:1606.08415, section 2.

    >>> from archcalc.graph.tensor import Tensor
    >>> Gelu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=36, div=0, compare=0, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(exp=n, add=n, mul=3 * n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
