"""Layer normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import ALL, EACH, ONE_INPUT, SAVES_INPUT, STATISTICS, STORED, Saved, Weight, Work, example
from archcalc.ops.moments import affine, normalisation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class LayerNorm:
    """Layer normalisation: over the channels at each position, or with `positions` over all values at once.

    Shapes: [C, *size] -> [C, *size]. Trainable: gamma and beta, [C] each; with `positions` [C, *size] each.
    Convention: mean and variance are computed at run time. A set of m values takes m multiplications, 3m - 1
    additions, m + 2 divisions and 1 square root; gamma and beta one multiplication and one addition a value.
    A set is what is at one position (C values), or everything. A vector and `positions` see all positions.
    Source: Ba, Kiros and Hinton, arXiv:1607.06450, section 3; at each position: Vaswani et al. 2017.

    >>> from archcalc.graph.tensor import Tensor
    >>> LayerNorm().work(Tensor(10, (2,)), Tensor(10, (2,)))
    Work(mac=0, add=78, mul=40, div=24, compare=0, exp=2)
    """

    positions: bool = attribute(FLAG, "whether one mean and variance are those of all positions", False)
    scale: bool = attribute(FLAG, "whether gamma is trained", True)
    center: bool = attribute(FLAG, "whether beta is trained", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 4, 7)),
        example((3, 6), scale=False),
        example((2, 4, 3), positions=True, center=False),
        example((9,)),
    )

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return affine(x.shape if self.positions else (x.channels,), self.scale, self.center)

    def _sets(self, x: Tensor) -> Number:
        return 1 if self.positions else x.positions

    def work(self, output: Tensor, x: Tensor) -> Work:
        return normalisation(x.elements, self._sets(x), self.scale, self.center)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (*SAVES_INPUT, Saved(STATISTICS, 2 * self._sets(x)))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL if self.positions or not x.size else EACH
