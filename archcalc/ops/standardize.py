"""Standardisation of the input by statistics of the data."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.op import BUFFER, EACH, ONE_INPUT, STORED, VALUES, Saved, Weight, Work, example

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Standardize:
    """Standardisation: every channel less its mean, divided by its deviation, both those of the training data.

    Shapes: [C, *size] -> [C, *size]. Buffers: mean [C], variance [C], and count [1], the number of values seen
    so far, which only goes on with them; nothing is trained.
    Convention: one addition and one division for each value (deviations are taken before the network runs).
    Source: Keras' Normalization layer, with which its EfficientNets begin.

    >>> from archcalc.graph.tensor import Tensor
    >>> sum(weight.elements for weight in Standardize().weights(Tensor(3, (224, 224))))
    7
    """

    arity = ONE_INPUT
    storage = STORED
    examples = (example((3, 4, 7)), example((5,)))

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        channels = (x.channels,)
        return (Weight("mean", channels, BUFFER), Weight("variance", channels, BUFFER), Weight("count", (1,), BUFFER))

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(add=output.elements, div=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (Saved(VALUES, x.channels, is_per_batch=True),)  # the deviations

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
