"""Average pooling."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import prod
from archcalc.graph.kinds import FLAG, PADDING, PER_AXIS, attribute
from archcalc.graph.op import ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import Sliding, per_axis, slide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import Padding, PerAxis


@dataclass(frozen=True)
class AvgPool:
    """Average pooling: the mean of the window, channel by channel.

    Shapes: [C, *size] -> [C, *size'], size' as for conv, or rounded up with `ceil_mode`.
    Convention: kernel - 1 additions and one division for every output value, zeros of the padding
    included; `count_include_pad` changes the divisor, not the number of operations.
    Source: LeCun et al. 1998 (there with a trainable scale, which this op does not have).

    >>> AvgPool(kernel=2).output(Tensor(6, (28, 29)))
    Tensor(channels=6, size=(14, 14), regions=1)
    """

    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis | None = attribute(PER_AXIS, "step of the window; the kernel size if not given", None)
    padding: Padding = attribute(PADDING, "zeros around the input", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    ceil_mode: bool = attribute(FLAG, "whether a last, partial window counts", False)
    count_include_pad: bool = attribute(FLAG, "whether padding counts in the divisor", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 9, 12), kernel=2),
        example((4, 11, 8), kernel=[3, 2], stride=[2, 3], padding=[1, 1], ceil_mode=True, count_include_pad=False),
        example((2, 5, 6, 7), kernel=[1, 3, 2], stride=2, padding="half"),
    )

    def _slide(self, x: Tensor) -> Sliding:
        return slide(x, "avg_pool", self.kernel, self.stride, self.padding, self.dilation, self.ceil_mode)

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, self._slide(x).size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        taps = prod(per_axis(self.kernel, len(x.size), "kernel"))
        return Work(add=output.elements * (taps - 1), div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> Window:
        return self._slide(x).window
