"""The algebra of columns: one `Array` holds a dimension of many variants, and never wraps.

Every `Array` of whole numbers knows a lower and an upper bound of its values. A result whose bounds
fit 64 bits is computed by numpy in int64; any other is computed exactly on Python ints (slower).
Division by an array that may hold zero is refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from archcalc.algebra import Inexact, Undecided, plain
from archcalc.errors import ArchcalcError

if TYPE_CHECKING:
    from collections.abc import Callable

    Bounds = tuple[int, int]

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


class Array:
    """A column of exact whole numbers (or of floats, or of truths), with operators that never wrap.

    Shape: one-dimensional, or anything that numpy broadcasts.

    >>> widths = Array(np.array([2**40, 2**50]))
    >>> (widths * widths).tolist() == [2**80, 2**100]
    True
    """

    __slots__ = ("bounds", "values")

    def __init__(self, values: Any, bounds: Bounds | None = None):
        array = np.asarray(values)
        if array.dtype.kind in "iu" and array.dtype != np.int64:
            array = array.astype(object if array.dtype == np.uint64 else np.int64)
        if array.dtype.kind not in "iObf":
            raise ArchcalcError(f"found an array of {array.dtype}, expected numbers")
        if array.dtype == object and not all(type(value) is int for value in array.flat):
            raise ArchcalcError("found an array of mixed objects, expected whole numbers")
        if array.size == 0:
            raise ArchcalcError("found an empty array, expected at least one variant")
        if array.dtype.kind in "iO" and bounds is None:
            bounds = int(array.min()), int(array.max())
        if array.dtype == object and bounds is not None and _fits(bounds):
            array = array.astype(np.int64)
        self.values = array
        self.bounds = bounds

    def tolist(self) -> list[Any]:
        """The values as Python's own ints, floats or bools, nested as numpy nests them."""
        return self.values.tolist()  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"Array({self.tolist()!r})"

    def __add__(self, other: Any) -> Array:
        return _binary(np.add, self, other, lambda a, b: (a[0] + b[0], a[1] + b[1]))

    def __sub__(self, other: Any) -> Array:
        return _binary(np.subtract, self, other, lambda a, b: (a[0] - b[1], a[1] - b[0]))

    def __mul__(self, other: Any) -> Array:
        return _binary(np.multiply, self, other, lambda a, b: _corners(lambda x, y: x * y, a, b))

    def __floordiv__(self, other: Any) -> Array:
        return _binary(np.floor_divide, self, other, lambda a, b: _corners(lambda x, y: x // y, a, _divisor(b)))

    def __mod__(self, other: Any) -> Array:
        return _binary(np.remainder, self, other, _remainder_bounds)

    def __truediv__(self, other: Any) -> Array:
        divisor = _array(other)
        if not np.all(divisor.values):
            raise ArchcalcError("division by zero in at least one variant")
        return _binary(np.true_divide, Array(_floats(self)), Array(_floats(divisor)), None)

    def __pow__(self, exponent: Any) -> Array:
        if type(exponent) is not int or exponent < 0:
            return Array(np.power(_floats(self), _floats(_array(exponent))))
        result: Any = 1
        for _ in range(exponent):
            result = self * result
        return result if exponent else Array(np.ones_like(self.values))

    def __radd__(self, other: Any) -> Array:
        return self + other

    def __rmul__(self, other: Any) -> Array:
        return self * other

    def __rsub__(self, other: Any) -> Array:
        return _array(other) - self

    def __rfloordiv__(self, other: Any) -> Array:
        return _array(other) // self

    def __rmod__(self, other: Any) -> Array:
        return _array(other) % self

    def __rtruediv__(self, other: Any) -> Array:
        return _array(other) / self

    def __rpow__(self, other: Any) -> Array:
        return Array(np.array([other ** int(e) for e in self.values.flat], dtype=object).reshape(self.values.shape))

    def __neg__(self) -> Array:
        return 0 - self

    def __abs__(self) -> Array:
        return maximum(self, -self)

    def __eq__(self, other: object) -> Any:
        return _compare(np.equal, self, other)

    def __ne__(self, other: object) -> Any:
        return _compare(np.not_equal, self, other)

    def __lt__(self, other: object) -> Any:
        return _compare(np.less, self, other)

    def __le__(self, other: object) -> Any:
        return _compare(np.less_equal, self, other)

    def __gt__(self, other: object) -> Any:
        return _compare(np.greater, self, other)

    def __ge__(self, other: object) -> Any:
        return _compare(np.greater_equal, self, other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return decide(self)


def _fits(bounds: Bounds) -> bool:
    return INT64_MIN <= bounds[0] and bounds[1] <= INT64_MAX


def _array(value: Any) -> Array:
    if isinstance(value, Array):
        return value
    if isinstance(value, (int, float, np.ndarray, np.generic)):
        if type(value) is int and not INT64_MIN <= value <= INT64_MAX:
            return Array(np.array(value, dtype=object))
        return Array(value)
    raise ArchcalcError(f"found {plain.describe(value)}, expected a number or an array of numbers")


def _corners(operation: Callable[[int, int], int], a: Bounds, b: Bounds) -> Bounds:
    results = [operation(x, y) for x in a for y in b]
    return min(results), max(results)


def _divisor(bounds: Bounds) -> Bounds:
    if bounds[0] <= 0 <= bounds[1]:
        raise ArchcalcError("division by zero in at least one variant")
    return bounds


def _remainder_bounds(_: Bounds, divisor: Bounds) -> Bounds:
    low, high = _divisor(divisor)
    return (0, high - 1) if low > 0 else (low + 1, 0)


def _floats(array: Array) -> Any:
    """The values as float64, refused where a whole number would lose digits."""
    if array.bounds is not None and max(map(abs, array.bounds)) > plain.EXACT_FLOAT:
        raise Inexact("a whole number beyond 2**53 meets a float, which cannot hold it exactly")
    return array.values.astype(np.float64)


def _binary(ufunc: Any, a: Any, b: Any, bound: Callable[[Bounds, Bounds], Bounds] | None) -> Array:
    left, right = _array(a), _array(b)
    if left.bounds is None or right.bounds is None or bound is None:
        return Array(ufunc(_floats(left), _floats(right)))
    bounds = bound(left.bounds, right.bounds)
    if _fits(bounds) and left.values.dtype != object and right.values.dtype != object:
        return Array(ufunc(left.values, right.values), bounds)
    return Array(ufunc(left.values.astype(object), right.values.astype(object)))


def _compare(ufunc: Any, a: Any, b: Any) -> Any:
    if isinstance(b, (str, list, tuple)) or b is None:
        return ufunc is np.not_equal
    left, right = _array(a), _array(b)
    if left.values.dtype == object or right.values.dtype == object:
        return Array(ufunc(left.values.astype(object), right.values.astype(object)).astype(bool))
    return Array(ufunc(left.values, right.values))


def maximum(a: Any, b: Any) -> Array:
    return _binary(np.maximum, a, b, lambda x, y: (max(x[0], y[0]), max(x[1], y[1])))


def minimum(a: Any, b: Any) -> Array:
    return _binary(np.minimum, a, b, lambda x, y: (min(x[0], y[0]), min(x[1], y[1])))


def gcd(a: Any, b: Any) -> Array:
    return _binary(np.gcd, a, b, lambda x, y: (0, max(map(abs, x + y))))


def exact_div(a: Any, b: Any) -> Array:
    if fails(_array(a) % b == 0):
        raise ArchcalcError("a division that must be exact leaves a remainder in at least one variant")
    return _array(a) // b


def divide(a: Any, b: Any) -> Array:
    left, right = _array(a), _array(b)
    if left.bounds is not None and right.bounds is not None and not fails(left % right == 0):
        return left // right
    return left / right


def ratio(a: Any, b: Any) -> Array:
    return exact_div(a, b)


def floor_div(a: Any, b: Any) -> Array:
    return _array(a) // b


def modulo(a: Any, b: Any) -> Array:
    return _array(a) % b


def power(a: Any, b: Any) -> Array:
    return _array(a) ** b


def _whole(rounding: Any, a: Any) -> Array:
    array = _array(a)
    if array.bounds is not None:
        return array
    rounded = rounding(array.values)
    if not np.all(np.abs(rounded) <= plain.EXACT_FLOAT):
        raise Inexact("a float beyond 2**53 (or not a number) cannot be rounded to an exact whole number")
    return Array(rounded.astype(np.int64))


def floor(a: Any) -> Array:
    return _whole(np.floor, a)


def ceil(a: Any) -> Array:
    return _whole(np.ceil, a)


def round_half_even(a: Any) -> Array:
    return _whole(np.rint, a)


def truncate(a: Any) -> Array:
    return _whole(np.trunc, a)


def square_root(a: Any) -> Array:
    array = _array(a)
    if fails(array >= 0):
        raise ArchcalcError("the square root of a negative number, in at least one variant")
    if array.bounds is not None:
        roots = np.array([math.isqrt(int(value)) for value in array.values.flat], dtype=object)
        whole = Array(roots.reshape(array.values.shape))
        if not fails(whole * whole == array):
            return whole
    return Array(np.sqrt(_floats(array)))


def log2(a: Any) -> Array:
    array = _array(a)
    if fails(array > 0):
        raise ArchcalcError("the logarithm of a number that is not positive, in at least one variant")
    return Array(np.log2(_floats(array)))


def equal(a: Any, b: Any) -> Any:
    return _compare(np.equal, a, b) if isinstance(a, Array) else _compare(np.equal, b, a)


def where(condition: Any, a: Any, b: Any) -> Array:
    chosen, left, right = _array(condition).values.astype(bool), _array(a), _array(b)
    if left.bounds is None or right.bounds is None:
        return Array(np.where(chosen, _floats(left), _floats(right)))
    bounds = min(left.bounds[0], right.bounds[0]), max(left.bounds[1], right.bounds[1])
    return Array(np.where(chosen, left.values, right.values), bounds)


def decide(condition: Any) -> bool:
    values = _array(condition).values
    if np.all(values):
        return True
    if not np.any(values):
        return False
    raise Undecided("a condition holds for some variants and not for others")


def fails(condition: Any) -> bool:
    return not np.all(_array(condition).values)


def dimension(value: Any) -> Any:
    """A scalar of numpy as an int, an array as an `Array` of whole numbers."""
    if isinstance(value, np.generic):
        return plain.dimension(value.item())
    array = _array(value)
    if array.values.dtype.kind == "f":
        if fails(array % 1 == 0):
            raise ArchcalcError(
                "found a fraction in at least one variant, expected whole numbers",
                hint="say how to round it: floor(...), round(...) or make_divisible(...)",
            )
        return floor(array)
    if array.values.dtype == bool:
        raise ArchcalcError("found an array of truths, expected whole numbers")
    return array


def number(value: Any) -> Any:
    """A scalar of numpy as Python's own, an array as an `Array`."""
    if isinstance(value, np.generic):
        return value.item()
    return _array(value)
