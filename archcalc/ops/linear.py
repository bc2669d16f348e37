"""Fully connected layer."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, SIZE, attribute
from archcalc.graph.op import ALL, BIAS, EACH, ONE_INPUT, SAVES_INPUT, STORED, WEIGHT, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Linear:
    """Fully connected layer: every unit weighs all channels.

    Shapes: [C] -> [units]; [C, *size] -> [units, *size], the same weights at every position, as for a
    sequence. It does not flatten: put `flatten` before it to connect every pixel.
    Convention: one multiply-accumulate a weight and position; the bias is one addition an output.
    Source: Rosenblatt's perceptron; "FC" in the papers.

    >>> Linear(units=10).work(Tensor(10), Tensor(84))
    Work(mac=840, add=10, mul=0, div=0, compare=0, exp=0)
    """

    units: Number = attribute(SIZE, "number of outputs (neurons)")
    bias: bool = attribute(FLAG, "whether a value is added to each output", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((7,), units=5),
        example((7, 3), units=4, bias=False),
        example((3, 4, 5), units=2),
    )

    def output(self, x: Tensor) -> Tensor:
        return Tensor(self.units, x.size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        weight = Weight("kernel", (self.units, x.channels), WEIGHT)
        return (weight, Weight("bias", (self.units,), BIAS)) if self.bias else (weight,)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mac=output.elements * x.channels, add=output.elements if self.bias else 0)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH if x.size else ALL
