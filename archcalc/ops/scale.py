"""Scaling by a trained or constant factor."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import FLAG, REAL, attribute
from archcalc.graph.op import (
    BIAS,
    EACH,
    FACTOR,
    ONE_INPUT,
    SAVES_INPUT,
    SAVES_NOTHING,
    STORED,
    Saved,
    ShapeError,
    Weight,
    Work,
    example,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Scale:
    """Scaling: every channel is multiplied by a trained value, or everything by one trained or constant value.

    Shapes: [C, *size] -> [C, *size]. Trainable: gain [C], or [1] if shared; bias of the same shape; nothing if
    a constant `factor` is given.
    Convention: one multiplication a value, and one addition for the bias. The gain counts as params, but not as
    weights: scaling is no layer of its own in depth and neurons.
    Source: LayerScale: Touvron et al., ICCV 2021, section 2; a shared gain: SkipInit, De and Smith, NeurIPS 2020;
    a constant factor: Szegedy et al., Inception-v4, AAAI 2017, section 3.3.

    >>> from archcalc.graph.tensor import Tensor
    >>> Scale().weights(Tensor(384, (14, 14)))[0].elements, Scale(factor=0.17).weights(Tensor(384, (14, 14)))
    (384, ())
    """

    shared: bool = attribute(FLAG, "whether one value is trained for all channels", False)
    bias: bool = attribute(FLAG, "whether a trained value is added, too", False)
    factor: Number | None = attribute(REAL, "a constant in place of trained values", None)

    arity = ONE_INPUT
    storage = STORED
    examples = (
        example((5, 4, 7)),
        example((3, 6), bias=True),
        example((4, 2, 3), shared=True, bias=True),
        example((9,), factor=0.17),
    )

    def output(self, x: Tensor) -> Tensor:
        if self.factor is not None and (self.shared or self.bias):
            raise ShapeError("a constant factor leaves nothing to train: shared and bias do not go with it", "factor")
        return x

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        if self.factor is not None:
            return ()
        shape = (1 if self.shared else x.channels,)
        gain = Weight("gain", shape, FACTOR)
        return (gain, Weight("bias", shape, BIAS)) if self.bias else (gain,)

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mul=output.elements, add=output.elements if self.bias else 0)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT if self.factor is None else SAVES_NOTHING

    def window(self, output: Tensor, x: Tensor) -> str:
        return EACH
