"""The geometry that every op with a sliding window shares: padding, output size, window.

Conventions, per axis, with effective kernel e = dilation * (kernel - 1) + 1:

- an explicit padding is added before and after; `valid` is none, `half` is e // 2 on both sides;
- `same` makes the output ceil(input / stride), the odd pixel at the end (TensorFlow's rule);
- output = floor((input + padding - e) / stride) + 1; with `ceil_mode` the quotient is rounded up, and the
  last window dropped if it would start behind the last input position (Caffe's and PyTorch's rule).

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 2.
"""

from __future__ import annotations

from archcalc.algebra import ceil_div, equal, fails, maximum, minimum, where
from archcalc.graph.kinds import HALF, SAME, VALID
from archcalc.graph.op import ShapeError, Window
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.graph.kinds import Padding, PerAxis
    from archcalc.graph.tensor import Tensor

MAX_SPATIAL_AXES = 3


class Sliding(Record):
    """Where a window goes: output size, and size, stride and beginning of the window, per axis."""

    size: tuple[Number, ...]
    window: Window


def per_axis(value: PerAxis, axes: int, attribute: str) -> tuple[Any, ...]:
    """An attribute as one value an axis.

    >>> per_axis(3, 2, "kernel"), per_axis((1, 7), 2, "kernel")
    ((3, 3), (1, 7))
    """
    if not isinstance(value, tuple):
        return (value,) * axes
    if len(value) != axes:
        values = "1 value" if len(value) == 1 else f"{len(value)} values"
        there = "1 spatial axis" if axes == 1 else f"{axes} spatial axes"
        raise ShapeError(f"{attribute} has {values}, but the input has {there}", attribute)
    return value


def require_spatial(x: Tensor, what: str) -> int:
    """The number of spatial axes, if a window can slide over them."""
    axes = len(x.size)
    if not 1 <= axes <= MAX_SPATIAL_AXES:
        hint = "a vector has no axis to slide along" if axes == 0 else None
        raise ShapeError(f"{what} needs 1 to {MAX_SPATIAL_AXES} spatial axes, the input {x} has {axes}", hint=hint)
    return axes


def require_groups(groups: Number, channels: Number, filters: Number) -> None:
    """Raise ShapeError unless the groups divide both the input channels and the filters."""
    for what, number in (("input channels", channels), ("filters", filters)):
        if fails(equal(number % groups, 0)):
            raise ShapeError(f"groups={groups} does not divide the {number} {what}", "groups")


def effective(kernels: tuple[Number, ...], dilations: tuple[Number, ...]) -> tuple[Number, ...]:
    """What kernels span once their taps are apart: dilation * (kernel - 1) + 1.

    >>> effective((3, 1), (4, 4))
    (9, 1)
    """
    return tuple(d * (k - 1) + 1 for k, d in zip(kernels, dilations, strict=True))


def margins(padding: Padding, axes: int, attribute: str) -> tuple[tuple[Number, Number], ...]:
    """Explicit margins as one (before, after) an axis."""
    return tuple(value if isinstance(value, tuple) else (value, value) for value in per_axis(padding, axes, attribute))


def slide(
    x: Tensor,
    what: str,
    kernel: PerAxis,
    stride: PerAxis | None,
    padding: Padding,
    dilation: PerAxis,
    ceil_mode: bool = False,
) -> Sliding:
    """Where a window goes over a tensor; raises ShapeError if it does not fit. Without a stride, windows just meet.

    >>> from archcalc.graph.tensor import Tensor
    >>> slide(Tensor(3, (224, 225)), "conv", 7, 2, 3, 1).size
    (112, 113)
    """
    axes = require_spatial(x, what)
    kernels = per_axis(kernel, axes, "kernel")
    strides = kernels if stride is None else per_axis(stride, axes, "stride")
    dilations = per_axis(dilation, axes, "dilation")
    extents = effective(kernels, dilations)
    if padding == VALID:
        pads = ((0, 0),) * axes
    elif padding == HALF:
        pads = tuple((extent // 2, extent // 2) for extent in extents)
    elif padding == SAME:
        pads = tuple(_same(n, e, s) for n, e, s in zip(x.size, extents, strides, strict=True))
    else:
        pads = margins(padding, axes, "padding")
    size = tuple(
        _output_size(n, e, s, pad, ceil_mode, x) for n, e, s, pad in zip(x.size, extents, strides, pads, strict=True)
    )
    spacing = tuple(minimum(d, extent) for d, extent in zip(dilations, extents, strict=True))
    return Sliding(size, Window(extents, strides, tuple(before for before, _ in pads), spacing, (1,) * axes))


def _same(n: Number, extent: Number, stride: Number) -> tuple[Number, Number]:
    total = maximum((ceil_div(n, stride) - 1) * stride + extent - n, 0)
    return total // 2, total - total // 2


def _output_size(
    n: Number, extent: Number, stride: Number, pad: tuple[Number, Number], ceil_mode: bool, x: Tensor
) -> Number:
    before, after = pad
    room = n + before + after - extent
    if fails(room >= 0):
        raise ShapeError(
            f"a kernel that spans {extent} does not fit the padded input: {n} + {before + after} of padding",
            "kernel",
            f"the input here is {x}: a smaller kernel or stride before it, or more padding, would fit",
        )
    if not ceil_mode:
        return room // stride + 1
    steps = ceil_div(room, stride)
    return where(steps * stride >= n + before, steps, steps + 1)
