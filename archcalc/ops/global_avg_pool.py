"""Global average pooling."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import ALL, ONE_INPUT, SAVES_NOTHING, STORED, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class GlobalAvgPool:
    """Global average pooling: the mean of every channel over all positions.

    Shapes: [C, *size] -> [C].
    Convention: positions - 1 additions and one division a channel.
    Source: Lin et al., Network in Network, 2014, section 3.2.

    >>> GlobalAvgPool().output(Tensor(2048, (7, 7)))
    Tensor(channels=2048, size=(), regions=1)
    """

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3, 6)), example((2, 3, 4, 5)))

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, (), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(add=x.channels * (x.positions - 1), div=x.channels)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
