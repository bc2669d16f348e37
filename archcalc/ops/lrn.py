"""Local response normalisation across channels."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import REAL, SIZE, attribute
from archcalc.graph.op import EACH, ONE_INPUT, SAVES_INPUT, STORED, VALUES, Saved, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class LocalResponseNorm:
    """Local response normalisation: x / (k + alpha * sum of squares over `size` channels) ** beta.

    Shapes: [C, *size] -> [C, *size]; nothing is trained.
    Convention: for each value one square, size - 1 additions, the product with alpha, the addition of k,
    one power and one division; channels beyond the first and last count as zeros.
    Source: Krizhevsky et al. 2012, section 3.3 (the defaults are its constants).

    >>> from archcalc.graph.tensor import Tensor
    >>> LocalResponseNorm().work(Tensor(96, (1, 1)), Tensor(96, (1, 1)))
    Work(mac=0, add=480, mul=192, div=96, compare=0, exp=96)
    """

    size: Number = attribute(SIZE, "channels that are looked at", 5)
    alpha: Number = attribute(REAL, "weight of the squares", 1e-4)
    beta: Number = attribute(REAL, "exponent", 0.75)
    k: Number = attribute(REAL, "constant added to the squares", 2)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((7, 4, 3)), example((4, 5), size=3))

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        n = output.elements
        return Work(mul=2 * n, add=n * self.size, exp=n, div=n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # The squares with zeros around them, whose mean is taken; the base of the power; the divisor.
        squares = (x.channels + self.size - 1) * x.positions
        return (*SAVES_INPUT, Saved(VALUES, squares + 2 * x.elements))

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
