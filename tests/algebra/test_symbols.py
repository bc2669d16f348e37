"""Closed forms: what is known is computed, what is not is kept open, never guessed."""

import re

import pytest
import sympy

from archcalc import algebra
from archcalc.algebra import Undecided
from archcalc.algebra.symbols import symbol
from archcalc.errors import ArchcalcError

C, N = symbol("C"), symbol("N")

# An expression, values for its symbols, and the number that comes out.
RESULTS = [
    (algebra.maximum(C, 5), {C: 3}, 5),
    (algebra.maximum(1, C), {C: 3}, 3),
    (algebra.minimum(C, 5), {C: 3}, 3),
    (algebra.gcd(C, 12), {C: 18}, 6),
    (algebra.gcd(C, N), {C: 2**70, N: 2**65 * 3}, 2**65),
    (algebra.gcd(C, 1), {}, 1),
    (algebra.gcd(C, 12) + 1, {C: 8}, 5),
    (algebra.gcd(algebra.gcd(C, N), 12), {C: 18, N: 30}, 6),
    (algebra.maximum(algebra.gcd(C, 12), 4), {C: 18}, 6),
    (algebra.ceil_div(N, 2), {N: 7}, 4),
    (algebra.ceil_div(7, N), {N: 2}, 4),
    (algebra.floor_div(N, 2), {N: 7}, 3),
    (algebra.modulo(N, 4), {N: 7}, 3),
    (algebra.exact_div(N, 4), {N: 12}, 3),
    (algebra.divide(N, 2), {N: 7}, sympy.Rational(7, 2)),
    (algebra.ratio(N, 6), {N: 13}, sympy.Rational(13, 6)),
    (algebra.power(C, 2), {C: 9}, 81),
    (algebra.prod((C, C, N)), {C: 2**40, N: 3}, 3 * 2**80),
    (algebra.floor(N / 2), {N: 7}, 3),
    (algebra.ceil(N / 2), {N: 7}, 4),
    (algebra.truncate(N), {N: 7}, 7),
    (algebra.truncate(N / 2), {N: 7}, 3),
    (algebra.round_half_even(N), {N: 7}, 7),
    (algebra.square_root(N), {N: 49}, 7),
    (algebra.log2(N), {N: 1024}, 10),
    (algebra.where(N > 3, 10, 20), {N: 4}, 10),
    (algebra.where(N > 3, 10, 20), {N: 3}, 20),
    (algebra.where(algebra.equal(N % 4, 0), 10, 20), {N: 8}, 10),
    (algebra.where(algebra.equal(N % 4, 0), 10, 20), {N: 9}, 20),
    (algebra.where(True, C, 1), {C: 3}, 3),
    (algebra.make_divisible(C), {C: 33}, 32),
    (algebra.make_divisible(C), {C: 18}, 24),
    (algebra.make_divisible(C), {C: 3}, 8),
    (algebra.make_divisible(C, 16), {C: 18}, 32),
]


@pytest.mark.parametrize(("expression", "values", "expected"), RESULTS)
def test_results(expression, values, expected):
    assert sympy.simplify(sympy.sympify(expression).subs(values)) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(C, C, True), (C + 1, C, False), (C * 2, C + C, True), (C, 0, False), ((C + 1) * (C - 1), C**2 - 1, True),
     ("half", C, False), (C, None, False)],
)  # fmt: skip
def test_what_holds_for_all_values_is_decided(a, b, expected):
    assert algebra.equal(a, b) is expected


@pytest.mark.parametrize(("condition", "expected"), [(C > 0, True), (C >= 1, True), (C < 0, False), (C, True)])
def test_known_conditions(condition, expected):
    assert algebra.decide(condition) is expected


@pytest.mark.parametrize("condition", [C > 5, algebra.equal(C, N), algebra.equal(C % 2, 0), C - 1])
def test_open_conditions_are_undecided(condition):
    with pytest.raises(Undecided, match="depends on the symbols"):
        algebra.decide(condition)


@pytest.mark.parametrize(
    ("condition", "broken"), [(C > 5, False), (C > 0, False), (C < 0, True), (algebra.equal(C % 2, 0), False)]
)
def test_an_open_relation_is_an_assumption(condition, broken):
    assert algebra.fails(condition) is broken


def test_dimensions():
    assert type(algebra.dimension(sympy.Integer(3))) is int
    assert algebra.dimension(C * N) == C * N
    assert algebra.number(sympy.Integer(3)) == 3


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (lambda: algebra.dimension(sympy.Rational(1, 2)), "found 1/2, expected a whole number"),
        (lambda: algebra.dimension(C > 3), "expected a whole number"),
        (lambda: algebra.number(C > 3), "expected a finite number or an expression"),
        (lambda: algebra.exact_div(sympy.Integer(7), 2), "7 is not divisible by 2"),
        (lambda: algebra.round_half_even(C / 2), "no closed form"),
    ],
)
def test_refused(expression, message):
    with pytest.raises(ArchcalcError, match=re.escape(message)):
        expression()
