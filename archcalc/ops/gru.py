"""Gated recurrent unit."""

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
class Gru:
    """Gated recurrent unit: a reset and an update gate, run over the steps of a sequence.

    Shapes: [C, T] -> [units * directions, T]; with `last`, [units * directions]: the last output of each
    direction, which is that of step 0 for the one that runs backwards.
    Convention: at every step both matrix products, of both gates and the candidate; for each of their values
    one addition of the two products and one a bias. Then, for each unit: 2 sigmoids (exp, add, div) and a
    tanh (exp), the product with the reset gate, and h = (1 - z)*n + z*h, 3 mul and 2 add in all. `last` saves
    memory, not work. Two biases are counted as PyTorch and cuDNN keep them, and Keras with its default
    `reset_after`; the paper has `recurrent_bias: false`. For the receptive field every step sees all steps:
    without `bidirectional` only the last one really does, the others those before them.
    Source: Cho et al., EMNLP 2014, section 2.3.

    >>> from archcalc.graph.tensor import Tensor
    >>> Gru(units=20, last=True).output(Tensor(10, (7,)))
    Tensor(channels=20, size=(), regions=1)
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
        return Cells("gru", 3, self.units, self.layers, self.bidirectional, biases)

    def output(self, x: Tensor) -> Tensor:
        return self._cells().output(x, self.last)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return self._cells().weights(x)

    def work(self, output: Tensor, x: Tensor) -> Work:
        cells = self._cells()
        n = cells.states(x)
        return Work(mac=cells.macs(x), add=cells.sums(x) + 4 * n, mul=3 * n, div=2 * n, exp=3 * n)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        # Gates, the recurrent part of one of them, and the state before; and the output of every step.
        return (*SAVES_INPUT, *self._cells().saves(output, x, self.last, each=5))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
