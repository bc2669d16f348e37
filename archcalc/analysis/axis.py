"""The receptive field along one axis: where the field of each output position begins and ends."""

from __future__ import annotations

from math import gcd, lcm
from operator import mul

from archcalc.algebra import equal, fails, is_unreadable, maximum, minimum
from archcalc.algebra.plain import MAX_BITS
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.algebra import Number

MAX_STEPS = 100_000


class Lost(ArchcalcError):
    """A receptive field that cannot be followed any further."""


class Axis(Record):
    """First and last input position of the fields of outputs 0 up to one period; then all move on by `shift`.

    A position without a field (a transposed convolution may leave some) has None for both. `positions` is how
    many outputs there are. Where the axis is not even, only the field of output 0 is known: branches of other jumps
    have been joined.

    >>> Axis(1, (-1, 0), (0, 1), 8).field(3)
    (1, 2)
    """

    shift: Number
    lows: tuple[Number | None, ...]
    highs: tuple[Number | None, ...]
    positions: Number
    is_even: bool = True

    @property
    def period(self) -> int:
        """After how many outputs the fields repeat."""
        return len(self.lows)

    @property
    def largest(self) -> Number:
        """The size of the largest field."""
        result: Number = 0
        for low, high in zip(self.lows, self.highs, strict=True):
            if low is not None:
                result = high - low + 1 if self.period == 1 else maximum(result, high - low + 1)
        return result

    def field(self, position: Number) -> tuple[Number | None, Number | None]:
        """First and last input position that an output position sees."""
        if self.period == 1:
            moved = position * self.shift
            return (None, None) if self.lows[0] is None else (self.lows[0] + moved, self.highs[0] + moved)
        if type(position) is not int:
            raise Lost("the end of a symbolic size, where fields differ in size")
        rounds, place = divmod(position, self.period)
        low, high = self.lows[place], self.highs[place]
        return (None, None) if low is None else (low + rounds * self.shift, high + rounds * self.shift)


def slid(
    axis: Axis, size: Number, stride: Number, before: Number, spacing: Number, upscale: Number, positions: Number
) -> Axis:
    """The axis after a window (see `archcalc.graph.op.Window`); raises Lost if it cannot be followed."""
    _require_even(axis)
    refined = upscale * axis.period if axis.period != 1 else upscale
    if type(refined) is not int:
        raise Lost("an op that enlarges by a symbol, or by many values at once")
    if refined == 1:
        low, _ = axis.field(-before)
        _, high = axis.field(size - 1 - before)
        return Axis(_bounded(axis.shift * stride), (low,), (high,), positions)
    is_plain = type(stride) is int and type(size) is int and type(before) is int
    period = refined // gcd(stride, refined) if is_plain else refined
    # After this many taps they fall on the same places of a period again.
    cycle = refined // gcd(spacing, refined) if is_plain else 1
    looked_at = min(cycle, -(-size // spacing)) if is_plain else 1
    if period * looked_at > MAX_STEPS:
        raise Lost(f"fields that repeat only after {period:,} positions")
    fields = []
    for position in range(period):
        begin = position * stride - before
        if is_plain:
            taps = range(begin, begin + size, spacing)
            fields.append(_hull(axis, [*taps[:cycle], *taps[max(len(taps) - cycle, cycle) :]], upscale))
        else:
            # Symbols and arrays cannot say that a position sees nothing: the kernel must not be below the stride.
            fields.append((axis.field(-(-begin // upscale))[0], axis.field((begin + size - 1) // upscale)[1]))
    lows, highs = zip(*fields, strict=True)
    return Axis(_bounded(axis.shift * (stride * period // refined)), lows, highs, positions)


def _require_even(axis: Axis) -> None:
    if not axis.is_even:
        raise Lost("it follows branches whose jumps differ")


def _bounded(shift: Number) -> Number:
    if type(shift) is int and shift.bit_length() > MAX_BITS:
        raise Lost("a jump of more than 2**1024 input positions")
    return shift


def _hull(axis: Axis, taps: Iterable[int], upscale: int) -> tuple[Number | None, Number | None]:
    """The union of the fields of the taps that fall on real positions and see something; None where none does."""
    fields = [axis.field(tap // upscale) for tap in taps if tap % upscale == 0]
    lows = [low for low, _ in fields if low is not None]
    highs = [high for _, high in fields if high is not None]
    return (min(lows), max(highs)) if lows else (None, None)


def merged(axis: Axis) -> Axis:
    """The axis where every output sees the union of all fields."""
    _require_even(axis)
    low, high = axis.field(0)[0], axis.field(axis.positions - 1)[1]
    if axis.period > 1 and type(axis.shift) is int:
        ends = (*range(min(axis.period, axis.positions)), *range(max(axis.positions - axis.period, 0), axis.positions))
        low, high = _hull(axis, ends, 1)
    return Axis(0, (low,), (high,), 1)


def joined(one: Axis, other: Axis) -> tuple[Axis, str]:
    """The union of two branches, and what is misaligned between them, if anything is."""
    positions = maximum(one.positions, other.positions)
    is_same = not fails(equal(one.shift * other.period, other.shift * one.period))
    period = (lcm if is_same else mul)(one.period, other.period)
    if period > MAX_STEPS:
        raise Lost(f"branches whose fields repeat together only after {period:,} positions")
    if not (is_same and one.is_even and other.is_even):
        low, high, _ = _pair(one.field(0), other.field(0))
        shift = maximum(one.shift * other.period, other.shift * one.period) * period // (one.period * other.period)
        jumps = [f"{axis.shift}" + (f"/{axis.period}" if axis.period > 1 else "") for axis in (one, other)]
        problem = "" if is_same else f"jumps {jumps[0]} and {jumps[1]} differ; the field given is that of output 0"
        return Axis(shift, (low,) * period, (high,) * period, positions, is_even=False), problem
    pairs = [_pair(one.field(position), other.field(position)) for position in range(period)]
    if any(is_unreadable(end) for low, high, _ in pairs for end in (low, high) if end is not None):
        raise Lost("its formula is longer than anybody reads")
    problem = "" if all(pair[2] for pair in pairs) else "the centres of their fields differ"
    lows, highs, _ = zip(*pairs, strict=True)
    return Axis(one.shift * (period // one.period), lows, highs, positions), problem


def _pair(
    a: tuple[Number | None, Number | None], b: tuple[Number | None, Number | None]
) -> tuple[Number | None, Number | None, bool]:
    """Union of two fields, and whether they have one centre."""
    if a[0] is None or b[0] is None:
        return (*(b if a[0] is None else a), True)
    return minimum(a[0], b[0]), maximum(a[1], b[1]), not fails(equal(a[0] + a[1], b[0] + b[1]))
