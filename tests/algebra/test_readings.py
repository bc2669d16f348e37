"""One formula, four readings: random formulas give the same on ints, columns, symbols and worked numbers."""

import math
import operator

import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from archcalc import algebra
from archcalc.algebra import Inexact
from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.algebra.worked import CHANNELS, FILTERS, KERNEL, SIZE, Worked, leaf
from archcalc.algebra.written import HWC, Writer

NAMES = ("a", "b", "c")
SIZES = st.one_of(
    st.integers(1, 20), st.integers(2**31 - 3, 2**31 + 3), st.integers(2**63 - 3, 2**63 + 3), st.integers(1, 2**70)
)

TWO = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "maximum": algebra.maximum,
    "minimum": algebra.minimum,
    "ceil_div": algebra.ceil_div,
    "gcd": algebra.gcd,
}
DIVISIONS = ("//", "%", "ceil_div")
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "equal": algebra.equal,
}

LEAVES = st.one_of(st.sampled_from(NAMES), st.integers(-5, 9), st.sampled_from([2**31, 2**63 - 1, -(2**63), 2**64]))


def grow(tree):
    return st.one_of(
        st.tuples(st.sampled_from(sorted(set(TWO) - set(DIVISIONS))), tree, tree),
        # Divisors are dimensions or constants: a divisor that may be zero is refused, and tested by itself.
        st.tuples(st.sampled_from(DIVISIONS), tree, st.one_of(st.sampled_from(NAMES), st.integers(1, 9))),
        st.tuples(st.just("where"), st.sampled_from(sorted(COMPARISONS)), tree, tree, tree, tree),
    )


FORMULAS = st.recursive(LEAVES, grow, max_leaves=8)


def read(formula, values):
    """The formula with values for its names, whatever kind of number they are."""
    if isinstance(formula, str):
        return values[formula]
    if isinstance(formula, int):
        return formula
    sign, *rest = formula
    if sign == "where":
        comparison, left, right, a, b = rest
        condition = COMPARISONS[comparison](read(left, values), read(right, values))
        return algebra.where(condition, read(a, values), read(b, values))
    return TWO[sign](*(read(part, values) for part in rest))


@settings(max_examples=400, deadline=None)
@given(FORMULAS, st.lists(st.tuples(SIZES, SIZES, SIZES), min_size=1, max_size=4))
def test_columns_equal_ints_element_by_element(formula, variants):
    expected = [read(formula, dict(zip(NAMES, variant, strict=True))) for variant in variants]
    columns = {name: Array(list(column)) for name, column in zip(NAMES, zip(*variants, strict=True), strict=True)}
    result = read(formula, columns)
    if not isinstance(result, Array):  # the formula holds no name
        assert all(result == value for value in expected)
        return
    found = result.tolist()
    assert (found if isinstance(found, list) else [found] * len(expected)) == expected
    assert all(type(value) is int for value in found) if isinstance(found, list) else type(found) is int
    least, most = result.bounds
    assert least <= min(expected)
    assert max(expected) <= most


@settings(max_examples=60, deadline=None)
@given(st.recursive(LEAVES, grow, max_leaves=4), st.tuples(*[st.integers(1, 40)] * 3))
@example(("gcd", ("gcd", "a", "b"), "a"), (4, 6, 1))
def test_symbols_with_numbers_put_in_equal_ints(formula, variant):
    expected = read(formula, dict(zip(NAMES, variant, strict=True)))
    result = read(formula, {name: symbol(name) for name in NAMES})
    numbers = {symbol(name): value for name, value in zip(NAMES, variant, strict=True)}
    assert sympy.sympify(result).subs(numbers) == expected


PYTHON = {"max": max, "min": min, "gcd": math.gcd, "ceil_div": algebra.ceil_div, "__builtins__": {}}


@settings(max_examples=400, deadline=None)
@given(FORMULAS, st.tuples(SIZES, SIZES, SIZES), st.permutations([SIZE, KERNEL, CHANNELS, FILTERS, ""]))
def test_worked_numbers_equal_ints_and_what_is_written_gives_them(formula, variant, roles):
    numbers = dict(zip(NAMES, variant, strict=True))
    expected = read(formula, numbers)
    result = read(formula, {name: leaf(numbers[name], name, role) for name, role in zip(NAMES, roles, strict=False)})
    assert result == expected
    if not isinstance(result, Worked):  # the formula holds no name, or a choice fell on a constant
        return
    assert hash(result) == hash(expected)
    for layout in ("", HWC):
        assert eval(Writer(layout).text(result), PYTHON) == expected  # noqa: S307
        assert eval(Writer(layout, is_formula=True).text(result), PYTHON, numbers) == expected  # noqa: S307


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["+", "-", "*", "//", "%"]),
    st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=3)
    | st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=3),
    st.integers(-(2**70), 2**70) | st.floats(-1e15, 1e15),
)
def test_floats_give_what_python_gives_or_are_refused(sign, values, other):
    assume(not (sign in DIVISIONS and other == 0))
    expected = [TWO[sign](value, other) for value in values]
    kinds = {type(value) for value in [*values, other]}
    is_mixed_and_large = kinds == {int, float} and max(abs(value) for value in [*values, other]) > 2**53
    try:
        result = TWO[sign](Array(values), other)
    except Inexact:
        assert is_mixed_and_large or not all(math.isfinite(value) for value in expected)
        return
    assert result.tolist() == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=4), st.integers(0, 40))
def test_powers(values, exponent):
    assert (Array(values) ** exponent).tolist() == [value**exponent for value in values]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(0.5, 3000) | st.integers(1, 3000), min_size=1, max_size=4), st.sampled_from([4, 8, 16]))
def test_make_divisible_of_columns(values, divisor):
    expected = [algebra.make_divisible(value, divisor) for value in values]
    assert algebra.make_divisible(Array(values), divisor).tolist() == expected


@given(st.integers(1, 2**80), st.integers(1, 2**40))
def test_ceil_div_is_the_least_quotient_that_covers(numerator, denominator):
    quotient = algebra.ceil_div(numerator, denominator)
    assert (quotient - 1) * denominator < numerator <= quotient * denominator
