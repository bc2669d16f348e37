"""Flatten: all positions of all channels become one vector."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import FLAT, NO_WORK, ONE_INPUT, SAVES_NOTHING, VIEW, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Flatten:
    """Flatten: all positions of all channels become one vector. A view: nothing moves, nothing is computed.

    Shapes: [C, *size] -> [C * product of size].

    >>> Flatten().output(Tensor(512, (7, 7))).channels
    25088
    """

    arity = ONE_INPUT
    storage = VIEW
    examples = (example((5, 4, 7)), example((9,)))

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.elements, (), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return FLAT
