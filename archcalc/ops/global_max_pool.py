"""Global max pooling."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import ALL, INDEX, ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class GlobalMaxPool:
    """Global max pooling: the largest value of every channel over all positions.

    Shapes: [C, *size] -> [C].
    Convention: positions - 1 comparisons a channel.
    Source: "max-over-time pooling", Collobert et al. 2011; Kim 2014, section 2.

    >>> GlobalMaxPool().output(Tensor(100, (53,)))
    Tensor(channels=100, size=(), regions=1)
    """

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 4, 7)), example((3, 6)))

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, (), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(compare=x.channels * (x.positions - 1))

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Where in the input each output came from, as adaptive max pooling to one bin keeps it.
        return (*SAVES_INPUT, Saved(INDEX, output.elements))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
