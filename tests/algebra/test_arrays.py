"""Columns of variants: exact or refused, never wrapped; what numpy does by itself is not trusted."""

import re

import numpy as np
import pytest

from archcalc import algebra
from archcalc.algebra import Inexact, Undecided
from archcalc.algebra.arrays import Array
from archcalc.errors import ArchcalcError

EDGE = 2**63 - 1  # the largest int64


def column(*values):
    return Array(list(values))


# An expression over columns, and the values of the result; both sides of 2**31 and 2**63.
RESULTS = [
    (lambda: column(1, 2) + column(3, 4), [4, 6]),
    (lambda: column(EDGE, 1) + 1, [9223372036854775808, 2]),
    (lambda: 1 + column(EDGE), [9223372036854775808]),
    (lambda: column(-(2**63)) - 1, [-9223372036854775809]),
    (lambda: 5 - column(1, 7), [4, -2]),
    (lambda: -column(-(2**63)), [9223372036854775808]),
    (lambda: abs(column(-(2**63), 5)), [9223372036854775808, 5]),
    (lambda: column(2**40, 2**50) * column(2**40, 2**50), [2**80, 2**100]),
    (lambda: 3 * column(2**62, -(2**62)), [13835058055282163712, -13835058055282163712]),
    (lambda: column(-(2**62), 5) * column(-3, 3), [13835058055282163712, 15]),
    (lambda: column(2**62, 5) * column(3, -3), [13835058055282163712, -15]),
    # The remainder is up to 2**40 - 1: its square needs 80 bits.
    (lambda: (column(2**40 - 1, 1) % 2**40) * (column(2**40 - 1, 1) % 2**40), [(2**40 - 1) ** 2, 1]),
    (lambda: (column(-1, 1) % -(2**40)) * (column(-(2**40) + 1, 1) % -(2**40)), [2**40 - 1, (2**40 - 1) ** 2]),
    (lambda: column(2**100) // 2**90, [1024]),
    (lambda: column(2**100) - column(2**100), [0]),
    (lambda: column(-(2**63)) // -1, [9223372036854775808]),
    (lambda: column(7, -7) // 2, [3, -4]),
    (lambda: column(7, -7) % 2, [1, 1]),
    (lambda: column(7, -7) % -2, [-1, -1]),
    (lambda: 100 // column(7, 3), [14, 33]),
    (lambda: 100 % column(7, 3), [2, 1]),
    (lambda: column(2**64 + 5) % 2**32, [5]),
    (lambda: column(3, 5) ** 2, [9, 25]),
    (lambda: column(3, 5) ** np.int64(2), [9, 25]),
    (lambda: column(2**40) ** 3, [2**120]),
    (lambda: column(3, 2) ** column(40, 3), [12157665459056928801, 8]),
    (lambda: (column(3) ** column(40)) % 7, [4]),  # 3**6 = 1 mod 7 and 40 = 6*6 + 4, 3**4 = 81 = 4 mod 7
    (lambda: column(3, 5) ** 0, [1, 1]),
    (lambda: 2 ** column(3, 100), [8, 1267650600228229401496703205376]),
    (lambda: 2.0 ** column(3, -1), [8.0, 0.5]),
    (lambda: column(7, 8) / 2, [3.5, 4.0]),
    (lambda: 1 / column(4, 8), [0.25, 0.125]),
    (lambda: algebra.divide(column(6, 8), 2), [3, 4]),
    (lambda: algebra.divide(column(7, 8), 2), [3.5, 4.0]),
    (lambda: algebra.exact_div(column(2**70, 12), 4), [2**68, 3]),
    (lambda: algebra.ratio(column(12, 9), 3), [4, 3]),
    (lambda: algebra.maximum(column(1, 2**70), 5), [5, 2**70]),
    (lambda: algebra.minimum(column(1, 2**70), 5), [1, 5]),
    (lambda: algebra.maximum(column(1, 5), 2.5), [2.5, 5.0]),
    (lambda: algebra.gcd(column(12, 18, 0, -6), 8), [4, 2, 8, 2]),
    (lambda: algebra.gcd(column(2**70), 2**65 * 3), [2**65]),
    (lambda: algebra.gcd(column(-(2**63)), column(-(2**63))), [9223372036854775808]),
    (lambda: algebra.ceil_div(column(7, 8, -7), 2), [4, 4, -3]),
    (lambda: algebra.ceil_div(column(2**64 + 1), 2), [2**63 + 1]),
    (lambda: algebra.prod((column(2**32), column(2**32), 2)), [2**65]),
    (lambda: algebra.where(column(1, 5) > 3, column(10, 20), 0), [0, 20]),
    (lambda: algebra.where(column(1, 5) > 3, 2**70, 1), [1, 2**70]),
    (lambda: algebra.where(column(1, 5) > 3, 0.5, 1), [1.0, 0.5]),
    (lambda: algebra.where(True, column(1, 5), 3), [1, 5]),
    (lambda: algebra.floor(column(2.5, -2.5)), [2, -3]),
    (lambda: algebra.ceil(column(2.1, -2.1)), [3, -2]),
    (lambda: algebra.truncate(column(2.9, -2.9)), [2, -2]),
    (lambda: algebra.round_half_even(column(0.5, 1.5, 2.5)), [0, 2, 2]),
    (lambda: algebra.floor(column(2**70)), [2**70]),
    (lambda: algebra.square_root(column(4, 2**120)), [2, 2**60]),
    (lambda: algebra.square_root(column(4, 2)), [2.0, 1.4142135623730951]),
    (lambda: algebra.log2(column(8, 2**60)), [3, 60]),
    (lambda: algebra.log2(column(8, 0.5)), [3.0, -1.0]),
    (lambda: algebra.make_divisible(column(33, 3, 24, 18)), [32, 8, 24, 24]),
    (lambda: algebra.make_divisible(column(11.2, 5.6, 448.0)), [16, 8, 448]),
    (lambda: column(3, 2**70) == column(3, 2**70), [True, True]),
    (lambda: column(3, 4) != 3, [False, True]),
    (lambda: column(3, 4) < 4, [True, False]),
    (lambda: column(3, 4) <= 3, [True, False]),
    (lambda: column(3, 4) > 3, [False, True]),
    (lambda: column(3, 4) >= 4, [False, True]),
    (lambda: 4 > column(3, 4), [True, False]),  # noqa: SIM300 - the reflected comparison is what is tested
    # 2**53 + 1 is the first whole number that a float cannot hold.
    (lambda: column(2**53 + 1) == 2.0**53, [False]),
    (lambda: column(2**53 + 1) > 2.0**53, [True]),
    (lambda: algebra.equal(np.int64(3), column(3, 4)), [True, False]),
    # numpy's own arrays and scalars on the left.
    (lambda: np.array([1, 2]) * column(3, 4), [3, 8]),
    (lambda: np.int64(2**62) * column(3, 4), [13835058055282163712, 18446744073709551616]),
    (lambda: np.array([1, 2]) < column(3, 2), [True, False]),
    (lambda: sum([column(1), column(EDGE)]), [9223372036854775808]),
]


@pytest.mark.parametrize(("expression", "expected"), RESULTS)
def test_results(expression, expected):
    result = expression()
    assert type(result) is Array
    assert result.tolist() == expected
    assert [type(value) for value in result.tolist()] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([200, 100], dtype=np.uint8), [40000, 10000]),
        (np.array([100, -100], dtype=np.int8), [10000, 10000]),
        (np.array([2**31 - 1], dtype=np.int32), [4611686014132420609]),
        (np.array([2**63], dtype=np.uint64), [85070591730234615865843651857942052864]),
        (np.array([2**64 - 1], dtype=np.uint64), [340282366920938463426481119284349108225]),
        (np.array([2**64, 3], dtype=object), [2**128, 9]),
        ([2**63, -1], [2**126, 1]),
        (2**63, 2**126),
        (np.int16(300), 90000),
        (range(3), [0, 1, 4]),
    ],
)
def test_squares_of_every_kind_of_column_are_exact(values, expected):
    column = Array(values)
    assert (column * column).tolist() == expected


def test_shapes_broadcast_as_in_numpy():
    table = Array(np.array([[1], [2**62]])) * column(1, 2, 3)
    assert table.tolist() == [[1, 2, 3], [2**62, 2**63, 3 * 2**62]]


# What is refused, and a piece of the message.
REFUSED = [
    (lambda: Array([]), "empty array"),
    (lambda: Array(np.array(["a"])), "expected numbers"),
    (lambda: Array(np.array([1j])), "complex128"),
    (lambda: Array(np.array([1, 2.5], dtype=object)), "mixed objects"),
    (lambda: Array(np.array([1, True], dtype=object)), "mixed objects"),
    (lambda: column(1, 2) + column(1, 2, 3), "(2,) and (3,)"),
    (lambda: column(1, 2) == column(1, 2, 3), "(2,) and (3,)"),
    (lambda: algebra.where(column(1, 2) > 1, column(1, 2, 3), 0), "do not fit together"),
    (lambda: column(1) + "a", "the text 'a'"),
    (lambda: column(1) < "a", "the text 'a'"),
    (lambda: column(1) + None, "nothing"),
    (lambda: column(True, False) + 1, "truths"),
    (lambda: column(5) // 0, "division by zero"),
    (lambda: column(5) % 0, "division by zero"),
    (lambda: column(5) / 0, "division by zero"),
    (lambda: column(5) // 0.0, "division by zero"),
    (lambda: column(1.5) % 0, "division by zero"),
    (lambda: column(5, 6) // column(1, 0), "division by zero"),
    (lambda: 5 // column(1, 0), "division by zero"),
    (lambda: column(0, 1) ** -1, "division by zero"),
    (lambda: algebra.exact_div(column(7, 8), 2), "remainder"),
    (lambda: algebra.ratio(column(13), 6), "remainder"),
    (lambda: algebra.square_root(column(4, -1)), "square root of a negative"),
    (lambda: algebra.log2(column(4, 0)), "logarithm"),
    (lambda: algebra.power(column(2, 3), 5000), "too large"),
    (lambda: algebra.dimension(np.array([1.5, 2])), "fraction"),
    (lambda: algebra.dimension(np.array([True])), "truths"),
    (lambda: algebra.dimension(np.array([])), "empty"),
    (lambda: algebra.dimension(np.float64(2.5)), "found 2.5"),
]


@pytest.mark.parametrize(("expression", "message"), REFUSED)
def test_refused(expression, message):
    with pytest.raises(ArchcalcError, match=re.escape(message)):
        expression()


INEXACT = [
    lambda: column(2**53 + 1) + 0.5,
    lambda: column(2**53 + 1, 0.5),
    lambda: column(2**53 + 1) / 2,
    lambda: column(0.5) * 2**60,
    lambda: algebra.divide(column(2**60), 3),
    lambda: algebra.maximum(column(2**60), 0.5),
    lambda: algebra.where(column(1, 0) > 0, column(2**60), 0.5),
    lambda: algebra.floor(column(1e300)),
    lambda: algebra.round_half_even(column(float("nan"))),
    lambda: algebra.dimension(np.array([2.0**60])),
    lambda: algebra.dimension(np.array([np.inf])),
    lambda: algebra.dimension(np.array([np.nan])),
    lambda: column(1e308) * 10,
    lambda: column(3, 2) ** column(100, -1),
]


@pytest.mark.parametrize("expression", INEXACT)
def test_what_would_be_rounded_is_refused(expression):
    with pytest.raises(Inexact):
        expression()


@pytest.mark.parametrize(("values", "expected"), [([1, 1], True), ([0, 0], False), ([7, 3], True)])
def test_truth(values, expected):
    assert bool(Array(values)) is expected
    assert algebra.decide(Array(values)) is expected


def test_mixed_truth_is_undecided():
    with pytest.raises(Undecided):
        bool(column(1, 5) > 3)
    with pytest.raises(Undecided):
        algebra.decide(column(1, 0))


@pytest.mark.parametrize(
    ("condition", "broken"), [(column(1, 5) > 0, False), (column(1, 5) > 3, True), (column(1, 5) > 9, True),
                              (np.bool_(False), True), (np.bool_(True), False)],
)  # fmt: skip
def test_a_column_fails_as_soon_as_one_variant_does(condition, broken):
    assert algebra.fails(condition) is broken


@pytest.mark.parametrize("other", ["half", None, (1, 2), [1, 2]])
def test_a_column_is_never_a_word_or_a_list(other):
    assert algebra.equal(column(1, 2), other) is False
    assert algebra.equal(other, column(1, 2)) is False
    assert (column(1, 2) != other) is True


@pytest.mark.parametrize(
    ("value", "expected"),
    [(np.int32(5), 5), (np.float64(5.0), 5), (np.uint64(2**63), 9223372036854775808), (np.float32(3.0), 3)],
)
def test_a_scalar_of_numpy_becomes_an_int(value, expected):
    result = algebra.dimension(value)
    assert (result, type(result)) == (expected, int)


def test_columns_of_whole_floats_become_dimensions():
    assert algebra.dimension(np.array([224.0, 112.0])).tolist() == [224, 112]


def test_numbers_from_outside():
    assert type(algebra.number(np.float64(0.5))) is float
    assert algebra.number(np.array([0.5, 1])).tolist() == [0.5, 1.0]


def test_repr_shows_the_values():
    assert repr(column(1, 2**70)) == "Array([1, 1180591620717411303424])"
