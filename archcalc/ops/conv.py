"""Convolution in one, two or three dimensions, by the number of spatial axes of its input."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import exact_div, prod
from archcalc.graph.kinds import FLAG, PADDING, PER_AXIS, SIZE, attribute
from archcalc.graph.op import BIAS, ONE_INPUT, SAVES_INPUT, STORED, WEIGHT, Saved, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import Sliding, per_axis, require_groups, require_spatial, slide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import Padding, PerAxis


@dataclass(frozen=True)
class Conv:
    """Convolution: every filter looks through one window at all channels of its group.

    Shapes: [C, *size] -> [filters, *size'], size' = floor((size + padding - e) / stride) + 1 with
    e = dilation * (kernel - 1) + 1. `groups` cuts channels and filters into that many independent parts.
    Convention: taps on zero padding count as multiply-accumulates, as in the papers.
    Source: LeCun et al. 1998; groups: Krizhevsky et al. 2012, section 3.5; dilation: Yu and Koltun 2016.

    >>> Conv(filters=64, kernel=7, stride=2, padding=3).output(Tensor(3, (224, 224)))
    Tensor(channels=64, size=(112, 112), regions=1)
    """

    filters: Number = attribute(SIZE, "number of output channels")
    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis = attribute(PER_AXIS, "step of the window", 1)
    padding: Padding = attribute(PADDING, "zeros around the input", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    groups: Number = attribute(SIZE, "independent parts of channels and filters", 1)
    bias: bool = attribute(FLAG, "whether a value is added to each filter's output", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 9, 12), filters=4, kernel=3, padding="half"),
        example((4, 11, 8), filters=6, kernel=[5, 3], stride=[2, 3], padding=[[1, 2], 0], groups=2, bias=False),
        example((6, 13, 10), filters=9, kernel=[3, 2], stride=2, dilation=[2, 3], padding="same", groups=3),
        example((2, 17), filters=5, kernel=4, stride=3, padding=2),
        example((2, 5, 6, 7), filters=3, kernel=[2, 3, 1], stride=[1, 2, 3], padding="half", dilation=[1, 2, 1]),
    )

    def _slide(self, x: Tensor) -> Sliding:
        return slide(x, "conv", self.kernel, self.stride, self.padding, self.dilation)

    def output(self, x: Tensor) -> Tensor:
        size = self._slide(x).size
        require_groups(self.groups, x.channels, self.filters)
        return Tensor(self.filters, size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        kernel = per_axis(self.kernel, require_spatial(x, "conv"), "kernel")
        weight = Weight("kernel", (self.filters, exact_div(x.channels, self.groups), *kernel), WEIGHT)
        return (weight, Weight("bias", (self.filters,), BIAS)) if self.bias else (weight,)

    def work(self, output: Tensor, x: Tensor) -> Work:
        kernel = self.weights(x)[0]
        # Every weight is used once at every output position.
        return Work(mac=prod(kernel.shape) * output.positions, add=output.elements if self.bias else 0)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> Window:
        return self._slide(x).window
