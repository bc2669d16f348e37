"""Leaky rectified linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import REAL, attribute
from archcalc.graph.op import SAVES_OUTPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class LeakyRelu(Elementwise):
    """Leaky rectified linear unit: x where it is positive, slope * x elsewhere.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one comparison and one multiplication a value, whatever its sign.
    Source: Maas, Hannun and Ng, ICML workshop 2013.

    >>> from archcalc.graph.tensor import Tensor
    >>> LeakyRelu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=0, mul=12, div=0, compare=12, exp=0)
    """

    slope: Number = attribute(REAL, "factor of negative values", 0.01)

    examples = (example((5, 4, 7)), example((9,), slope=0.2))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(compare=n, mul=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
