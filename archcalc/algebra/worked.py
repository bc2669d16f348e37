"""The algebra of numbers that remember how they were made: the arithmetic itself, for students and slides.

A `Worked` number is exact like the int it holds, compares like it, and keeps the tree of operations that gave it;
`archcalc.algebra.written` writes that tree down.

>>> from archcalc.algebra import ceil_div, prod
>>> kernel = prod((leaf(128), leaf(64), leaf(3), leaf(3)))
>>> kernel, ceil_div(leaf(7), leaf(2)), kernel == 73728
(Worked(128*64*3*3 = 73728), Worked(ceil_div(7, 2) = 4), True)
"""

from __future__ import annotations

from archcalc.algebra import plain
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LEAF = "leaf"
NEGATIVE = "negative"
CEIL_DIV = "ceil_div"
EXACT_DIV = "exact_div"

# What a leaf measures, by which a layout orders the factors of a product; any other role is kept apart from these.
SIZE, KERNEL, CHANNELS, FILTERS = "size", "kernel", "channels", "filters"


class Worked:
    """A number and how it was made: `sign` is LEAF, an operator or the name of a function of its `parts`.

    A leaf may have a `name`, under which formulas show it, and a `role`: what it measures.

    >>> (leaf(224) + 2 * leaf(1) - leaf(3)) // leaf(2) + 1
    Worked((224 + 2 - 3)//2 + 1 = 112)
    """

    __slots__ = ("name", "parts", "role", "sign", "value")

    def __init__(self, value: Any, sign: str = LEAF, parts: tuple[Worked, ...] = (), name: str = "", role: str = ""):
        self.value = value
        self.sign = sign
        self.parts = parts
        self.name = name
        self.role = role

    def written(self, layout: str = "") -> str:
        """The arithmetic with its numbers, in the order of the formula or of a layout.

        >>> (leaf(3) * leaf(1) * leaf(64) + 0).written()
        '3*64'
        """
        from archcalc.algebra.written import Writer

        return Writer(layout).text(self)

    def __repr__(self) -> str:
        return f"Worked({self.written()} = {self.value})"

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, form: str) -> str:
        return format(self.value, form)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == _value(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < _value(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= _value(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > _value(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= _value(other))

    def __add__(self, other: Any) -> Worked:
        return _binary("+", lambda a, b: a + b, self, other)

    def __radd__(self, other: Any) -> Worked:
        return _binary("+", lambda a, b: a + b, other, self)

    def __sub__(self, other: Any) -> Worked:
        return _binary("-", lambda a, b: a - b, self, other)

    def __rsub__(self, other: Any) -> Worked:
        return _binary("-", lambda a, b: a - b, other, self)

    def __mul__(self, other: Any) -> Worked:
        return _product(self, other)

    def __rmul__(self, other: Any) -> Worked:
        return _product(other, self)

    def __floordiv__(self, other: Any) -> Worked:
        return floor_div(self, other)

    def __rfloordiv__(self, other: Any) -> Worked:
        return floor_div(other, self)

    def __mod__(self, other: Any) -> Worked:
        return modulo(self, other)

    def __rmod__(self, other: Any) -> Worked:
        return modulo(other, self)

    def __truediv__(self, other: Any) -> Worked:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> Worked:
        return divide(other, self)

    def __pow__(self, exponent: Any) -> Worked:
        return power(self, exponent)

    def __rpow__(self, base: Any) -> Worked:
        return power(base, self)

    def __neg__(self) -> Worked:
        if self.sign == NEGATIVE:
            return self.parts[0]
        if self.sign == "//" and self.parts[0].sign == NEGATIVE:  # how `algebra.ceil_div` rounds up
            return Worked(-self.value, CEIL_DIV, (self.parts[0].parts[0], self.parts[1]))
        return Worked(-self.value, NEGATIVE, (self,))


def leaf(value: Any, name: str = "", role: str = "") -> Worked:
    """A number that is given, not made."""
    return Worked(value, name=name, role=role)


def _value(number: Any) -> Any:
    return number.value if type(number) is Worked else number


def _worked(number: Any) -> Worked:
    if type(number) is Worked:
        return number
    if isinstance(number, (int, float)):
        return Worked(number)
    raise ArchcalcError(f"found {plain.describe(number)}, expected a number: worked numbers meet no other kind")


def _product(a: Any, b: Any) -> Worked:
    left, right = _worked(a), _worked(b)
    if left.sign == NEGATIVE:  # (-a)*b is -(a*b)
        return -_product(left.parts[0], right)
    return Worked(left.value * right.value, "*", (left, right))


def _binary(sign: str, operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Worked:
    left, right = _worked(a), _worked(b)
    return Worked(operation(left.value, right.value), sign, (left, right))


def _rounded(name: str, operation: Callable[[Any], Any], a: Any) -> Worked:
    number = _worked(a)
    return number if type(number.value) is int else Worked(operation(number.value), name, (number,))


def maximum(a: Any, b: Any) -> Worked:
    return _binary("max", plain.maximum, a, b)


def minimum(a: Any, b: Any) -> Worked:
    return _binary("min", plain.minimum, a, b)


def gcd(a: Any, b: Any) -> Worked:
    return _binary("gcd", plain.gcd, a, b)


def exact_div(a: Any, b: Any) -> Worked:
    return _binary(EXACT_DIV, plain.exact_div, a, b)


def divide(a: Any, b: Any) -> Worked:
    return _binary("/", plain.divide, a, b)


def ratio(a: Any, b: Any) -> Worked:
    return _binary("/", plain.ratio, a, b)


def floor_div(a: Any, b: Any) -> Worked:
    return _binary("//", plain.floor_div, a, b)


def modulo(a: Any, b: Any) -> Worked:
    return _binary("%", plain.modulo, a, b)


def power(a: Any, b: Any) -> Worked:
    return _binary("**", plain.power, a, b)


def floor(a: Any) -> Worked:
    return _rounded("floor", plain.floor, a)


def ceil(a: Any) -> Worked:
    return _rounded("ceil", plain.ceil, a)


def round_half_even(a: Any) -> Worked:
    return _rounded("round", plain.round_half_even, a)


def truncate(a: Any) -> Worked:
    return _rounded("trunc", plain.truncate, a)


def square_root(a: Any) -> Worked:
    number = _worked(a)
    return Worked(plain.square_root(number.value), "sqrt", (number,))


def log2(a: Any) -> Worked:
    number = _worked(a)
    return Worked(plain.log2(number.value), "log2", (number,))


def equal(a: Any, b: Any) -> bool:
    return plain.equal(_value(a), _value(b))


def where(condition: Any, a: Any, b: Any) -> Any:
    return a if condition else b


def decide(condition: Any) -> bool:
    return bool(condition)


def fails(condition: Any) -> bool:
    return not condition


def dimension(value: Any) -> Worked:
    whole = plain.dimension(value.value)
    return value if type(value.value) is int else Worked(whole, value.sign, value.parts, value.name, value.role)


def number(value: Any) -> Any:
    return value
