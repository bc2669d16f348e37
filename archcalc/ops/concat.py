"""Concatenation of branches along the channels."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import (
    EACH,
    NO_WORK,
    SAVES_NOTHING,
    STORED,
    TWO_OR_MORE,
    Saved,
    ShapeError,
    Weight,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor
from archcalc.ops.joining import differ


@dataclass(frozen=True)
class Concat:
    """Concatenation along the channels of two or more tensors of one spatial size.

    Shapes: [C1, *size], [C2, *size], ... -> [C1 + C2 + ..., *size].
    Convention: the result is stored as a copy; nothing is computed.
    Source: Szegedy et al., CVPR 2015, figure 2 (DepthConcat).

    >>> Concat().output(Tensor(64, (28, 28)), Tensor(128, (28, 28)))
    Tensor(channels=192, size=(28, 28), regions=1)
    """

    arity = TWO_OR_MORE
    storage = STORED
    examples = (example((5, 4, 7), (2, 4, 7)), example((3,), (4,), (5,)))

    def output(self, *branches: Tensor) -> Tensor:
        first = branches[0]
        for other in branches[1:]:
            if differ(first.size, other.size):
                raise ShapeError(
                    f"concat needs equal spatial sizes, found {first} and {other}",
                    hint="padding and stride decide the size of a branch: 'same' or 'half' padding keeps it",
                )
        return Tensor(sum(branch.channels for branch in branches), first.size, first.regions)

    def weights(self, *branches: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, *branches: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, *branches: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, *branches: Tensor) -> str:
        return EACH
