"""Identity."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import NO_WORK, SAVES_NOTHING, VIEW, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Identity(Elementwise):
    """Identity: the output is the input.

    Shapes: [C, *size] -> [C, *size], a view.
    Convention: nothing is computed.
    Source: the shortcut of He et al., CVPR 2016.

    >>> from archcalc.graph.tensor import Tensor
    >>> Identity().work(Tensor(3, (2, 2)), Tensor(3, (2, 2)))
    Work(mac=0, add=0, mul=0, div=0, compare=0, exp=0)
    """

    storage = VIEW
    examples = (example((5, 4, 7)), example((9,)))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING
