"""Weight-standardised convolution: a convolution whose kernel is normalised, filter by filter."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, PADDING, PER_AXIS, SIZE, attribute
from archcalc.graph.op import (
    NORM,
    ONE_INPUT,
    SAVES_INPUT,
    STATISTICS,
    STORED,
    VALUES,
    Saved,
    Weight,
    Window,
    Work,
    example,
)
from archcalc.ops.conv import Conv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import Padding, PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class WsConv:
    """Weight-standardised convolution: a conv each of whose filters is brought to mean 0 and variance 1 first.

    Shapes: as for conv. Trainable: those of conv, and gain [filters], which scales the filters again.
    Convention: a conv, counted by the same formulas; the kernel is standardised and scaled before the network
    runs, so that nothing is added at inference. The gain is that of a normalisation: no weight.
    Source: Qiao et al., arXiv:1903.10520 (no gain); with gain: Brock, De and Smith, NFNets, 2021, section 2.

    >>> from archcalc.graph.tensor import Tensor
    >>> [weight.name for weight in WsConv(filters=64, kernel=3).weights(Tensor(16, (8, 6)))]
    ['kernel', 'bias', 'gain']
    """

    filters: Number = attribute(SIZE, "number of output channels")
    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis = attribute(PER_AXIS, "step of the window", 1)
    padding: Padding = attribute(PADDING, "zeros around the input", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    groups: Number = attribute(SIZE, "independent parts of channels and filters", 1)
    bias: bool = attribute(FLAG, "whether a value is added to each filter's output", True)
    gain: bool = attribute(FLAG, "whether a factor is trained for each filter", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 9, 12), filters=4, kernel=3, padding="half"),
        example((4, 11, 8), filters=6, kernel=[5, 3], stride=[2, 3], groups=2, bias=False),
        example((2, 17), filters=5, kernel=4, dilation=3, padding="same", gain=False),
    )

    def _conv(self) -> Conv:
        return Conv(self.filters, self.kernel, self.stride, self.padding, self.dilation, self.groups, self.bias)

    def output(self, x: Tensor) -> Tensor:
        return self._conv().output(x)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        gain = (Weight("gain", (self.filters,), NORM),) if self.gain else ()
        return (*self._conv().weights(x), *gain)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return self._conv().work(output, x)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Beside the input of the conv: the kernel as it is used, mean and deviation of each filter, its scaled gain.
        kernel = self._conv().weights(x)[0].elements + (self.filters if self.gain else 0)
        return (
            *SAVES_INPUT,
            Saved(VALUES, kernel, is_per_batch=True),
            Saved(STATISTICS, 2 * self.filters, is_per_batch=True),
        )

    def window(self, output: Tensor, x: Tensor) -> Window:
        return self._conv().window(output, x)
