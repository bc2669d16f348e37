"""Max pooling."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import prod
from archcalc.graph.kinds import FLAG, PADDING, PER_AXIS, attribute
from archcalc.graph.op import INDEX, ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import Sliding, per_axis, slide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import Padding, PerAxis


@dataclass(frozen=True)
class MaxPool:
    """Max pooling: the largest value in the window, channel by channel.

    Shapes: [C, *size] -> [C, *size'], size' as for conv, or rounded up with `ceil_mode`.
    Convention: kernel - 1 comparisons for every output value, those with padding included.
    Source: Krizhevsky et al. 2012, section 3.4 (overlapping where stride < kernel).

    >>> MaxPool(kernel=3, stride=2, ceil_mode=True).output(Tensor(64, (112, 109)))
    Tensor(channels=64, size=(56, 54), regions=1)
    """

    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis | None = attribute(PER_AXIS, "step of the window; the kernel size if not given", None)
    padding: Padding = attribute(PADDING, "positions around the input that never win", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    ceil_mode: bool = attribute(FLAG, "whether a last, partial window counts", False)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 9, 12), kernel=2),
        example((4, 11, 8), kernel=[3, 2], stride=[2, 3], padding=[[1, 0], 1], ceil_mode=True),
        example((2, 13, 10), kernel=3, stride=1, dilation=2, padding="same"),
        example((2, 17), kernel=4, stride=3),
    )

    def _slide(self, x: Tensor) -> Sliding:
        return slide(x, "max_pool", self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode)

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, self._slide(x).size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        taps = prod(per_axis(self.kernel, len(x.size), "kernel"))
        return Work(compare=output.elements * (taps - 1))

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Where in the input each output came from.
        return (*SAVES_INPUT, Saved(INDEX, output.elements))

    def window(self, output: Tensor, x: Tensor) -> Window:
        return self._slide(x).window
