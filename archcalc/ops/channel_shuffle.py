"""Channel shuffle: the channels of groups, interleaved."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails
from archcalc.graph.kinds import SIZE, attribute
from archcalc.graph.op import EACH, NO_WORK, ONE_INPUT, SAVES_NOTHING, STORED, Saved, ShapeError, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class ChannelShuffle:
    """Channel shuffle: the channels of groups are interleaved: first of all the first ones, then the second ones.

    Shapes: [C, *size] -> [C, *size]; groups must divide C.
    Convention: the result is stored as a copy; nothing is computed.
    Source: Zhang et al., ShuffleNet, CVPR 2018, section 3.1.

    >>> from archcalc.graph.tensor import Tensor
    >>> ChannelShuffle(groups=3).output(Tensor(240, (28, 28)))
    Tensor(channels=240, size=(28, 28), regions=1)
    """

    groups: Number = attribute(SIZE, "number of groups that are interleaved")

    arity = ONE_INPUT
    storage = STORED
    examples = (example((6, 4, 7), groups=3), example((8, 5), groups=2), example((9,), groups=9))

    def output(self, x: Tensor) -> Tensor:
        if fails(equal(x.channels % self.groups, 0)):
            raise ShapeError(f"groups={self.groups} does not divide the {x.channels} input channels", "groups")
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
