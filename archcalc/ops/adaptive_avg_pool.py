"""Adaptive average pooling: average pooling whose output size is given."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import Undecided, decide, equal
from archcalc.graph.kinds import PER_AXIS, attribute
from archcalc.graph.op import ONE_INPUT, SAVES_INPUT, SAVES_NOTHING, STORED, Saved, Weight, Window, Work, example
from archcalc.ops.bins import bin_window, binned, taps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.kinds import PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class AdaptiveAvgPool:
    """Adaptive average pooling: bin i of m averages input positions floor(i*n/m) up to ceil((i+1)*n/m).

    Shapes: [C, *size] -> [C, *given size].
    Convention: bins overlap where m does not divide n, and every tap counts: n + m - gcd(n, m) along an
    axis.
    Source: PyTorch's AdaptiveAvgPool, whose bins these are.

    >>> from archcalc.graph.tensor import Tensor
    >>> AdaptiveAvgPool(size=6).output(Tensor(256, (13, 13)))
    Tensor(channels=256, size=(6, 6), regions=1)
    """

    size: PerAxis = attribute(PER_AXIS, "size of the output")

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((3, 12, 9), size=[4, 3]),
        example((2, 13, 7), size=[6, 7]),
        example((2, 10, 3), size=[4, 5]),
        example((4, 7), size=1),
    )

    def output(self, x: Tensor) -> Tensor:
        return binned(x, "adaptive_avg_pool", self.size)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(add=taps(output, x) - output.elements, div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # PyTorch keeps the input, though its sizes would do; a single bin is a mean there, which keeps nothing.
        try:
            is_mean = decide(equal(output.positions, 1))
        except Undecided:
            is_mean = False
        return SAVES_NOTHING if is_mean else SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> Window:
        return bin_window(output, x)
