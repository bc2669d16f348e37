"""The shape of what flows between layers."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc import algebra
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number

MAX_AXES = 8


@dataclass(frozen=True, slots=True)
class Tensor:
    """Channels and spatial sizes of one example (batch is separate), channels first.

    `regions` is how many of it one image has (1 but behind a region op). Each size is any kind of
    number that `archcalc.algebra` knows; arrays are guarded against wrapping on the way in.

    >>> Tensor(64, (112, 112)).elements
    802816
    """

    channels: Number
    size: tuple[Number, ...] = ()
    regions: Number = 1

    def __post_init__(self) -> None:
        if type(self.channels) is not int:
            object.__setattr__(self, "channels", algebra.dimension(self.channels))
        for value in self.size:
            if type(value) is not int:
                object.__setattr__(self, "size", tuple(algebra.dimension(value) for value in self.size))
                break

    @property
    def shape(self) -> tuple[Number, ...]:
        """All dimensions, channels first."""
        return (self.channels, *self.size)

    @property
    def elements(self) -> Number:
        """How many values it holds, per example and region."""
        return algebra.prod(self.shape)

    @property
    def positions(self) -> Number:
        """How many spatial positions it has; 1 for a vector."""
        return algebra.prod(self.size)

    def __str__(self) -> str:
        return "[" + ", ".join(str(value) for value in self.shape) + "]"


def checked(tensor: Tensor) -> Tensor:
    """The tensor itself, if every dimension is at least 1, sanely large, and there are few enough axes."""
    for value in tensor.shape:
        if type(value) is int:
            if value < 1:
                raise ArchcalcError(f"the output {tensor} has a dimension of {value}, expected at least 1")
            if value.bit_length() > algebra.plain.MAX_BITS:
                raise ArchcalcError("a dimension of the output is larger than any network needs (over 2**1024)")
        elif algebra.fails(value >= 1):
            raise ArchcalcError(f"the output {tensor} has a dimension below 1")
    if sum(value.bit_length() for value in tensor.shape if type(value) is int) > 4 * algebra.plain.MAX_BITS:
        raise ArchcalcError("the output holds more values than any network needs (over 2**4096)")
    if type(tensor.regions) is int and tensor.regions.bit_length() > algebra.plain.MAX_BITS:
        raise ArchcalcError("there are more regions than any network needs (over 2**1024)")
    if len(tensor.shape) > MAX_AXES:
        raise ArchcalcError(f"the output {tensor} has {len(tensor.shape)} axes, expected at most {MAX_AXES}")
    return tensor
