"""Space to depth: blocks of positions become channels."""

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
class SpaceToDepth:
    """Space to depth: every block of positions becomes one position with as many times the channels.

    Shapes: [C, *size] -> [C * product of block, *(size / block)]; the block must divide the size.
    Convention: the result is stored as a copy; nothing is computed.
    Source: TensorFlow's space_to_depth, PyTorch's PixelUnshuffle; the passthrough layer of YOLO9000, Redmon and
    Farhadi, CVPR 2017, section 2.

    >>> SpaceToDepth(block=2).output(Tensor(64, (26, 38)))
    Tensor(channels=256, size=(13, 19), regions=1)
    """

    block: PerAxis = attribute(PER_AXIS, "positions of a block, along every axis")

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 4, 6), block=2),
        example((2, 6, 4), block=[3, 1]),
        example((5, 8), block=4),
        example((2, 2, 4, 6), block=2),
    )

    def _blocks(self, x: Tensor) -> tuple[Any, ...]:
        return per_axis(self.block, require_spatial(x, "space_to_depth"), "block")

    def output(self, x: Tensor) -> Tensor:
        blocks = self._blocks(x)
        for n, block in zip(x.size, blocks, strict=True):
            if fails(equal(n % block, 0)):
                raise ShapeError(f"a block of {block} does not divide the size {n} of the input {x}", "block")
        size = tuple(exact_div(n, block) for n, block in zip(x.size, blocks, strict=True))
        return Tensor(x.channels * prod(blocks), size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        blocks = self._blocks(x)
        return Window(blocks, blocks, (0,) * len(blocks), (1,) * len(blocks), (1,) * len(blocks))
