"""Depthwise convolution: a convolution with one group a channel."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, PADDING, PER_AXIS, SIZE, attribute
from archcalc.graph.op import ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Window, Work, example
from archcalc.ops.conv import Conv
from archcalc.ops.sliding import require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import Padding, PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class DepthwiseConv:
    """Depthwise convolution: `multiplier` filters for every channel, each looking at that channel alone.

    Shapes: [C, *size] -> [C * multiplier, *size'], size' as for conv.
    Convention: a conv with groups = C, counted by the same formulas.
    Source: Howard et al., MobileNets, 2017, section 3.1.

    >>> from archcalc.graph.tensor import Tensor
    >>> DepthwiseConv(kernel=3, stride=2, padding=1).output(Tensor(32, (112, 96)))
    Tensor(channels=32, size=(56, 48), regions=1)
    """

    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis = attribute(PER_AXIS, "step of the window", 1)
    padding: Padding = attribute(PADDING, "zeros around the input", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    multiplier: Number = attribute(SIZE, "filters for each channel", 1)
    bias: bool = attribute(FLAG, "whether a value is added to each filter's output", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 9, 12), kernel=3, padding="half"),
        example((4, 12, 7), kernel=[5, 3], stride=[3, 2], padding="same", multiplier=3, bias=False),
        example((3, 14), kernel=3, stride=2, dilation=4, padding=[[3, 1]]),
    )

    def _conv(self, x: Tensor) -> Conv:
        require_spatial(x, "depthwise_conv")
        filters = x.channels * self.multiplier
        return Conv(filters, self.kernel, self.stride, self.padding, self.dilation, x.channels, self.bias)

    def output(self, x: Tensor) -> Tensor:
        return self._conv(x).output(x)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return self._conv(x).weights(x)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return self._conv(x).work(output, x)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> Window:
        return self._conv(x).window(output, x)
