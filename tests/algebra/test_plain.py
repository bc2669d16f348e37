"""The algebra on Python's own numbers, against numbers worked out by hand."""

import math
import re

import pytest

from archcalc import algebra
from archcalc.algebra import plain
from archcalc.errors import ArchcalcError

BIG = 10**30

# Function, arguments, result. Division: 7 = 3*2 + 1, and -7 = -4*2 + 1, as Python rounds down.
RESULTS = [
    (algebra.maximum, (3, 5), 5),
    (algebra.maximum, (-3, -5), -3),
    (algebra.maximum, (BIG, BIG + 1), BIG + 1),
    (algebra.minimum, (3, 5), 3),
    (algebra.minimum, (2.5, 3), 2.5),
    (algebra.gcd, (12, 18), 6),
    (algebra.gcd, (7, 0), 7),
    (algebra.gcd, (-4, 6), 2),
    (algebra.gcd, (2**100, 2**70 * 3), 2**70),
    (algebra.ceil_div, (7, 2), 4),
    (algebra.ceil_div, (8, 2), 4),
    (algebra.ceil_div, (-7, 2), -3),
    (algebra.ceil_div, (0, 5), 0),
    (algebra.ceil_div, (BIG + 1, BIG), 2),
    (algebra.floor_div, (7, 2), 3),
    (algebra.floor_div, (-7, 2), -4),
    (algebra.modulo, (-7, 2), 1),
    (algebra.modulo, (7, -2), -1),
    (algebra.exact_div, (91, 7), 13),
    (algebra.exact_div, (-12, 4), -3),
    (algebra.divide, (6, 3), 2),
    (algebra.divide, (7, 2), 3.5),
    (algebra.divide, (BIG * 3, BIG), 3),
    (algebra.ratio, (12, 4), 3),
    (algebra.power, (3, 5), 243),
    (algebra.power, (2, -1), 0.5),
    (algebra.power, (1, 10**9), 1),
    (algebra.power, (-1, 10**9 + 1), -1),
    (algebra.power, (0, 0), 1),
    (algebra.floor, (2.9,), 2),
    (algebra.floor, (-2.1,), -3),
    (algebra.floor, (BIG,), BIG),
    (algebra.ceil, (2.1,), 3),
    (algebra.ceil, (BIG,), BIG),
    (algebra.round_half_even, (0.5,), 0),
    (algebra.round_half_even, (1.5,), 2),
    (algebra.round_half_even, (2.5,), 2),
    (algebra.truncate, (-2.9,), -2),
    (algebra.truncate, (2.9,), 2),
    (algebra.square_root, (49,), 7),
    (algebra.square_root, (BIG,), 10**15),
    (algebra.square_root, (2.25,), 1.5),
    (algebra.log2, (1024,), 10),
    (algebra.log2, (2**200,), 200),
    (algebra.log2, (0.25,), -2.0),
    (algebra.where, (True, 3, 5), 3),
    (algebra.where, (False, 3, 5), 5),
    (algebra.equal, (3, 3), True),
    (algebra.equal, (3, "half"), False),
    (algebra.dimension, (224,), 224),
    (algebra.dimension, (224.0,), 224),
    (algebra.dimension, (2.0**53,), 2**53),
    (algebra.number, (0.75,), 0.75),
    (algebra.prod, ((),), 1),
    (algebra.prod, ((2, 3, 4),), 24),
    (algebra.prod, ((2**40, 2**40),), 2**80),
]


@pytest.mark.parametrize(("function", "arguments", "expected"), RESULTS)
def test_results(function, arguments, expected):
    result = function(*arguments)
    assert result == expected
    assert type(result) is type(expected)


def test_a_square_root_that_is_not_whole_is_a_float():
    assert algebra.square_root(2) == pytest.approx(1.4142135623730951, rel=1e-15)


def test_ratio_is_exact():
    quotient = algebra.ratio(13, 6)
    assert (quotient.numerator, quotient.denominator) == (13, 6)


# Function, arguments, a piece of the message.
REFUSED = [
    (algebra.exact_div, (7, 2), "7 is not divisible by 2"),
    (algebra.power, (2, 5000), "too large"),
    (algebra.power, (10**300, 10), "too large"),
    (algebra.power, (-8, 0.5), "not a real number"),
    (algebra.square_root, (-1,), "square root of -1"),
    (algebra.log2, (0,), "logarithm of 0"),
    (algebra.log2, (-8,), "logarithm of -8"),
    (algebra.divide, (2**60 + 1, 2), "not exact"),
    (algebra.floor, (2.0**60,), "not exact"),
    (algebra.ceil, (float("inf"),), "not exact"),
    (algebra.round_half_even, (float("nan"),), "not exact"),
    (algebra.truncate, (-(2.0**60),), "not exact"),
    (algebra.dimension, (2.5,), "found 2.5, expected a whole number"),
    (algebra.dimension, (True,), "found true"),
    (algebra.dimension, ("3",), "the text '3'"),
    (algebra.dimension, (None,), "found nothing"),
    (algebra.dimension, ([3],), "a list of 1"),
    (algebra.dimension, (2.0**54,), "beyond 2**53"),
    (algebra.dimension, (2**1025,), "1026 bits"),
]


@pytest.mark.parametrize(("function", "arguments", "message"), REFUSED)
def test_refused(function, arguments, message):
    with pytest.raises(ArchcalcError, match=re.escape(message)):
        function(*arguments)


def test_a_fraction_as_a_dimension_says_how_to_round_it():
    with pytest.raises(ArchcalcError) as caught:
        algebra.dimension(28.8)
    assert "make_divisible" in caught.value.hint


@pytest.mark.parametrize(("condition", "broken"), [(True, False), (False, True), (1, False), (0, True)])
def test_fails(condition, broken):
    assert algebra.fails(condition) is broken


# The widths of MobileNet v2 and v3, and awkward ones. Each number is the output of the reference rule,
# TensorFlow's slim/nets/mobilenet/mobilenet.py, run apart from this code:
#     new = max(divisor, int(v + divisor / 2) // divisor * divisor); if new < 0.9 * v: new += divisor
MAKE_DIVISIBLE = [
    (0.5, 8, 8), (3, 8, 8), (8, 8, 8), (11, 8, 16), (12, 8, 16), (13, 8, 16), (16, 8, 16), (16 * 0.35, 8, 8),
    (16 * 1.4, 8, 24), (18, 8, 24), (19, 8, 24), (20, 8, 24), (24 * 0.5, 8, 16), (24 * 0.75, 8, 24),
    (24 * 1.3, 8, 32), (27, 8, 32), (28, 8, 32), (32 * 0.35, 8, 16), (32 * 0.75, 8, 24), (33, 8, 32),
    (35, 8, 32), (36, 8, 40), (64 * 0.35, 8, 24), (72, 8, 72), (96 * 0.75, 8, 72), (99, 8, 96),
    (160 * 0.35, 8, 56), (320 * 1.4, 8, 448), (1280 * 1.4, 8, 1792), (1999.5, 8, 2000),
    (18, 16, 32), (17, 16, 16), (100, 16, 96), (10, 4, 12), (9, 4, 12), (7, 3, 9), (100.5, 3, 102),
]  # fmt: skip


@pytest.mark.parametrize(("value", "divisor", "expected"), MAKE_DIVISIBLE)
def test_make_divisible(value, divisor, expected):
    result = algebra.make_divisible(value, divisor)
    assert result == expected
    assert type(result) is int


@pytest.mark.parametrize(
    ("value", "text"),
    [("half", "the text 'half'"), (True, "true"), (False, "false"), (None, "nothing"), ((1, 2, 3), "a list of 3"),
     (2**2000, "a number of 2001 bits"), (math.pi, "3.141592653589793")],
)  # fmt: skip
def test_describe(value, text):
    assert plain.describe(value) == text
