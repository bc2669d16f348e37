"""Upsampling by a whole factor."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import PER_AXIS, attribute, choice
from archcalc.graph.op import NO_WORK, ONE_INPUT, SAVES_NOTHING, STORED, Saved, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import per_axis, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.kinds import PerAxis

NEAREST, BILINEAR = "nearest", "bilinear"


@dataclass(frozen=True)
class Upsample:
    """Upsampling by a whole factor: nearest repeats every value, bilinear interpolates linearly along each axis.

    Shapes: [C, *size] -> [C, *(size * factor)]. Nothing is trained.
    Convention: nearest copies, at no cost; bilinear (linear in one, trilinear in three dimensions) weighs the
    2 ** axes nearest values of every output: that many multiplications, and additions of the products but one.
    Positions are aligned by their edges (half-pixel centres, PyTorch's align_corners=False).
    Source: Lin et al., Feature Pyramid Networks, CVPR 2017, figure 3 (nearest).

    >>> Upsample(factor=2).output(Tensor(256, (14, 20)))
    Tensor(channels=256, size=(28, 40), regions=1)
    """

    factor: PerAxis = attribute(PER_AXIS, "how many times larger the output is", 2)
    mode: str = attribute(choice(NEAREST, BILINEAR), "how values between positions are made", NEAREST)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 5, 7)),
        example((2, 4, 3), factor=[3, 2], mode="bilinear"),
        example((2, 6), factor=4, mode="bilinear"),
        example((1, 2, 3, 4), factor=[1, 2, 3]),
    )

    def _factors(self, x: Tensor) -> tuple[Any, ...]:
        return per_axis(self.factor, require_spatial(x, "upsample"), "factor")

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, tuple(n * f for n, f in zip(x.size, self._factors(x), strict=True)), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        if self.mode == NEAREST:
            return NO_WORK
        neighbours = 2 ** len(x.size)
        return Work(mul=output.elements * neighbours, add=output.elements * (neighbours - 1))

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        factors = self._factors(x)
        ones = (1,) * len(factors)
        if self.mode == NEAREST:
            return Window(factors, ones, tuple(f - 1 for f in factors), ones, factors)
        # Output u lies at (u + 1/2) / f - 1/2 of the input, between two positions: on a grid refined 2f times,
        # the 4f positions around it (an output that hits a position exactly weighs its neighbour with 0).
        return Window(
            tuple(4 * f for f in factors),
            (2,) * len(factors),
            tuple(3 * f - 2 for f in factors),
            ones,
            tuple(2 * f for f in factors),
        )
