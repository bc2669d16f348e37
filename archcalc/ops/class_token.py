"""Class token: a trained position before those of the input."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import SIZE, attribute
from archcalc.graph.op import (
    NO_WORK,
    ONE_INPUT,
    SAVES_NOTHING,
    STORED,
    TOKEN,
    Saved,
    ShapeError,
    Weight,
    Window,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class ClassToken:
    """Class token: trained positions, one or more, are put before those of the input.

    Shapes: [C, N] -> [C, N + tokens]. Trainable: token [C, tokens].
    Convention: the longer tensor is stored as a copy; nothing is computed. A token itself sees nothing of the
    input, just as the positions that padding adds.
    Source: Dosovitskiy et al., ICLR 2021, equation 1; several: DeiT's distillation token, register tokens.

    >>> ClassToken().output(Tensor(768, (196,)))
    Tensor(channels=768, size=(197,), regions=1)
    """

    tokens: Number = attribute(SIZE, "number of positions that are put before", 1)

    arity = ONE_INPUT
    storage = STORED
    examples = (example((5, 7)), example((3, 4), tokens=2))

    def output(self, x: Tensor) -> Tensor:
        axes = len(x.size)
        if axes - 1:
            raise ShapeError(
                f"class_token needs 1 spatial axis, the input {x} has {axes}",
                hint=f"reshape: [{x.channels}, {x.positions}] before it makes a sequence of the positions",
            )
        return Tensor(x.channels, (self.tokens + x.size[0],), x.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return (Weight("token", (x.channels, self.tokens), TOKEN),)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> Window:
        return Window((1,), (1,), (self.tokens,), (1,), (1,))
