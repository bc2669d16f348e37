"""What every op that maps each value to one value, in place, has in common. Work is not among it."""

from __future__ import annotations

from archcalc.graph.op import EACH, IN_PLACE, ONE_INPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.op import Weight
    from archcalc.graph.tensor import Tensor


class Elementwise:
    """Same shape, no weights, own position only, stored over its input. What it costs each op says itself."""

    arity = ONE_INPUT
    storage = IN_PLACE

    def output(self, x: Tensor) -> Tensor:
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
