"""Transposed convolution in one, two or three dimensions."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import exact_div, fails, prod
from archcalc.graph.kinds import COUNT_PER_AXIS, FLAG, MARGINS, PER_AXIS, SIZE, attribute
from archcalc.graph.op import (
    BIAS,
    ONE_INPUT,
    SAVES_INPUT,
    STORED,
    WEIGHT,
    Saved,
    ShapeError,
    Weight,
    Window,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import effective, margins, per_axis, require_groups, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import Padding, PerAxis


@dataclass(frozen=True)
class ConvTranspose:
    """Transposed convolution ("deconvolution"): every input position adds a weighted kernel to the output.

    Shapes: [C, *size] -> [filters, *size'], size' = (size - 1) * stride - padding + e + output_padding with
    e = dilation * (kernel - 1) + 1; `padding` is what is cut off before and after.
    Convention: multiply-accumulates are counted on the input: each input value meets each weight of its group
    once, those that fall on what is cut off included. (A count on the output is wrong by stride squared.)
    Source: Dumoulin and Visin 2016, section 4; Long et al., CVPR 2015, section 3.3.

    >>> ConvTranspose(filters=21, kernel=4, stride=2, padding=1).output(Tensor(21, (16, 20)))
    Tensor(channels=21, size=(32, 40), regions=1)
    """

    filters: Number = attribute(SIZE, "number of output channels")
    kernel: PerAxis = attribute(PER_AXIS, "size of the window")
    stride: PerAxis = attribute(PER_AXIS, "step of the window on the output", 1)
    padding: Padding = attribute(MARGINS, "positions cut off the output", 0)
    output_padding: PerAxis = attribute(COUNT_PER_AXIS, "positions added at the end of the output", 0)
    dilation: PerAxis = attribute(PER_AXIS, "distance between neighbouring taps", 1)
    groups: Number = attribute(SIZE, "independent parts of channels and filters", 1)
    bias: bool = attribute(FLAG, "whether a value is added to each filter's output", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 5, 7), filters=4, kernel=4, stride=2, padding=1),
        example((4, 6, 3), filters=6, kernel=[3, 5], stride=[2, 3], padding=[[1, 0], 2], groups=2, bias=False),
        example((6, 4), filters=3, kernel=3, stride=2, dilation=2, padding=1, output_padding=1),
        example((2, 3, 4, 2), filters=4, kernel=[2, 1, 3], stride=[2, 3, 4]),
    )

    def output(self, x: Tensor) -> Tensor:
        axes = require_spatial(x, "conv_transpose")
        require_groups(self.groups, x.channels, self.filters)
        extents, strides, pads = self._extents(axes), per_axis(self.stride, axes, "stride"), self._margins(axes)
        extra = per_axis(self.output_padding, axes, "output_padding")
        dilations = per_axis(self.dilation, axes, "dilation")
        size = []
        for n, e, s, (before, after), more, d in zip(x.size, extents, strides, pads, extra, dilations, strict=True):
            if fails(more < s) and fails(more < d):
                raise ShapeError(
                    f"output_padding={more} must be smaller than the stride {s} or the dilation {d}", "output_padding"
                )
            whole = (n - 1) * s + e + more
            if fails(whole - before - after >= 1):
                raise ShapeError(f"padding cuts off {before + after} of an output of {whole}", "padding")
            size.append(whole - before - after)
        return Tensor(self.filters, tuple(size), x.regions)

    def _extents(self, axes: int) -> tuple[Number, ...]:
        return effective(per_axis(self.kernel, axes, "kernel"), per_axis(self.dilation, axes, "dilation"))

    def _margins(self, axes: int) -> tuple[tuple[Number, Number], ...]:
        return margins(self.padding, axes, "padding")

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        kernel = per_axis(self.kernel, require_spatial(x, "conv_transpose"), "kernel")
        weight = Weight("kernel", (x.channels, exact_div(self.filters, self.groups), *kernel), WEIGHT)
        return (weight, Weight("bias", (self.filters,), BIAS)) if self.bias else (weight,)

    def work(self, output: Tensor, x: Tensor) -> Work:
        kernel = self.weights(x)[0]
        # Every weight is used once at every input position.
        return Work(mac=prod(kernel.shape) * x.positions, add=output.elements if self.bias else 0)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> Window:
        # A window over the input with stride - 1 zeros between its positions, stepping by one.
        axes = len(x.size)
        extents = self._extents(axes)
        before = tuple(e - 1 - cut for e, (cut, _) in zip(extents, self._margins(axes), strict=True))
        dilations = per_axis(self.dilation, axes, "dilation")
        return Window(extents, (1,) * axes, before, dilations, per_axis(self.stride, axes, "stride"))
