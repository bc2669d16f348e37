"""What the operators and functions of an expression do to values, and which values they refuse."""

from __future__ import annotations

import operator

from archcalc import algebra
from archcalc.algebra import Undecided
from archcalc.algebra.plain import MAX_BITS, describe
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    Run: TypeAlias = Callable[[Mapping[str, Any]], Any]

MAX_RESULT_BITS = 4 * MAX_BITS


def _not_zero(divisor: Any) -> None:
    if isinstance(divisor, (int, float)) and divisor == 0:
        raise ArchcalcError("division by zero")


def _divide(a: Any, b: Any) -> Any:
    _not_zero(b)
    return algebra.divide(a, b)


def _floor_div(a: Any, b: Any) -> Any:
    _not_zero(b)
    return algebra.floor_div(a, b)


def _modulo(a: Any, b: Any) -> Any:
    _not_zero(b)
    return algebra.modulo(a, b)


def _power(a: Any, b: Any) -> Any:
    if isinstance(b, (int, float)) and b < 0:
        _not_zero(a)
    return algebra.power(a, b)


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": _floor_div,
    "%": _modulo,
    "**": _power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def binary(sign: str, a: Run, b: Run) -> Run:
    """An operator between two expressions."""
    if sign == "==":
        return lambda env: algebra.equal(a(env), b(env))
    if sign == "!=":
        return lambda env: _opposite(algebra.equal(a(env), b(env)))
    function = ARITHMETIC[sign]

    def run(env: Mapping[str, Any]) -> Any:
        left, right = a(env), b(env)
        return _sane(_attempt(function, _number(left, sign), _number(right, sign)))

    return run


def _attempt(function: Callable[..., Any], *values: Any) -> Any:
    """The result, with Python's own complaints about numbers turned into ours."""
    try:
        return function(*values)
    except OverflowError:
        raise ArchcalcError("the result is too large") from None
    except ZeroDivisionError:
        raise ArchcalcError("division by zero") from None
    except (TypeError, ValueError) as error:
        raise ArchcalcError(f"cannot compute this: {error}") from None


def _opposite(truth: Any) -> Any:
    return (not truth) if isinstance(truth, bool) else algebra.equal(truth, False)


def _number(value: Any, sign: str) -> Any:
    bare = _bare(value)
    if isinstance(bare, (bool, str, list)) or bare is None:
        raise ArchcalcError(f"'{sign}' needs numbers, found {describe(bare)}")
    return value


def _bare(value: Any) -> Any:
    """What a number that remembers more than its value stands for: one that a sweep follows may be a truth."""
    return getattr(value, "value", value)


def _sane(result: Any) -> Any:
    if type(result) is int:
        if result.bit_length() > MAX_RESULT_BITS:
            raise ArchcalcError("the result is too large")
    elif type(result) is float and not abs(result) < float("inf"):
        raise ArchcalcError("the result is too large")
    return result


def truth(value: Any) -> bool:
    """The truth of a condition; numbers are not truths by themselves."""
    if isinstance(value, bool):
        return value
    bare = _bare(value)
    if (isinstance(bare, (int, float, str, list)) and not isinstance(bare, bool)) or bare is None:
        raise ArchcalcError(f"found {describe(bare)}, expected a condition, true or false", hint="compare it: x != 0")
    return bool(algebra.decide(value))


def conditional(condition: Run, a: Run, b: Run) -> Run:
    """A if condition else b; only the chosen side is computed, where one is."""

    def run(env: Mapping[str, Any]) -> Any:
        chosen = condition(env)
        try:
            return a(env) if truth(chosen) else b(env)
        except Undecided:
            one, other = a(env), b(env)
            if any(isinstance(value, (str, list, bool)) for value in (one, other)):
                if type(one) is type(other) and one == other:
                    return one
                raise
            return algebra.where(chosen, one, other)

    return run


def either(a: Run, b: Run) -> Run:
    """A or b, the second only if needed."""
    return lambda env: truth(a(env)) or truth(b(env))


def both(a: Run, b: Run) -> Run:
    """A and b, the second only if needed."""
    return lambda env: truth(a(env)) and truth(b(env))


def negation(a: Run) -> Run:
    """Not a."""
    return lambda env: not truth(a(env))


def item(value: Run, index: Run) -> Run:
    """list[index]; an index beyond either end is a mistake, never wrapped around."""

    def run(env: Mapping[str, Any]) -> Any:
        items, position = value(env), index(env)
        if not isinstance(items, (list, tuple)):
            raise ArchcalcError(f"found {describe(items)} before '[', expected a list")
        place = algebra.settled(algebra.dimension(position)) if not isinstance(position, (bool, str, list)) else None
        if type(place) is not int:
            raise ArchcalcError(f"found {describe(position)} as an index, expected a whole number")
        if not items:
            raise ArchcalcError(f"index {place} of an empty list")
        if not 0 <= place < len(items):
            raise ArchcalcError(f"index {place} of a list of {len(items)}, expected 0 to {len(items) - 1}")
        return items[place]

    return run


def _listed(name: str, values: list[Any]) -> list[Any]:
    if len(values) == 1 and isinstance(values[0], (list, tuple)):
        values = list(values[0])
    if not values and name != "sum":
        raise ArchcalcError(f"{name}() of nothing")
    return [_number(value, f"{name}()") for value in values]


def _smallest(*values: Any) -> Any:
    result, *rest = _listed("min", list(values))
    for value in rest:
        result = algebra.minimum(result, value)
    return result


def _largest(*values: Any) -> Any:
    result, *rest = _listed("max", list(values))
    for value in rest:
        result = algebra.maximum(result, value)
    return result


def _total(*values: Any) -> Any:
    result: Any = 0
    for value in _listed("sum", list(values)):
        result = result + value
    return result


def _length(value: Any) -> int:
    if not isinstance(value, (list, tuple)):
        raise ArchcalcError(f"len() needs a list, found {describe(value)}")
    return len(value)


def _of_numbers(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: function(*(_number(value, f"{name}()") for value in values))


# name -> (function, least and most number of arguments)
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "min": (_smallest, 1, 100),
    "max": (_largest, 1, 100),
    "sum": (_total, 1, 100),
    "len": (_length, 1, 1),
    "ceil": (_of_numbers("ceil", algebra.ceil), 1, 1),
    "floor": (_of_numbers("floor", algebra.floor), 1, 1),
    "round": (_of_numbers("round", algebra.round_half_even), 1, 1),
    "int": (_of_numbers("int", algebra.truncate), 1, 1),
    "sqrt": (_of_numbers("sqrt", algebra.square_root), 1, 1),
    "log2": (_of_numbers("log2", algebra.log2), 1, 1),
    "make_divisible": (_of_numbers("make_divisible", algebra.make_divisible), 1, 2),
}


def call(name: str, arguments: list[Run]) -> Run:
    """A function of the spec language; raises ArchcalcError if the number of arguments is wrong."""
    function, least, most = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        count = str(least) if least == most else f"{least} to {most}"
        raise ArchcalcError(f"{name}() takes {count} argument{'s' if most > 1 else ''}, found {len(arguments)}")

    def run(env: Mapping[str, Any]) -> Any:
        return _sane(_attempt(function, *(argument(env) for argument in arguments)))

    return run
