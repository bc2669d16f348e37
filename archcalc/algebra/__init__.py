"""What a dimension can be, and the few operations that differ between the kinds of number.

A formula uses the operators ``+ - * //`` and the functions of this module, and nothing else; so it
reads the same on Python ints (exact, any size), on `Array` (a column of variants for a sweep, never
wrapping), on sympy symbols (closed forms), and on `Worked` numbers (which remember how they were
made). Each kind is one module with the same functions: `plain`, `arrays`, `symbols`, `worked`. A
further kind of number is one more module and one more line in `_MODULES`.

>>> ceil_div(7, 2), exact_div(12, 4), prod((2, 3, 4)), maximum(3, 5)
(4, 3, 24, 5)
"""

from __future__ import annotations

from importlib import import_module

from archcalc.algebra import plain
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    # int | float | Array | sympy.Expr | Worked: one formula serves them all, so the type cannot say more.
    Number: TypeAlias = Any

# The module that defines a value's type, or the first part of it -> the module that knows its algebra.
_MODULES = {
    "archcalc.algebra.arrays": "arrays",
    "archcalc.algebra.symbols": "symbols",  # an open gcd
    "archcalc.algebra.traced": "traced",
    "archcalc.algebra.worked": "worked",
    "numpy": "arrays",
    "sympy": "symbols",
}


class Undecided(ArchcalcError):
    """A condition that has no single truth: an array of mixed truths, or an open relation."""


class Inexact(ArchcalcError):
    """A result that could only be had by rounding or wrapping, and is refused instead."""


def _of(*values: object) -> Any:
    """The module whose functions suit these values: the plain one if all of them are plain."""
    for value in values:
        kind = type(value)
        if kind is not int and kind is not float and kind is not bool:
            home = kind.__module__
            name = _MODULES.get(home) or _MODULES.get(home.partition(".")[0])
            if name is not None:
                return import_module(f"archcalc.algebra.{name}")
    return plain


def _spread(name: str) -> Callable[..., Any]:
    """One name for the functions of that name in the modules of all kinds of number; what they lack, `plain` has."""
    own = getattr(plain, name)

    def function(*values: Any) -> Any:
        for value in values:
            kind = type(value)
            if kind is not int and kind is not bool:
                return getattr(_of(*values), name, own)(*values)
        return own(*values)

    def of_two(a: Any, b: Any) -> Any:
        return own(a, b) if type(a) is int and type(b) is int else function(a, b)

    result = of_two if own.__code__.co_argcount == 2 else function  # most take two, mostly ints: the short way
    result.__name__ = result.__qualname__ = name
    result.__doc__ = own.__doc__
    return result


maximum = _spread("maximum")
minimum = _spread("minimum")
gcd = _spread("gcd")
exact_div = _spread("exact_div")
divide = _spread("divide")
ratio = _spread("ratio")
floor_div = _spread("floor_div")
modulo = _spread("modulo")
power = _spread("power")
floor = _spread("floor")
ceil = _spread("ceil")
round_half_even = _spread("round_half_even")
truncate = _spread("truncate")
square_root = _spread("square_root")
log2 = _spread("log2")
equal = _spread("equal")
where = _spread("where")
decide = _spread("decide")
dimension = _spread("dimension")
number = _spread("number")
is_unreadable = _spread("is_unreadable")
settled = _spread("settled")


def ceil_div(numerator: Number, denominator: Number) -> Number:
    """Quotient rounded up, exactly.

    >>> ceil_div(10**30 + 1, 10**30)
    2
    """
    return -(-numerator // denominator)


def prod(factors: Iterable[Number]) -> Number:
    """Product of any number of factors; 1 if there are none."""
    result: Number = 1
    for factor in factors:
        result = result * factor
    return result


def fails(condition: Any) -> bool:
    """True where a condition is known to be broken; an open relation of symbols is an assumption.

    An array fails as soon as one of its variants does.

    >>> fails(3 > 2), fails(2 > 3)
    (False, True)
    """
    if condition is True or condition is False:
        return not condition
    return bool(_of(condition).fails(condition))


def make_divisible(value: Number, divisor: Number = 8) -> Number:
    """Round to the nearest multiple, but never down by more than a tenth (the MobileNet v2 rule).

    Source: Sandler et al., CVPR 2018, reference implementation.

    >>> make_divisible(32 * 0.75), make_divisible(33), make_divisible(3), make_divisible(18, 16)
    (24, 32, 8, 32)
    """
    rounded = maximum(divisor, floor_div(truncate(value + divide(divisor, 2)), divisor) * divisor)
    return where(10 * rounded < 9 * value, rounded + divisor, rounded)
