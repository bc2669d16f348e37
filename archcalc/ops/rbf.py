"""Radial basis functions: squared distances to centres."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, SIZE, attribute
from archcalc.graph.op import ALL, BUFFER, EACH, ONE_INPUT, STORED, VALUES, WEIGHT, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Rbf:
    """Radial basis functions: every unit gives the squared distance of the channels to a centre of its own.

    Shapes: [C] -> [units]; [C, *size] -> [units, *size], the same centres at every position.
    Convention: for each unit C subtractions (additions), C multiplications and C - 1 additions: no
    multiply-accumulates, as nothing is weighed. Centres that are not trained are a buffer.
    Source: LeCun et al., Proc. IEEE 1998, section II.B, equation 7: there each centre is the bitmap of a digit.

    >>> Rbf(units=10, trained=False).weights(Tensor(84))[0].elements
    840
    >>> Rbf(units=10).work(Tensor(10), Tensor(84))
    Work(mac=0, add=1670, mul=840, div=0, compare=0, exp=0)
    """

    units: Number = attribute(SIZE, "number of outputs, and of centres")
    trained: bool = attribute(FLAG, "whether the centres are trained, not chosen by hand", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((7,), units=5), example((6, 3), units=4, trained=False), example((1, 2, 3), units=2))

    def output(self, x: Tensor) -> Tensor:
        return Tensor(self.units, x.size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return (Weight("centres", (self.units, x.channels), WEIGHT if self.trained else BUFFER),)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mul=output.elements * x.channels, add=output.elements * (2 * x.channels - 1))

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # The differences, one for each unit and channel, that are squared.
        return (Saved(VALUES, output.elements * x.channels),)

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH if x.size else ALL
