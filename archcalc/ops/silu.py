"""Sigmoid linear unit."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import SAVES_INPUT, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Silu(Elementwise):
    """Sigmoid linear unit, also called swish: x * sigmoid(x).

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: the sigmoid (one exponential, one addition, one division) and one multiplication a value.
    Source: Elfwing, Uchibe and Doya, 2018; swish: Ramachandran, Zoph and Le, arXiv:1710.05941.

    >>> from archcalc.graph.tensor import Tensor
    >>> Silu().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=12, mul=12, div=12, compare=0, exp=12)
    """

    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(exp=n, add=n, div=n, mul=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT
