"""Expressions as a person would write them: floors that vanish where they may, and the shortest of a few forms.

Everything here is an identity (but `divided`, which says what it assumes) and gives the same text every time.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import sympy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ROUNDED = 3  # roundings in a difference whose sign is asked for
MAX_DENOMINATOR = 1024  # of a float that is written as the fraction that it is exactly
MAX_TERMS = 400  # of an expression that is still put into several forms, to choose the shortest


@lru_cache(maxsize=4096)
def simple(expression: Any) -> Any:
    """The shortest of a few forms: factored, expanded, or collected in one of its symbols.

    >>> from sympy.abc import c, s
    >>> simple(c * s + 9 * s + 9)
    s*(c + 9) + 9
    """
    whole = sympy.sympify(expression)
    exact = {number: sympy.Rational(number) for number in whole.atoms(sympy.Float)}
    whole = whole.xreplace({number: ratio for number, ratio in exact.items() if ratio.q <= MAX_DENOMINATOR})
    whole = _without_rounding(whole)
    if not whole.free_symbols or whole.has(sympy.Piecewise, sympy.Rel) or len(sympy.Add.make_args(whole)) > MAX_TERMS:
        return whole
    expanded = sympy.expand(whole)
    symbols = sorted(expanded.free_symbols, key=str)
    forms = [
        sympy.factor(expanded),
        *(sympy.collect(expanded, symbol, sympy.factor) for symbol in symbols),
        expanded,
    ]
    return min(forms, key=lambda form: (sympy.count_ops(form), len(str(form))))


def simple_field(expression: Any) -> Any:
    """A receptive field, which grows from one position: written so where that shows how.

    >>> from sympy.abc import K
    >>> simple_field(3 * K - 2), simple_field(K)
    (3*(K - 1) + 1, K)
    """
    shortest = simple(expression)
    growth = sympy.factor(shortest - 1)
    return growth + 1 if growth.is_Mul and sympy.count_ops(growth) <= sympy.count_ops(shortest) else shortest


def divided(expression: Any) -> Any:
    """Without rounding, if every symbol can be divided by whatever it is divided by; constants are still rounded.

    >>> from sympy.abc import H
    >>> divided(sympy.floor((H - 1) / 2) + 1)
    H/2
    """

    def down(argument: Any) -> Any:
        terms = sympy.Add.make_args(sympy.expand(_without_rounding(sympy.expand(argument))))
        whole = [term for term in terms if sympy.fraction(term)[0].free_symbols]
        return sympy.Add(*whole) + _constant_down([term for term in terms if term not in whole])

    def up(argument: Any) -> Any:
        return -down(-argument)

    def remainder(number: Any, divisor: Any) -> Any:
        return sympy.Mod(sympy.expand(number).as_coeff_Add()[0], divisor)

    whole = sympy.sympify(expression)
    for kind, without in ((sympy.floor, down), (sympy.ceiling, up), (sympy.Mod, remainder)):
        whole = whole.replace(kind, without)
    return whole


def _constant_down(terms: list[Any]) -> Any:
    """Constants, and constants over symbols, rounded down: a number if it is the same for all whole symbols.

    >>> from sympy.abc import S
    >>> _constant_down([sympy.Integer(1), -1 / S]), _constant_down([1 / S])
    (0, floor(1/S))
    """
    total = sympy.Add(*terms)
    fixed, of_symbols = total.as_coeff_Add()
    if len(sympy.Add.make_args(of_symbols)) > 1:
        return sympy.floor(total)
    most = of_symbols.subs(dict.fromkeys(of_symbols.free_symbols, 1))  # it lies between this and 0
    ends = (sympy.floor(fixed + most), sympy.floor(fixed) if most >= 0 else sympy.ceiling(fixed) - 1)
    return ends[0] if ends[0] == ends[1] else sympy.floor(total)


def in_parts(ratio: Any) -> str:
    """A ratio as a sum of fractions, as papers write savings.

    >>> from sympy.abc import C, K
    >>> in_parts((C + K**2) / (C * K**2))
    '1/C + 1/K**2'
    """
    terms = sympy.Add.make_args(sympy.expand(sympy.factor(ratio)))
    return " + ".join(sorted(map(_fraction, terms)))


def _fraction(term: Any) -> str:
    above, below = sympy.fraction(term)
    if below == 1:
        return str(above)
    return "/".join(
        f"({part})" if part.is_Add or (part.is_Mul and part is below) else str(part) for part in (above, below)
    )


def is_at_least_0(expression: Any) -> bool:
    """Whether an expression is known to be at least 0 for all positive whole symbols.

    Each symbol is 1 and something more, and a rounded number is no further from what it was than a part of 1: if
    that leaves a sum without a minus, it is known.

    >>> from archcalc.algebra.symbols import symbol
    >>> K = symbol("K")
    >>> is_at_least_0(K - sympy.ceiling(K / 2)), is_at_least_0(K - 2)
    (True, False)
    """
    rounded = sorted(expression.atoms(sympy.floor, sympy.ceiling), key=str)
    if len(rounded) > MAX_ROUNDED or any(inner.args[0].has(sympy.floor, sympy.ceiling) for inner in rounded):
        return False
    more = {one: 1 + sympy.Dummy(str(one), nonnegative=True) for one in expression.free_symbols if one.is_integer}
    return any(
        sympy.expand(expression.subs(dict(zip(rounded, values, strict=True))).subs(more)).is_nonnegative
        for values in product(*map(_ends, rounded))
    )


def _ends(rounded: Any) -> tuple[Any, Any]:
    """A rounded number as what it was and a part of 1, or as what it was at most, less a part."""
    argument, part = rounded.args[0], sympy.Dummy("part", nonnegative=True)
    divisor = sympy.denom(sympy.together(argument))
    is_of_whole = divisor.is_Integer and (argument * divisor).is_integer
    most = sympy.Rational(divisor - 1, divisor) if is_of_whole else 1
    sign = 1 if isinstance(rounded, sympy.ceiling) else -1
    return argument + sign * part, argument + sign * (most - part)


def _without_rounding(expression: Any) -> Any:
    """Roundings inside one another made one, and the larger of two numbers named where it is known."""
    for kind, rounded in ((sympy.floor, _floor), (sympy.ceiling, _ceiling), (sympy.Max, _larger)):
        if expression.has(kind):
            expression = expression.replace(kind, rounded)
    return expression


def _floor(argument: Any) -> Any:
    """Rounded down; floor((n - 1)/m) is ceiling(n/m) - 1 for whole n and m, which is how strided sizes read best."""
    constant, rest = _unnested(argument, sympy.floor).as_coeff_Add()
    divisor = sympy.denom(constant)
    if divisor != 1 and constant.is_Rational and constant.p % divisor == divisor - 1 and (rest * divisor).is_integer:
        return _ceiling(rest) + sympy.floor(constant)
    return sympy.floor(rest + constant)


def _ceiling(argument: Any) -> Any:
    return sympy.ceiling(_unnested(argument, sympy.ceiling))


def _unnested(argument: Any, kind: Any) -> Any:
    """(floor(x) + n)/m under a floor is (x + n)/m, for whole n and m; and the same for ceilings."""
    expanded = sympy.expand(argument)
    terms = sympy.Add.make_args(expanded)
    inner = [term for term in terms if term.as_coeff_Mul()[1].func is kind]
    if len(inner) != 1:
        return expanded
    coefficient, rounded = inner[0].as_coeff_Mul()
    others = [term / coefficient for term in terms if term is not inner[0]]
    is_fraction = coefficient.is_Rational and coefficient.p == 1
    if not is_fraction or not all(other.is_integer for other in others):
        return expanded
    return sympy.expand(coefficient * sympy.Add(rounded.args[0], *others))


def _larger(*values: Any) -> Any:
    kept = list(values)
    for value in values:
        if len(kept) > 1 and any(other is not value and is_at_least_0(other - value) for other in kept):
            kept.remove(value)
    return sympy.Max(*kept)
