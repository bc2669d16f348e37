"""What the recurrent ops share: the steps that they run over, and the cells of every layer and direction.

A cell has `gates` gates of `units` values. At every step each gate adds up the product of a matrix with the cell's
input, the product of another with its own last output, and none, one or two biases. A layer's input are the outputs
of the layer below, those of both directions together.
"""

from __future__ import annotations

from archcalc.graph.op import BIAS, SAVES_OUTPUT, VALUES, WEIGHT, Saved, ShapeError, Weight
from archcalc.graph.tensor import Tensor
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


class Cells(Record):
    """All cells of a recurrent op: one for each layer and direction.

    >>> cells = Cells("lstm", gates=4, units=20, layers=2, bidirectional=False, biases=2)
    >>> sum(weight.elements for weight in cells.weights(Tensor(10, (7,))))
    5920
    """

    op: str
    gates: int
    units: Number
    layers: int
    bidirectional: bool
    biases: int  # vectors a cell: 0, 1 or 2

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def output(self, x: Tensor, last: bool) -> Tensor:
        """The outputs of the top layer, at every step or at the last one of each direction; raises ShapeError."""
        if not x.size or len(x.size) > 1:
            raise ShapeError(
                f"{self.op} needs one axis of steps, the input {x} has {len(x.size)} spatial axes",
                hint="a sequence of T steps with C features each is an input of [C, T]",
            )
        return Tensor(self.units * len(self._directions), () if last else x.size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        """Kernel, recurrent kernel and biases of every cell; names end as PyTorch's do."""
        weights: list[Weight] = []
        rows = self.gates * self.units
        for layer in range(self.layers):
            inputs = self.units * len(self._directions) if layer else x.channels
            for direction in self._directions:
                cell = f"l{layer}{direction}"
                weights.append(Weight(f"kernel_{cell}", (rows, inputs), WEIGHT))
                weights.append(Weight(f"recurrent_kernel_{cell}", (rows, self.units), WEIGHT))
                for name in ("bias", "recurrent_bias")[: self.biases]:
                    weights.append(Weight(f"{name}_{cell}", (rows,), BIAS))
        return tuple(weights)

    def macs(self, x: Tensor) -> Number:
        """Multiply-accumulates of all steps: every weight of the kernels is used once a step."""
        return x.positions * sum(weight.elements for weight in self.weights(x) if weight.role == WEIGHT)

    def states(self, x: Tensor) -> Number:
        """How many values of state are computed: one a unit, step, layer and direction."""
        return x.positions * self.units * len(self._directions) * self.layers

    def saves(self, output: Tensor, x: Tensor, last: bool, each: int) -> tuple[Saved, ...]:
        """What cells keep for the backward pass beside the input: so many values a state, and the output of each.

        The outputs of the top layer are the op's own, but where only the last one is given.
        """
        inner = self.states(x) if last else self.states(x) - output.elements
        return (Saved(VALUES, each * self.states(x) + inner), *(() if last else SAVES_OUTPUT))

    def sums(self, x: Tensor) -> Number:
        """Additions before the gates' nonlinearities: of the second product to the first, and of the biases."""
        return self.states(x) * self.gates * (1 + self.biases)
