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
    __array_ufunc__ = None  # numpy's own arrays leave the operators to this class

    def __init__(self, values: Any, bounds: Bounds | None = None):
        array = np.asarray(values)
        if array is not values and array.dtype.kind in "uf":
            array = _undamaged(values, array)
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
        return _binary(np.floor_divide, self, _nonzero(other), _quotient_bounds)

    def __mod__(self, other: Any) -> Array:
        return _binary(np.remainder, self, _nonzero(other), _remainder_bounds)

    def __truediv__(self, other: Any) -> Array:
        return _binary(np.true_divide, self, _nonzero(other), None)

    def __pow__(self, exponent: Any) -> Array:
        return power(self, exponent)

    def __radd__(self, other: Any) -> Array:
        return _array(other) + self

    def __rmul__(self, other: Any) -> Array:
        return _array(other) * self

    def __rsub__(self, other: Any) -> Array:
        return _array(other) - self

    def __rfloordiv__(self, other: Any) -> Array:
        return _array(other) // self

    def __rmod__(self, other: Any) -> Array:
        return _array(other) % self

    def __rtruediv__(self, other: Any) -> Array:
        return _array(other) / self

    def __rpow__(self, other: Any) -> Array:
        return power(other, self)

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
    return bounds[0] >= INT64_MIN and bounds[1] <= INT64_MAX


def _fits_float(bounds: Bounds) -> bool:
    return bounds[0] >= -plain.EXACT_FLOAT and bounds[1] <= plain.EXACT_FLOAT


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


def _nonzero(divisor: Any) -> Array:
    array = _array(divisor)
    if not np.all(array.values):
        raise ArchcalcError("division by zero in at least one variant")
    # Bounds may be loose after a subtraction; those of the values themselves are not.
    return array if array.bounds is None or array.bounds[0] > 0 else Array(array.values)


def _quotient_bounds(dividend: Bounds, divisor: Bounds) -> Bounds:
    if divisor[0] <= 0 <= divisor[1]:  # none of them is zero, and no quotient is larger than what is divided
        most = max(map(abs, dividend))
        return -most, most
    return _corners(lambda x, y: x // y, dividend, divisor)


def _remainder_bounds(_: Bounds, divisor: Bounds) -> Bounds:
    low, high = divisor
    return min(low + 1, 0), max(high - 1, 0)


def _floats(array: Array) -> Any:
    """The values as float64, refused where a whole number would lose digits."""
    if array.values.dtype == bool:
        raise ArchcalcError("found an array of truths, expected numbers")
    if array.bounds is not None and not _fits_float(array.bounds):
        raise Inexact("a whole number beyond 2**53 meets a float, which cannot hold it exactly")
    return array.values.astype(np.float64)


def _undamaged(values: Any, array: Any) -> Any:
    """The ints of a list too large for numpy's own types, which it would round to floats."""
    if isinstance(values, np.generic):
        return array
    exact = np.asarray(values, dtype=object)
    if exact.size and all(type(value) is int for value in exact.flat):
        return exact
    if any(type(value) is int and abs(value) > plain.EXACT_FLOAT for value in exact.flat):
        raise Inexact("a whole number beyond 2**53 is listed beside a float, which cannot hold it exactly")
    return array


def _apply(function: Any, *values: Any) -> Any:
    """A function of numpy on arrays whose shapes must fit together."""
    try:
        with np.errstate(all="ignore"):
            return function(*values)
    except ValueError:
        shapes = " and ".join(str(np.shape(value)) for value in values)
        raise ArchcalcError(f"found arrays of the shapes {shapes}, which do not fit together") from None
    except ZeroDivisionError:
        raise ArchcalcError("division by zero in at least one variant") from None
    except OverflowError:
        raise Inexact("a result is too large for a float in at least one variant") from None


def _binary(ufunc: Any, a: Any, b: Any, bound: Callable[[Bounds, Bounds], Bounds] | None) -> Array:
    left, right = _array(a), _array(b)
    if left.bounds is None or right.bounds is None or bound is None:
        return _finite(_apply(ufunc, _floats(left), _floats(right)))
    bounds = bound(left.bounds, right.bounds)
    if _fits(bounds) and left.values.dtype != object and right.values.dtype != object:
        return Array(_apply(ufunc, left.values, right.values), bounds)
    return Array(_apply(ufunc, left.values.astype(object), right.values.astype(object)))


def _finite(values: Any) -> Array:
    if not np.all(np.isfinite(values)):
        raise Inexact("a result is too large for a float, or not a number, in at least one variant")
    return Array(values)


def _each(function: Callable[..., Any], *arguments: Any) -> Array:
    """A function of Python's own numbers, one variant after the other: what numpy would round or wrap."""
    values = (_array(argument).values.astype(object) for argument in arguments)
    results = np.asarray(_apply(np.frompyfunc(function, len(arguments), 1), *values), dtype=object)
    if all(type(value) is int for value in results.flat):
        return Array(results)
    if any(type(value) is int and abs(value) > plain.EXACT_FLOAT for value in results.flat):
        raise Inexact("a whole number beyond 2**53 meets a float, which cannot hold it exactly")
    return _finite(results.astype(np.float64))


def _compare(ufunc: Any, a: Any, b: Any) -> Any:
    if ufunc in (np.equal, np.not_equal) and not (_is_number(a) and _is_number(b)):
        return ufunc is np.not_equal
    left, right = _array(a), _array(b)
    is_large = any(not _fits_float(array.bounds) for array in (left, right) if array.bounds is not None)
    if is_large and (left.bounds is None or right.bounds is None or object in (left.values.dtype, right.values.dtype)):
        return Array(_apply(ufunc, left.values.astype(object), right.values.astype(object)).astype(bool))
    return Array(_apply(ufunc, left.values, right.values))


def _is_number(value: Any) -> bool:
    return isinstance(value, (Array, int, float, np.ndarray, np.generic))


def maximum(a: Any, b: Any) -> Array:
    return _binary(np.maximum, a, b, lambda x, y: (max(x[0], y[0]), max(x[1], y[1])))


def minimum(a: Any, b: Any) -> Array:
    return _binary(np.minimum, a, b, lambda x, y: (min(x[0], y[0]), min(x[1], y[1])))


def gcd(a: Any, b: Any) -> Array:
    return _binary(np.gcd, a, b, lambda x, y: (0, max(map(abs, x + y))))


def exact_div(a: Any, b: Any) -> Array:
    if fails(_array(a) % b == 0):
        raise ArchcalcError("a division that must be exact leaves a remainder in at least one variant: take each alone")
    return _array(a) // _array(b)


def divide(a: Any, b: Any) -> Array:
    left, right = _array(a), _array(b)
    if left.bounds is not None and right.bounds is not None and not fails(left % right == 0):
        return left // right
    return left / right


def ratio(a: Any, b: Any) -> Array:
    return exact_div(a, b)


def floor_div(a: Any, b: Any) -> Array:
    return _array(a) // _array(b)


def modulo(a: Any, b: Any) -> Array:
    return _array(a) % _array(b)


def power(a: Any, b: Any) -> Array:
    base, exponent = _array(a), _array(b)
    if base.bounds is None or exponent.bounds is None or exponent.values.ndim or not 1 <= exponent.bounds[0] <= 8:
        return _each(plain.power, base, exponent)
    result = base
    for _ in range(1, exponent.bounds[0]):
        result = result * base
    return result


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
    return _each(plain.log2, array)


def equal(a: Any, b: Any) -> Any:
    return _compare(np.equal, a, b)


def where(condition: Any, a: Any, b: Any) -> Array:
    chosen, left, right = _array(condition).values.astype(bool), _array(a), _array(b)
    if left.bounds is None or right.bounds is None:
        return Array(_apply(np.where, chosen, _floats(left), _floats(right)))
    bounds = min(left.bounds[0], right.bounds[0]), max(left.bounds[1], right.bounds[1])
    return Array(_apply(np.where, chosen, left.values, right.values), bounds)


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
    array = number(value)
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
    return _array(value.copy() if isinstance(value, np.ndarray) else value)  # the caller may change it later
