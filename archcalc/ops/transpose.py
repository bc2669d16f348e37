"""Transpose: the axes in another order."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import AXES, attribute
from archcalc.graph.op import (
    ALL,
    EACH,
    NO_WORK,
    ONE_INPUT,
    SAVES_NOTHING,
    STORED,
    Saved,
    ShapeError,
    Weight,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import Axes


@dataclass(frozen=True)
class Transpose:
    """Transpose: the axes in another order; without one, the channels and the positions of [C, N] change places.

    Shapes: [C, N] -> [N, C]; or axis k of the output is axis order[k] of the input, axis 0 being the channels.
    Convention: the result is stored as a copy; nothing is computed.
    The receptive field: an axis of positions becomes the channels, so that an output position holds what was at all
    of them, and is said to see all positions. That is exact for [C, N]; where other axes stay, or only positions
    change places, it is a bound that is never too small.
    Source: NumPy's transpose; in a network: Tolstikhin et al., MLP-Mixer, NeurIPS 2021, section 2.

    >>> Transpose().output(Tensor(768, (196,)))
    Tensor(channels=196, size=(768,), regions=1)
    """

    order: Axes | None = attribute(AXES, "the axes of the input in their new order; [1, 0] if not given", None)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 7)),
        example((5, 4, 7), order=[2, 0, 1]),
        example((3, 4, 6), order=[0, 2, 1]),
        example((2, 3), order=[0, 1]),
    )

    def _order(self) -> Axes:
        return (1, 0) if self.order is None else tuple(self.order)

    def output(self, x: Tensor) -> Tensor:
        order, axes = self._order(), len(x.shape)
        if sorted(order) != list(range(axes)):
            if self.order is None:
                raise ShapeError(
                    f"transpose needs 1 spatial axis, the input {x} has {len(x.size)}",
                    hint="give it the order of all axes, 0 being the channels" if x.size else None,
                )
            numbers = ", ".join(str(axis) for axis in range(axes))
            raise ShapeError(f"order must hold each of the axes {numbers} of the input {x} once", "order")
        shape = tuple(x.shape[axis] for axis in order)
        return Tensor(shape[0], shape[1:], x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH if self._order() == tuple(range(len(x.shape))) else ALL
