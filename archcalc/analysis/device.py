"""What a network runs on, as far as a bound of its time needs to know it."""

from __future__ import annotations

from archcalc.analysis.dtypes import bits_of
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    Rate = int | Fraction


class Device(Record):
    """A device: the most operations a second of each dtype, the bandwidth of its memory, the least cost of a layer.

    `peak` is in FLOP/s (1 MAC is 2 FLOP), `bandwidth` in B/s, `overhead` in seconds for each layer that does
    anything; None if nothing is known of it. All are exact.
    `source` says where they are from, `notes` what a reader has to know.

    >>> Device("a toy", "invented", {"float32": 2_000}, 100).rate("float32")
    2000
    """

    name: str
    source: str
    peak: dict[str, Rate]
    bandwidth: Rate
    overhead: Rate | None = None
    notes: tuple[str, ...] = ()

    def rate(self, dtype: str) -> Rate:
        """Operations a second of a dtype, in FLOP/s; raises ArchcalcError if the device has no rate for it.

        >>> Device("a toy", "invented", {"float32": 2_000}, 100).rate("int8")
        Traceback (most recent call last):
        archcalc.errors.ArchcalcError: the device 'a toy' gives no peak for int8; it has: float32 (--dtype)
        """
        bits_of(dtype)
        if dtype not in self.peak:
            known = ", ".join(self.peak)
            raise ArchcalcError(
                f"the device '{self.name}' gives no peak for {dtype}", hint=f"it has: {known} (--dtype)"
            )
        return self.peak[dtype]
