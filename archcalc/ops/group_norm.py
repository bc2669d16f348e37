"""Group normalisation."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails
from archcalc.graph.kinds import FLAG, SIZE, attribute
from archcalc.graph.op import ALL, ONE_INPUT, SAVES_INPUT, STATISTICS, STORED, Saved, ShapeError, Weight, Work, example
from archcalc.ops.moments import affine, normalisation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class GroupNorm:
    """Group normalisation: over all positions of a group of channels, group by group.

    Shapes: [C, *size] -> [C, *size]. Trainable: gamma [C], beta [C].
    Convention: mean and variance are computed at run time. A set of m values (a group) takes m multiplications,
    3m - 1 additions, m + 2 divisions and 1 square root; gamma and beta one multiplication and one addition a
    value. Every output sees all positions.
    Source: Wu and He, ECCV 2018, section 3.

    >>> from archcalc.graph.tensor import Tensor
    >>> GroupNorm(groups=2).work(Tensor(4, (5,)), Tensor(4, (5,)))
    Work(mac=0, add=78, mul=40, div=24, compare=0, exp=2)
    """

    groups: Number = attribute(SIZE, "number of groups that the channels are cut into")
    scale: bool = attribute(FLAG, "whether gamma is trained", True)
    center: bool = attribute(FLAG, "whether beta is trained", True)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((6, 4, 7), groups=2),
        example((8, 5), groups=8, scale=False),
        example((9,), groups=3, center=False),
    )

    def output(self, x: Tensor) -> Tensor:
        if fails(equal(x.channels % self.groups, 0)):
            raise ShapeError(f"groups={self.groups} does not divide the {x.channels} input channels", "groups")
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return affine((x.channels,), self.scale, self.center)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return normalisation(x.elements, self.groups, self.scale, self.center)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return (*SAVES_INPUT, Saved(STATISTICS, 2 * self.groups))

    def window(self, output: Tensor, x: Tensor) -> str:
        return ALL
