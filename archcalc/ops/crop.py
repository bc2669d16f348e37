"""Cropping of the borders."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import fails
from archcalc.graph.kinds import MARGINS, attribute
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
from archcalc.ops.sliding import margins, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.kinds import Padding


@dataclass(frozen=True)
class Crop:
    """Cropping: borders of the input are left away; the rest is stored as a copy, nothing is computed.

    Shapes: [C, *size] -> [C, *(size - before - after)].
    Source: Keras' Cropping layers; U-Net, Ronneberger et al. 2015, section 2.

    >>> Crop(cropping=4).output(Tensor(512, (64, 64)))
    Tensor(channels=512, size=(56, 56), regions=1)
    """

    cropping: Padding = attribute(MARGINS, "positions to cut: one number, one an axis, or [before, after] an axis")

    arity = ONE_INPUT
    storage = STORED
    examples = (example((3, 5, 8), cropping=[[0, 1], [2, 3]]), example((2, 7), cropping=2))

    def _margins(self, x: Tensor) -> tuple[tuple[Any, Any], ...]:
        return margins(self.cropping, require_spatial(x, "crop"), "cropping")

    def output(self, x: Tensor) -> Tensor:
        size = tuple(n - before - after for n, (before, after) in zip(x.size, self._margins(x), strict=True))
        if any(fails(n >= 1) for n in size):
            raise ShapeError(f"cropping leaves nothing of the input {x}", "cropping")
        return Tensor(x.channels, size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        ones = (1,) * len(x.size)
        return Window(ones, ones, tuple(-before for before, _ in self._margins(x)), ones, ones)
