"""Types of values and their sizes: bits a value, and the bytes of many of them."""

from __future__ import annotations

from archcalc.algebra import ceil_div
from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number

# tf32 is how tensor cores multiply float32: values lie in memory as these.
BITS = {"float64": 64, "float32": 32, "tf32": 32, "float16": 16, "bfloat16": 16, "float8": 8, "int8": 8, "int4": 4}


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
    bits = bits_of(dtype)
    return elements * (bits // 8) if bits % 8 == 0 else ceil_div(elements * bits, 8)
