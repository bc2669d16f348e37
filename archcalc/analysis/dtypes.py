"""Types of values and their sizes: bits a value, and the bytes of many of them."""

from __future__ import annotations

import re

from archcalc.algebra import ceil_div
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    from archcalc.algebra import Number

# tf32 is how tensor cores multiply float32: values lie in memory as these.
BITS = {"float64": 64, "float32": 32, "tf32": 32, "float16": 16, "bfloat16": 16, "float8": 8, "int8": 8, "int4": 4}
MAX_BITS = 128  # of a value whose type has no name here
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?|\d{1,9}/[1-9]\d{0,8}|\.\d{1,9}")


def bits_of(dtype: str) -> int:
    """Bits of one value; raises ArchcalcError for an unknown dtype.

    >>> bits_of("bfloat16"), bits_of("int4")
    (16, 4)
    """
    if not isinstance(dtype, str) or dtype not in BITS:
        raise ArchcalcError(f"there is no dtype '{dtype}'", hint=did_you_mean(str(dtype), BITS))
    return BITS[dtype]


def size_bytes(elements: Number, dtype: str) -> Number:
    """Bytes of a tensor, packed; a last byte that is not full counts. Raises ArchcalcError for an unknown dtype.

    >>> size_bytes(1000, "float32"), size_bytes(7, "int4")
    (4000, 4)
    """
    return packed_bytes(elements, bits_of(dtype))


def packed_bytes(elements: Number, bits: int | Fraction) -> Number:
    """Bytes of so many values of so many bits, which need not be whole; a last byte that is not full counts.

    >>> from fractions import Fraction
    >>> packed_bytes(1000, 6), packed_bytes(1000, Fraction(67, 10))
    (750, 838)
    """
    whole, part = bits.numerator, 8 * bits.denominator
    return elements * (whole // part) if whole % part == 0 else ceil_div(elements * whole, part)


def width_of(width: str | int | float | Fraction) -> int | Fraction:
    """Bits of one value: of a dtype by its name, or a number of bits, which compression may make a fraction.

    Raises ArchcalcError for what is neither.

    >>> width_of("int4"), width_of("6.7"), width_of(6)
    (4, Fraction(67, 10), Fraction(6, 1))
    """
    from fractions import Fraction  # with which a report need not begin: it takes 2 ms to load

    text = str(width)
    if text in BITS:
        return BITS[text]
    if isinstance(width, bool) or not _NUMBER.fullmatch(text):
        hint = did_you_mean(text, BITS) if isinstance(width, str) else None
        raise ArchcalcError(f"weights are stored as {describe(width)}, expected a dtype or a number of bits", hint=hint)
    bits = Fraction(text)
    if not 0 < bits <= MAX_BITS:
        raise ArchcalcError(f"weights of {text} bits: expected more than 0 and at most {MAX_BITS}")
    return bits


def width_name(width: str | int | float | Fraction) -> str:
    """How people call it: the dtype, or the number of bits.

    >>> width_name("int4"), width_name("6.7")
    ('int4', '6.7 bits')
    """
    return f"{width}" if width in BITS else f"{width} bits"
