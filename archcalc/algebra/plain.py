"""The algebra of Python's own numbers: ints stay exact at any size, floats only where written."""

from __future__ import annotations

import math

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeVar

    Real = int | float
    T = TypeVar("T")

MAX_BITS = 1024  # no network has a size above 2**1024; what is larger is a slip or an attack
EXACT_FLOAT = 2**53  # above this a float no longer holds every whole number


def maximum(a: Real, b: Real) -> Real:
    """The larger of two numbers."""
    return a if a >= b else b


def minimum(a: Real, b: Real) -> Real:
    """The smaller of two numbers."""
    return a if a <= b else b


def gcd(a: int, b: int) -> int:
    """Greatest common divisor."""
    return math.gcd(a, b)


def exact_div(a: int, b: int) -> int:
    """Quotient of two ints that divide; a remainder is an error, never dropped."""
    quotient, remainder = divmod(a, b)
    if remainder:
        raise ArchcalcError(f"{a} is not divisible by {b}")
    return quotient


def divide(a: Real, b: Real) -> Real:
    """Quotient; stays an int where two ints divide, and is refused where a float would round the ints."""
    if type(a) is int and type(b) is int:
        if a % b == 0:
            return a // b
        if max(abs(a), abs(b)) > EXACT_FLOAT:
            raise ArchcalcError("a quotient of whole numbers beyond 2**53 is not exact", hint="use //")
    return a / b


def ratio(a: int, b: int) -> int | Fraction:
    """Quotient as an exact fraction; an int where two ints divide."""
    if type(a) is int and type(b) is int and a % b == 0:
        return a // b
    from fractions import Fraction

    quotient = Fraction(a, b)
    return quotient.numerator if quotient.denominator == 1 else quotient


def floor_div(a: Real, b: Real) -> Real:
    """Quotient rounded down."""
    return a // b


def modulo(a: Real, b: Real) -> Real:
    """Remainder, with the sign of the divisor."""
    return a % b


def power(a: Real, b: Real) -> Real:
    """Power; refused before it is computed if it would not fit any network."""
    if type(a) is int and type(b) is int:
        if b >= 0 and (a.bit_length() - 1) * b > 4 * MAX_BITS:
            raise ArchcalcError(f"a power with exponent {b} is too large")
        if b < 0:
            return 1 / power(a, -b)
    result = a**b
    if isinstance(result, complex):
        raise ArchcalcError(f"({a}) ** {b} is not a real number")
    return result


def _exact(a: Real) -> Real:
    if type(a) is float and not abs(a) <= EXACT_FLOAT:
        raise ArchcalcError(f"found {a}, a float beyond 2**53 that is not exact", hint="write the digits out")
    return a


def floor(a: Real) -> int:
    """Whole number at or below."""
    return math.floor(_exact(a))


def ceil(a: Real) -> int:
    """Whole number at or above."""
    return math.ceil(_exact(a))


def round_half_even(a: Real) -> int:
    """Nearest whole number; a half goes to the even one, as in Python."""
    return round(_exact(a))


def truncate(a: Real) -> int:
    """Whole number towards zero."""
    return int(_exact(a))


def square_root(a: Real) -> Real:
    """Square root; stays an int for a perfect square."""
    if a < 0:
        raise ArchcalcError(f"the square root of {a} is not a real number")
    if type(a) is int:
        root = math.isqrt(a)
        if root * root == a:
            return root
    return math.sqrt(a)


def log2(a: Real) -> Real:
    """Logarithm to base 2; stays an int for a power of two."""
    if a <= 0:
        raise ArchcalcError(f"the logarithm of {a} is not defined")
    if type(a) is int and a & (a - 1) == 0:
        return a.bit_length() - 1
    return math.log2(a)


def equal(a: object, b: object) -> bool:
    """Whether two values are the same."""
    return a == b


def is_unreadable(value: object) -> bool:
    """Whether a number is written in so long a form that nobody reads it; only symbols can be."""
    return False


def where(condition: bool, a: T, b: T) -> T:
    """The first value where the condition holds, else the second."""
    return a if condition else b


def decide(condition: object) -> bool:
    """The truth of a condition."""
    return bool(condition)


def fails(condition: object) -> bool:
    """Whether a condition is known to be broken."""
    return not condition


def dimension(value: object) -> int:
    """A whole number, exactly, from a number that is one; anything else is an error."""
    if type(value) is int:
        whole = value
    elif isinstance(value, float):
        if not value.is_integer():
            raise ArchcalcError(
                f"found {value}, expected a whole number",
                hint="say how to round it: floor(...), round(...) or make_divisible(...)",
            )
        if abs(value) > EXACT_FLOAT:
            raise ArchcalcError(f"found {value}, a float beyond 2**53 that is not exact", hint="write the digits out")
        whole = int(value)
    else:
        raise ArchcalcError(f"found {describe(value)}, expected a whole number")
    if whole.bit_length() > MAX_BITS:
        raise ArchcalcError(f"found a number of {whole.bit_length()} bits, more than any network needs")
    return whole


def settled(value: T) -> T:
    """A number that structure depends on, where it is known: symbols and mixed columns stay as they are."""
    return value


def number(value: Real) -> Real:
    """A number from outside as this algebra holds it."""
    return value


def describe(value: object) -> str:
    """A value as a message names it.

    >>> describe("half"), describe(True), describe([1, 2])
    ("the text 'half'", 'true', 'a list of 2')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"the text '{value}'"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return f"a number of {value.bit_length()} bits"
    return str(value)
