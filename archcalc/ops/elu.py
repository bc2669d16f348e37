"""Exponential linear unit."""

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
class Elu(Elementwise):
    """Exponential linear unit: x where it is positive, alpha * (exp(x) - 1) elsewhere.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one comparison, one exponential, one addition and one multiplication a value, whatever its
    sign and whatever alpha.
    Source: Clevert, Unterthiner and Hochreiter, ICLR 2016.

    >>> from archcalc.graph.tensor import Tensor
    >>> Elu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=12, div=0, compare=12, exp=12)
    """

    alpha: Number = attribute(REAL, "negative of what very negative values become", 1)

    examples = (example((5, 4, 7)), example((9,), alpha=0.5))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(compare=n, exp=n, add=n, mul=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_OUTPUT
