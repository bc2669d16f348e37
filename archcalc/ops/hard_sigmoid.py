"""Piecewise linear sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_INPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class HardSigmoid(Elementwise):
    """Piecewise linear sigmoid: min(max(x + 3, 0), 6) / 6.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: one addition, two comparisons and one division a value.
    Source: Howard et al., Searching for MobileNetV3, ICCV 2019, section 5.2.

    >>> from archcalc.graph.tensor import Tensor
    >>> HardSigmoid().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=0, div=12, compare=24, exp=0)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(add=n, compare=2 * n, div=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
