"""The algebra of sympy expressions: the same formulas become closed forms."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.logic.boolalg import Boolean

from archcalc.algebra import Undecided
from archcalc.errors import ArchcalcError

MAX_COMPARED = 4  # roundings in two numbers that sympy still compares: more would take minutes
MAX_READ = 12  # roundings in a number that a person still reads


def symbol(name: str) -> Any:
    """A dimension without a value yet: a positive whole number.

    >>> symbol("C") * symbol("C")
    C**2
    """
    return sympy.Symbol(name, integer=True, positive=True)


def maximum(a: Any, b: Any) -> Any:
    return a if a == b else sympy.Max(a, b, evaluate=not _is_long(a, b))


def minimum(a: Any, b: Any) -> Any:
    return a if a == b else sympy.Min(a, b, evaluate=not _is_long(a, b))


def _is_long(a: Any, b: Any) -> bool:
    """Whether sympy could compare two expressions for minutes: sizes behind many roundings."""
    return len(_roundings(a) | _roundings(b)) > MAX_COMPARED


def _roundings(value: Any) -> Any:
    return sympy.sympify(value).atoms(sympy.floor, sympy.ceiling, sympy.Max, sympy.Min)


class gcd(sympy.Function):  # type: ignore[misc]
    """Greatest common divisor of two whole numbers, kept open until both are known."""

    is_integer = True

    @classmethod
    def eval(cls, a: Any, b: Any) -> Any:
        if a.is_Integer and b.is_Integer:
            return sympy.Integer(sympy.igcd(a, b))
        if a == 1 or b == 1:
            return sympy.Integer(1)
        return a if a == b else None


def exact_div(a: Any, b: Any) -> Any:
    quotient = sympy.sympify(a) / b
    if quotient.is_integer is False:
        raise ArchcalcError(f"{a} is not divisible by {b}")
    return quotient


def divide(a: Any, b: Any) -> Any:
    return sympy.sympify(a) / b


def ratio(a: Any, b: Any) -> Any:
    return sympy.sympify(a) / b


def floor_div(a: Any, b: Any) -> Any:
    return sympy.sympify(a) // b


def modulo(a: Any, b: Any) -> Any:
    return sympy.sympify(a) % b


def power(a: Any, b: Any) -> Any:
    return sympy.sympify(a) ** b


def floor(a: Any) -> Any:
    return sympy.floor(a)


def ceil(a: Any) -> Any:
    return sympy.ceiling(a)


def round_half_even(a: Any) -> Any:
    expression = sympy.sympify(a)
    if expression.is_integer:
        return expression
    raise ArchcalcError(f"round({expression}) has no closed form", hint="use floor(...) or ceil(...)")


def truncate(a: Any) -> Any:
    expression = sympy.sympify(a)
    return expression if expression.is_integer else sympy.floor(expression)


def square_root(a: Any) -> Any:
    return sympy.sqrt(a)


def log2(a: Any) -> Any:
    return sympy.log(a, 2)


def equal(a: Any, b: Any) -> Any:
    """Whether two expressions are the same for all, or for no, values of their symbols."""
    if not isinstance(a, (int, float, sympy.Basic)) or not isinstance(b, (int, float, sympy.Basic)):
        return False
    if _is_condition(a) or _is_condition(b):
        are_truths = all(isinstance(value, bool) or _is_condition(value) for value in (a, b))
        return sympy.simplify(sympy.Equivalent(a, b)) if are_truths else False
    difference = sympy.sympify(a) - b
    if not _is_long(a, b):
        difference = sympy.simplify(difference)
    if difference.is_zero:
        return True
    if difference.is_nonzero:
        return False
    return sympy.Eq(a, b, evaluate=not _is_long(a, b))


def _is_condition(value: Any) -> bool:
    """Whether it is an open condition; sympy's symbols could stand for truths, but here they are numbers."""
    return isinstance(value, Boolean) and not isinstance(value, sympy.Expr)


def is_unreadable(value: Any) -> bool:
    return len(_roundings(value)) > MAX_READ


def where(condition: Any, a: Any, b: Any) -> Any:
    if condition in (True, False):
        return a if condition else b
    return sympy.Piecewise((a, condition), (b, True))


def decide(condition: Any) -> bool:
    if condition in (True, False):
        return bool(condition)
    if isinstance(condition, sympy.Expr) and condition.is_zero is not None:
        return not condition.is_zero
    raise Undecided(f"whether {_as_in_spec(condition)} is not known: it depends on the symbols")


def _as_in_spec(condition: Any) -> str:
    """A condition with the signs of the spec language, where sympy writes Ne(a, b)."""
    signs = {sympy.Eq: "==", sympy.Ne: "!="}
    sign = signs.get(type(condition))
    return str(condition) if sign is None else f"{condition.lhs} {sign} {condition.rhs}"


def fails(condition: Any) -> bool:
    return bool(condition == False)  # noqa: E712 - sympy's own false is not Python's


def dimension(value: Any) -> Any:
    expression = sympy.sympify(value)
    if expression.is_Integer:
        return int(expression)
    if not isinstance(expression, sympy.Expr) or expression.is_integer is False:
        raise ArchcalcError(f"found {value}, expected a whole number")
    return expression


def number(value: Any) -> Any:
    expression = sympy.sympify(value)
    if not isinstance(expression, sympy.Expr) or expression.has(sympy.nan, sympy.oo, -sympy.oo, sympy.zoo):
        raise ArchcalcError(f"found {value}, expected a finite number or an expression of symbols")
    if expression.is_Float:
        return float(expression)
    return int(expression) if expression.is_Integer else expression
