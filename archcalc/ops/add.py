"""Elementwise sum of branches: the residual connection."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import EACH, SAVES_NOTHING, STORED, TWO_OR_MORE, Saved, ShapeError, Weight, Work, example
from archcalc.ops.joining import differ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Add:
    """Elementwise sum of two or more tensors of one shape: the residual connection.

    Shapes: [C, *size] each -> [C, *size].
    Convention: one addition for each value and each tensor after the first; the sum is stored.
    Source: He et al., CVPR 2016, equation 1.

    >>> from archcalc.graph.tensor import Tensor
    >>> Add().work(Tensor(64, (56, 56)), Tensor(64, (56, 56)), Tensor(64, (56, 56))).add
    200704
    """

    arity = TWO_OR_MORE
    storage = STORED
    examples = (example((5, 4, 7), (5, 4, 7)), example((3,), (3,), (3,)))

    def output(self, *branches: Tensor) -> Tensor:
        first = branches[0]
        for other in branches[1:]:
            if differ(first.shape, other.shape):
                raise ShapeError(
                    f"add needs equal shapes, found {first} and {other}",
                    hint="a 1x1 conv with the right filters and stride makes a branch fit",
                )
        return first

    def weights(self, *branches: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, *branches: Tensor) -> Work:
        return Work(add=output.elements * (len(branches) - 1))

    def saves(self, output: Tensor, *branches: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, *branches: Tensor) -> str:
        return EACH
