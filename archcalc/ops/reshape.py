"""Reshape: the same values in the same order, in another shape."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import Undecided, decide, equal, fails, prod
from archcalc.graph.kinds import SIZES, attribute
from archcalc.graph.op import (
    ALL,
    FLAT,
    NO_WORK,
    ONE_INPUT,
    SAVES_NOTHING,
    VIEW,
    Saved,
    ShapeError,
    Weight,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Reshape:
    """Reshape: the same values in the same order, in another shape. A view: nothing moves, nothing is computed.

    Shapes: [C, *size] -> the given shape, channels first; both hold the same number of values, last axis fastest.
    The receptive field: if everything becomes one vector, or the channels stay and the number of axes changes (as
    for [C, H, W] -> [C, H*W]), each position keeps the field that it had. Otherwise what was at many positions comes
    together in one, and each is said to see all positions: a bound that is never too small.
    Source: NumPy's reshape in C order.

    >>> Reshape(shape=(768, 196)).output(Tensor(768, (14, 14)))
    Tensor(channels=768, size=(196,), regions=1)
    """

    shape: tuple[Number, ...] = attribute(SIZES, "the new shape")

    arity = ONE_INPUT
    storage = VIEW
    examples = (
        example((4, 6), shape=[2, 3, 4]),
        example((2, 3, 4), shape=[1, 2, 1, 3, 4]),
        example((10,), shape=[10]),
    )

    def output(self, x: Tensor) -> Tensor:
        output = Tensor(self.shape[0], tuple(self.shape[1:]), x.regions)
        if fails(equal(prod(output.shape), x.elements)):
            raise ShapeError(
                f"the shape {output} holds {output.elements} values, the input {x} has {x.elements}",
                "shape",
                "in_channels and in_size stand for the shape of the input",
            )
        return output

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        if not output.size:
            return FLAT
        try:
            keeps_channels = decide(equal(output.channels, x.channels))
        except Undecided:
            return ALL
        return FLAT if keeps_channels and len(output.size) != len(x.size) else ALL
