"""Drop path: stochastic depth."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import RATE, attribute
from archcalc.graph.op import NO_WORK, VALUES, Saved, Work, example
from archcalc.ops.elementwise import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class DropPath(Elementwise):
    """Drop path (stochastic depth): leaves a whole branch out at random while training; identity at inference.

    Shapes: [C, *size] -> [C, *size], in place.
    Convention: counted as at inference: nothing is computed.
    Source: Huang et al., Deep Networks with Stochastic Depth, ECCV 2016; the name: Larsson et al., ICLR 2017.

    >>> DropPath(rate=0.2).rate
    0.2
    """

    rate: Number = attribute(RATE, "share of examples for which the branch is dropped", 0.1)

    examples = (example((5, 4, 7)), example((9,), rate=0.2))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (Saved(VALUES, 1),)  # the factor of an example
