"""Slice: some of the channels."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, exact_div, fails
from archcalc.graph.kinds import COUNT, PART, PARTS, attribute
from archcalc.graph.op import EACH, NO_WORK, ONE_INPUT, SAVES_NOTHING, STORED, Saved, ShapeError, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Slice:
    """Slice: the channels from `begin` up to, but not including, `end`; or one of several equal parts.

    Shapes: [C, *size] -> [end - begin, *size], or [C / parts, *size]; parts must divide C. Parts and channels are
    counted from 0.
    Convention: the channels are stored as a copy; nothing is computed.
    Source: channel split: Ma et al., ShuffleNet V2, ECCV 2018, section 3.2; NumPy's slices.

    >>> Slice(part=1, parts=2).output(Tensor(116, (28, 28)))
    Tensor(channels=58, size=(28, 28), regions=1)
    """

    begin: Number | None = attribute(COUNT, "first channel; 0 if not given", None)
    end: Number | None = attribute(COUNT, "channel behind the last one; all that follow if not given", None)
    part: Number | None = attribute(PART, "which of the equal parts", None)
    parts: Number | None = attribute(PARTS, "number of equal parts to cut the channels into", None)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((6, 4, 7), begin=2, end=5),
        example((6, 4, 7), part=1, parts=3),
        example((8, 5), begin=3),
        example((9,), end=4),
        example((4, 3), part=0, parts=2),
    )

    def _ends(self, x: Tensor) -> tuple[Number, Number]:
        """First channel and channel behind the last."""
        if self.part is None or self.parts is None:
            return (0 if self.begin is None else self.begin, x.channels if self.end is None else self.end)
        if fails(self.part < self.parts):
            raise ShapeError(f"part {self.part} of {self.parts} is not there: parts are counted from 0", "part")
        if fails(equal(x.channels % self.parts, 0)):
            raise ShapeError(f"parts={self.parts} does not divide the {x.channels} input channels", "parts")
        channels = exact_div(x.channels, self.parts)
        return self.part * channels, (self.part + 1) * channels

    def output(self, x: Tensor) -> Tensor:
        is_range = self.begin is not None or self.end is not None
        is_part = self.part is not None and self.parts is not None
        if is_range == is_part or (self.part is None) != (self.parts is None):
            raise ShapeError(
                "slice needs begin or end, or both part and parts", hint="slice: {part: 0, parts: 2} is the first half"
            )
        begin, end = self._ends(x)
        if fails(end <= x.channels):
            raise ShapeError(f"end={end} is more than the {x.channels} input channels", "end")
        if fails(begin < end):
            raise ShapeError(f"channels {begin} up to {end} of the input {x} are none", "begin")
        return Tensor(end - begin, x.size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
