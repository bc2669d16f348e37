"""Long short-term memory."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FEW, FLAG, SIZE, attribute
from archcalc.graph.op import ALL, ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Work, example
from archcalc.ops.recurrent import Cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Lstm:
    """Long short-term memory: three gates and a cell, run over the steps of a sequence.

    Shapes: [C, T] -> [units * directions, T]; with `last`, [units * directions]: the last output of each
    direction, which is that of step 0 for the one that runs backwards.
    Convention: at every step both matrix products, of all four gates; for each of their values one addition
    of the two products and one a bias. Then, for each unit: 3 sigmoids (exp, add, div) and 2 tanh (exp), and
    c = f*c + i*g, h = o*tanh(c), 3 mul and 1 add. `last` saves memory, not work. Two biases are counted as
    PyTorch and cuDNN keep them; Keras has `recurrent_bias: false`. For the receptive field every step sees
    all steps: without `bidirectional` only the last one really does, the others those before them.
    Source: Hochreiter and Schmidhuber 1997; with the forget gate of Gers et al. 2000, without peepholes.

    >>> from archcalc.graph.tensor import Tensor
    >>> Lstm(units=20, bidirectional=True).output(Tensor(10, (7,)))
    Tensor(channels=40, size=(7,), regions=1)
    """

    units: Number = attribute(SIZE, "values of state, and outputs, of a layer and direction")
    layers: int = attribute(FEW, "layers on top of each other", 1)
    bidirectional: bool = attribute(FLAG, "whether a second cell a layer runs backwards", False)
    bias: bool = attribute(FLAG, "whether the gates have biases", True)
    recurrent_bias: bool = attribute(FLAG, "whether the recurrent product has biases of its own, where there are", True)
    last: bool = attribute(FLAG, "whether only the last output is kept", False)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 9), units=4),
        example((3, 7), units=5, layers=3, bidirectional=True, recurrent_bias=False),
        example((6, 4), units=2, layers=2, bias=False, last=True),
        example((2, 1), units=3, bidirectional=True, last=True),
    )

    def _cells(self) -> Cells:
        biases = 1 + self.recurrent_bias if self.bias else 0
        return Cells("lstm", 4, self.units, self.layers, self.bidirectional, biases)

    def output(self, x: Tensor) -> Tensor:
        return self._cells().output(x, self.last)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return self._cells().weights(x)

    def work(self, output: Tensor, x: Tensor) -> Work:
        cells = self._cells()
        n = cells.states(x)
        return Work(mac=cells.macs(x), add=cells.sums(x) + 4 * n, mul=3 * n, div=3 * n, exp=5 * n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Gates, cell and output of every step; the outputs of the top layer are the op's own, if all are kept.
        return (*SAVES_INPUT, *self._cells().saves(output, x, self.last, each=5))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
