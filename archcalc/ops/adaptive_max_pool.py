"""Adaptive max pooling: max pooling whose output size is given."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import PER_AXIS, attribute
from archcalc.graph.op import INDEX, ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Window, Work, example
from archcalc.ops.bins import bin_window, binned, taps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class AdaptiveMaxPool:
    """Adaptive max pooling: bin i of m takes the largest value from floor(i*n/m) up to ceil((i+1)*n/m).

    Shapes: [C, *size] -> [C, *given size].
    Convention: taps - 1 comparisons a bin. Bins overlap where m does not divide n, and every tap counts:
    n + m - gcd(n, m) along an axis. The window stated for the receptive field is the largest bin.
    Source: PyTorch's AdaptiveMaxPool, whose bins these are; one level of the spatial pyramid pooling of
    He et al., ECCV 2014, section 2.2.

    >>> from archcalc.graph.tensor import Tensor
    >>> AdaptiveMaxPool(size=6).output(Tensor(256, (13, 10)))
    Tensor(channels=256, size=(6, 6), regions=1)
    """

    size: PerAxis = attribute(PER_AXIS, "size of the output")

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 12, 9), size=[4, 3]),
        example((2, 13, 7), size=[6, 7]),
        example((2, 5, 3, 8), size=[2, 5, 3]),
        example((4, 7), size=1),
    )

    def output(self, x: Tensor) -> Tensor:
        return binned(x, "adaptive_max_pool", self.size)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(compare=taps(output, x) - output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Where in the input each output came from.
        return (*SAVES_INPUT, Saved(INDEX, output.elements))

    def window(self, output: Tensor, x: Tensor) -> Window:
        return bin_window(output, x)
