"""Dropout."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import RATE, attribute
from archcalc.graph.op import MASK, NO_WORK, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Dropout(Elementwise):
    """Dropout: sets values to zero at random while training; at inference it does nothing.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: counted as at inference: nothing is computed.
    Source: Srivastava et al., JMLR 2014.

    >>> Dropout(rate=0.5).rate
    0.5
    """

    rate: Number = attribute(RATE, "share of values that are dropped", 0.5)

    examples = (example((5, 4, 7)), example((9,), rate=0.2))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (Saved(MASK, output.elements),)
