"""Statistics pooling: mean and standard deviation over the positions."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import ALL, ONE_INPUT, SAVES_INPUT, STORED, VALUES, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import require_spatial


@dataclass(frozen=True)
class StdPool:
    """Statistics pooling: the mean and the standard deviation of every channel over all positions.

    Shapes: [C, *size] -> [2C], the means first.
    Convention: a channel of n positions takes n - 1 additions and 1 division for the mean, n subtractions
    (additions), n multiplications, n - 1 additions and 1 division for the variance, and 1 square root
    (a transcendental).
    Source: Snyder et al., X-vectors, ICASSP 2018, section 2.1.

    >>> StdPool().output(Tensor(1500, (300,)))
    Tensor(channels=3000, size=(), regions=1)
    """

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3, 6)), example((2, 3, 4, 5)))

    def output(self, x: Tensor) -> Tensor:
        require_spatial(x, "std_pool")
        return Tensor(2 * x.channels, (), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = x.elements
        return Work(add=3 * n - 2 * x.channels, mul=n, div=2 * x.channels, exp=x.channels)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (*SAVES_INPUT, Saved(VALUES, x.channels))  # and the deviations

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
