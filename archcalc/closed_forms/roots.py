"""The equation that a condition becomes in closed form, and its exact roots."""

from __future__ import annotations

import sympy

from archcalc.closed_forms.simple import simple
from archcalc.closed_forms.unknowns import knob_value, plain_name, symbols_of
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from archcalc.closed_forms.condition import Condition
    from archcalc.graph.graph import Graph

MAX_DEGREE = 8
MAX_ROOT = 2**60
MAX_REASON = 120  # characters of a mistake that is quoted


class Roots(Record):
    """An equation in one unknown: as text, its degree, its positive real roots, and the first root for all values."""

    equation: str
    degree: int
    roots: tuple[Any, ...]
    general: Any


def exact_roots(
    spec: Any, graph: Graph, unknown: str, where: Condition, values: Mapping[str, Any]
) -> tuple[Roots | None, str]:
    """The roots of a condition with equality; or None, and why there is no closed form.

    Every number that the condition names or that is given is a symbol, if the network can have it as one; what
    is common to all terms then cancels. If not, only the unknown is one.
    """
    numeric = [name for name, value in graph.vars.items() if type(value) in (int, float)]
    named = [name for name in numeric if name != unknown and (name in where.names or name in values)] + [unknown]
    reason = ""
    for names in (named, [unknown]):
        symbols = symbols_of(graph, {name: plain_name(name) for name in names}, {})
        others = {name: value for name, value in values.items() if name not in symbols}
        try:
            left, right = where.sides(analyze(load(spec, **others, **symbols)))
        except ArchcalcError as error:
            reason = reason or _short(error.errors[0].message)
            continue
        difference = simple(sympy.sympify(left) - right)
        if symbols[unknown] not in difference.free_symbols:
            raise ArchcalcError(f"the sides of '{where.text}' do not depend on {unknown}")
        equation = _without_common(difference, symbols[unknown])
        if (
            not equation.is_polynomial(symbols[unknown])
            or not 0 < sympy.degree(equation, symbols[unknown]) <= MAX_DEGREE
        ):
            return None, f"the closed form is no polynomial in {unknown} of degree 1 to {MAX_DEGREE}"
        numbers = {
            symbols[name]: sympy.nsimplify(knob_value(graph, name), rational=True) for name in names if name != unknown
        }
        try:
            return _solved(equation, symbols[unknown], numbers), ""
        except (NotImplementedError, ArithmeticError):  # numbers too large, or not rational
            return None, f"the closed form has no root in {unknown} up to {MAX_ROOT} that can be written"
    return None, reason


def _short(reason: str) -> str:
    return reason if len(reason) <= MAX_REASON else f"{reason[:MAX_REASON]} ..."


def _without_common(difference: Any, unknown: Any) -> Any:
    """A polynomial with the same positive roots, and no factor that has none."""
    numerator = sympy.fraction(sympy.together(difference))[0]
    _, factors = sympy.factor_list(numerator)
    kept = [factor**power for factor, power in factors if unknown in factor.free_symbols and factor != unknown]
    return sympy.expand(sympy.Mul(*kept))


def _solved(equation: Any, unknown: Any, numbers: Mapping[Any, Any]) -> Roots:
    polynomial = sympy.Poly(equation.subs(numbers), unknown)
    roots = tuple(root for root in dict.fromkeys(sympy.real_roots(polynomial)) if root.is_positive)
    if any(root > MAX_ROOT for root in roots):
        raise ArithmeticError
    degree = int(sympy.degree(equation, unknown))
    general = None
    if roots and degree <= 2 and len(equation.free_symbols) > 1:
        for root in sympy.roots(sympy.Poly(equation, unknown)):
            if sympy.simplify(root.subs(numbers) - roots[0]) == 0:
                general = sympy.simplify(root)
    return Roots(_text(equation, unknown), degree, roots, general)


def _text(equation: Any, unknown: Any) -> str:
    """The terms with a plus on the left, highest power first, those with a minus on the right."""
    terms = sorted(sympy.Add.make_args(equation), key=lambda term: (-sympy.degree(term, unknown), str(term)))
    if terms[0].could_extract_minus_sign():
        terms = [-term for term in terms]
    left = [str(term) for term in terms if not term.could_extract_minus_sign()]
    right = [str(-term) for term in terms if term.could_extract_minus_sign()]
    return f"{' + '.join(left)} = {' + '.join(right) or '0'}"
