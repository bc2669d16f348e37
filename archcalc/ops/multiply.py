"""Elementwise product of branches, with broadcasting: gates and channel attention."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails, maximum
from archcalc.graph.op import EACH, INPUT, STORED, TWO_OR_MORE, VALUES, Saved, ShapeError, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Multiply:
    """Elementwise product of two or more tensors; a vector of channels scales whole channels.

    Shapes: every dimension is equal or 1; a vector [C] stands for [C, 1, ..., 1].
    Convention: one multiplication for each output value and each tensor after the first.
    Source: Hu et al., Squeeze-and-Excitation Networks, CVPR 2018, equation 4.

    >>> Multiply().output(Tensor(64, (56, 48)), Tensor(64))
    Tensor(channels=64, size=(56, 48), regions=1)
    """

    arity = TWO_OR_MORE
    storage = STORED
    examples = (
        example((5, 4, 7), (5, 4, 7)),
        example((5, 4, 7), (5,)),
        example((5, 1, 1), (5, 4, 7), (1, 4, 7)),
    )

    def output(self, *branches: Tensor) -> Tensor:
        rank = max(len(branch.size) for branch in branches)
        result = _widened(branches[0], rank)
        for other in branches[1:]:
            size = _widened(other, rank)
            if len(result) != len(size):
                raise _mismatch(branches)
            result = tuple(_broadcast(a, b, branches) for a, b in zip(result, size, strict=True))
        return Tensor(result[0], result[1:], branches[0].regions)

    def weights(self, *branches: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, *branches: Tensor) -> Work:
        return Work(mul=output.elements * (len(branches) - 1))

    def saves(self, output: Tensor, *branches: Tensor) -> tuple[Saved, ...]:
        # Tensors are multiplied one after another: each product but the last is a factor of the next. A factor is kept
        # for the gradient of what it is multiplied with.
        count = len(branches)
        factors = [Saved(INPUT, source=n, serves=tuple(range(n)) if n else (1,)) for n in range(count)]
        products = [Saved(VALUES, self.output(*branches[:n]).elements, serves=(n,)) for n in range(2, count)]
        return (*factors, *products)

    def window(self, output: Tensor, *branches: Tensor) -> str:
        return EACH


def _widened(tensor: Tensor, rank: int) -> tuple[Number, ...]:
    return tensor.shape if tensor.size else (tensor.channels, *(1,) * rank)


def _broadcast(a: Number, b: Number, branches: tuple[Tensor, ...]) -> Number:
    # Equal, or one of them 1; as one equation, so that it may be another one in every variant.
    if fails(equal((a - b) * (a - 1) * (b - 1), 0)):
        raise _mismatch(branches)
    return maximum(a, b)


def _mismatch(branches: tuple[Tensor, ...]) -> ShapeError:
    return ShapeError(
        f"multiply needs equal dimensions, or 1 to broadcast, found {' and '.join(map(str, branches))}",
        hint="a vector of as many channels scales every channel",
    )
