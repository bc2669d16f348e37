"""Embedding: a trained vector for every index."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails
from archcalc.graph.kinds import SIZE, attribute
from archcalc.graph.op import EACH, INDEX, NO_WORK, ONE_INPUT, STORED, WEIGHT, Saved, ShapeError, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Embedding:
    """Embedding: every index (a word, a token) is replaced by its row of a trained table.

    Shapes: [1, *size] of indices -> [width, *size].
    Convention: a row is looked up, nothing is computed: 0 multiply-accumulates. The table is a linear layer's
    matrix, without bias, for a one-hot input; so it counts among the weights, and the layer in the depth.
    Source: Bengio et al., JMLR 2003, section 2 (the matrix C).

    >>> Embedding(vocabulary=20000, width=300).output(Tensor(1, (53,)))
    Tensor(channels=300, size=(53,), regions=1)
    """

    vocabulary: Number = attribute(SIZE, "how many different indices there are")
    width: Number = attribute(SIZE, "length of the vector of an index")

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((1, 9), vocabulary=50, width=6),
        example((1,), vocabulary=7, width=3),
        example((1, 4, 7), vocabulary=3, width=5),
    )

    def output(self, x: Tensor) -> Tensor:
        if fails(equal(x.channels, 1)):
            raise ShapeError(
                f"embedding needs one index a position, the input {x} has {x.channels} channels",
                hint="a sequence of T indices is an input of [1, T]",
            )
        return Tensor(self.width, x.size, x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return (Weight("table", (self.vocabulary, self.width), WEIGHT),)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (Saved(INDEX, x.elements),)

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
