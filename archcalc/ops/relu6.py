"""Rectified linear unit, cut off at 6."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_INPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Relu6(Elementwise):
    """Rectified linear unit, cut off at 6: min(max(x, 0), 6).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: two comparisons a value.
    Source: Howard et al., MobileNets, 2017 (reference implementation).

    >>> from archcalc.graph.tensor import Tensor
    >>> Relu6().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=0, mul=0, div=0, compare=24, exp=0)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(compare=2 * output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
