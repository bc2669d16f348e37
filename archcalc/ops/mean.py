"""Mean over some of the spatial axes."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import AXES, FLAG, attribute
from archcalc.graph.op import ALL, ONE_INPUT, SAVES_NOTHING, STORED, Saved, ShapeError, Weight, Window, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import Axes


@dataclass(frozen=True)
class Mean:
    """Mean over some of the spatial axes, channel by channel; the others stay.

    Shapes: [C, *size] -> [C, *the sizes of the other axes]; with `keep`, an axis that is averaged stays, with size
    1. Axes are counted as in the shape: 0 holds the channels, 1 is the first spatial axis.
    Convention: one addition for each value but the first of every mean, and one division a mean.
    The receptive field: with `keep` exact, a window as long as the axis. Without it, axes are gone that the input
    of the network still has, and each output is said to see all positions: exact if all axes are averaged, else a
    bound that is never too small.
    Source: NumPy's mean; over frequency or time in networks for sound.

    >>> Mean(axes=(1,)).output(Tensor(512, (4, 100)))
    Tensor(channels=512, size=(100,), regions=1)
    """

    axes: Axes = attribute(AXES, "spatial axes to average, from 1")
    keep: bool = attribute(FLAG, "whether averaged axes stay, with size 1", False)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 4, 7), axes=[1]),
        example((3, 4, 6), axes=2, keep=True),
        example((2, 5, 3, 4), axes=[3, 1]),
        example((2, 5), axes=1),
    )

    def output(self, x: Tensor) -> Tensor:
        spatial = range(1, len(x.shape))
        for axis in self.axes:
            if axis not in spatial:
                known = f"its spatial axes are {', '.join(map(str, spatial))}" if x.size else "it has no spatial axis"
                what = "axis 0 holds the channels" if axis < 1 else f"the input {x} has no axis {axis}"
                raise ShapeError(f"{what}; {known}", "axes")
        if len(set(self.axes)) < len(self.axes):
            raise ShapeError("an axis can be averaged only once", "axes")
        kept = tuple(
            1 if axis in self.axes else n for axis, n in enumerate(x.shape) if axis not in self.axes or self.keep
        )
        return Tensor(kept[0], kept[1:], x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(add=x.elements - output.elements, div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window | str:
        if not self.keep:
            return ALL
        ones = (1,) * len(x.size)
        size = tuple(n if axis in self.axes else 1 for axis, n in enumerate(x.size, 1))
        return Window(size, ones, (0,) * len(ones), ones, ones)
