"""Pixel shuffle: channels become positions."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, exact_div, fails, prod
from archcalc.graph.kinds import PER_AXIS, attribute
from archcalc.graph.op import (
    NO_WORK,
    ONE_INPUT,
    SAVES_NOTHING,
    STORED,
    Saved,
    ShapeError,
    Weight,
    Window,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import per_axis, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.kinds import PerAxis


@dataclass(frozen=True)
class PixelShuffle:
    """Pixel shuffle (depth to space): groups of channels become blocks of neighbouring positions.

    Shapes: [C, *size] -> [C / product of factors, *(size * factor)].
    Convention: the result is stored as a copy; nothing is computed.
    Source: Shi et al., CVPR 2016, section 3.2 ("sub-pixel convolution").

    >>> PixelShuffle(factor=2).output(Tensor(256, (12, 20)))
    Tensor(channels=64, size=(24, 40), regions=1)
    """

    factor: PerAxis = attribute(PER_AXIS, "how many times larger the output is")

    arity = ONE_INPUT
    storage = STORED
    examples = (example((12, 5, 7), factor=2), example((18, 4, 3), factor=[3, 2]), example((6, 5), factor=3))

    def _factors(self, x: Tensor) -> tuple[Any, ...]:
        return per_axis(self.factor, require_spatial(x, "pixel_shuffle"), "factor")

    def output(self, x: Tensor) -> Tensor:
        factors = self._factors(x)
        block = prod(factors)
        if fails(equal(x.channels % block, 0)):
            raise ShapeError(f"the {x.channels} input channels are not divisible into blocks of {block}", "factor")
        size = tuple(n * f for n, f in zip(x.size, factors, strict=True))
        return Tensor(exact_div(x.channels, block), size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        factors = self._factors(x)
        ones = (1,) * len(factors)
        return Window(factors, ones, tuple(f - 1 for f in factors), ones, factors)
