"""Zero padding as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import MARGINS, attribute
from archcalc.graph.op import NO_WORK, ONE_INPUT, SAVES_NOTHING, STORED, Saved, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import margins, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.kinds import Padding


@dataclass(frozen=True)
class Pad:
    """Zeros around the input, as a layer of its own: the padded copy is stored, nothing is computed.

    Shapes: [C, *size] -> [C, *(before + size + after)].
    Source: Keras' ZeroPadding layers.

    >>> Pad(padding=((0, 1), (0, 1))).output(Tensor(32, (112, 112)))
    Tensor(channels=32, size=(113, 113), regions=1)
    """

    padding: Padding = attribute(MARGINS, "zeros to add: one number, one an axis, or [before, after] an axis")

    arity = ONE_INPUT
    storage = STORED
    examples = (example((3, 5, 8), padding=[[0, 1], [2, 3]]), example((2, 7), padding=2))

    def _margins(self, x: Tensor) -> tuple[tuple[Any, Any], ...]:
        return margins(self.padding, require_spatial(x, "pad"), "padding")

    def output(self, x: Tensor) -> Tensor:
        size = tuple(n + before + after for n, (before, after) in zip(x.size, self._margins(x), strict=True))
        return Tensor(x.channels, size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        ones = (1,) * len(x.size)
        return Window(ones, ones, tuple(before for before, _ in self._margins(x)), ones, ones)
