"""The algebra of one variant that stands for many: numbers that record what is done to them on a `Tape`.

A traced number has the value of its variant, and everything goes on as with that value; what was computed can be
repeated for other variants (`Tape.replay`). Where a condition is decided, the tape keeps it as a guard: the tape tells
of exactly those variants for which every guard comes out the same.
"""

from __future__ import annotations

from functools import partial

from archcalc import algebra
from archcalc.algebra import plain
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Argument = int | float | "Traced"

LEAF = "leaf"
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
# The operations that a tape can hold, and what each does to numbers of any kind.
OPERATIONS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": algebra.floor_div,
    "%": algebra.modulo,
    "/": algebra.divide,
    "**": algebra.power,
    "max": algebra.maximum,
    "min": algebra.minimum,
    "gcd": algebra.gcd,
    "floor": algebra.floor,
    "ceil": algebra.ceil,
    "round": algebra.round_half_even,
    "trunc": algebra.truncate,
    "sqrt": algebra.square_root,
    "log2": algebra.log2,
    "whole": algebra.dimension,
    "where": algebra.where,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": algebra.equal,
    "!=": lambda a, b: a != b,
}


# Their results are floats even where they come out whole: which of the two they are must not depend on the variant.
FLOATING = ("/", "sqrt", "log2")
MIXED = ("max", "min", "where")  # floats if one of their numbers is one


class Tape:
    """What was computed, in order: `steps` of an operation and its arguments, where a `Traced` is its place here.

    `leaves` are the names of the numbers that it began with, `guards` pairs of a place and its truth. Nothing stands
    twice: the same operation of the same arguments has one place.
    """

    def __init__(self) -> None:
        self.leaves: list[str] = []
        self.steps: list[tuple[str, tuple[Any, ...]]] = []
        self.guards: dict[int, bool] = {}
        self._places: dict[tuple[Any, ...], Traced] = {}
        self._given: list[tuple[int, Any]] = []

    def leaf(self, name: str, value: Any) -> Traced:
        """A number to begin with."""
        self.leaves.append(name)
        self.steps.append((LEAF, (name,)))
        self._given.append((len(self.steps) - 1, value))
        return Traced(self, len(self.steps) - 1, value)

    def step(self, operation: str, *arguments: Any) -> Traced:
        """The result of an operation, computed for the variant that the tape is recorded with."""
        key = (operation, *((type(one), one.place if type(one) is Traced else one) for one in arguments))
        if key not in self._places:
            values = tuple(map(value_of, arguments))
            value = self._computed(operation, values)
            numbers = values[1:] if operation == "where" else values
            if operation in FLOATING or (operation in MIXED and float in map(type, numbers)):
                value = float(value)
            self.steps.append((operation, arguments))
            self._places[key] = Traced(self, len(self.steps) - 1, value)
        return self._places[key]

    def _computed(self, operation: str, values: tuple[Any, ...]) -> Any:
        """The result for the recorded variant; where it has none, and no guard says why, the tape tells of it alone."""
        try:
            return OPERATIONS[operation](*values)
        except (ArchcalcError, ArithmeticError):
            for place, value in self._given:
                decide(Traced(self, place, value) == value)
            raise

    def replay(self, leaves: Sequence[Any]) -> list[Any]:
        """Every step again, with other numbers to begin with: a value each."""
        given = dict(zip(self.leaves, leaves, strict=True))
        found: list[Any] = []
        for operation, arguments in self.steps:
            if operation == LEAF:
                found.append(given[arguments[0]])
            else:
                values = (found[one.place] if type(one) is Traced else one for one in arguments)
                found.append(OPERATIONS[operation](*values))
        return found


class Traced:
    """A number of one variant, and its place on a tape.

    >>> tape = Tape()
    >>> width = tape.leaf("width", 64)
    >>> cost = 9 * width * width + 1
    >>> cost.value, tape.replay([10])[cost.place]
    (36865, 901)
    """

    __slots__ = ("place", "tape", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tape: Tape, place: int, value: Any):
        self.tape = tape
        self.place = place
        self.value = value

    def __repr__(self) -> str:
        return f"Traced({self.value!r})"

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, form: str) -> str:
        return format(self.value, form)

    def __add__(self, other: Any) -> Any:
        return self if is_number(other, 0) else self.tape.step("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return self if is_number(other, 0) else self.tape.step("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return self if is_number(other, 0) else self.tape.step("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.tape.step("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._product(other)

    def __rmul__(self, other: Any) -> Any:
        return self._product(other)

    def _product(self, other: Any) -> Any:
        if is_number(other, 1):
            return self
        if is_number(other, 0) and type(self.value) is int:
            return 0
        return self.tape.step("*", self, other)

    def __floordiv__(self, other: Any) -> Any:
        return floor_div(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return floor_div(other, self)

    def __mod__(self, other: Any) -> Any:
        return modulo(self, other)

    def __rmod__(self, other: Any) -> Any:
        return modulo(other, self)

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self)

    def __pow__(self, exponent: Any) -> Any:
        return power(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return power(base, self)

    def __neg__(self) -> Any:
        return self.tape.step("-", 0, self)

    def __abs__(self) -> Any:
        return maximum(self, -self)

    def __eq__(self, other: object) -> Any:
        return equal(self, other)

    def __ne__(self, other: object) -> Any:
        return self.tape.step("!=", self, _as_number(other)) if _is_numeric(other) else True

    def __lt__(self, other: Any) -> Any:
        return self.tape.step("<", self, other)

    def __le__(self, other: Any) -> Any:
        return self.tape.step("<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return self.tape.step(">", self, other)

    def __ge__(self, other: Any) -> Any:
        return self.tape.step(">=", self, other)

    def __bool__(self) -> bool:
        return decide(self)


def value_of(number: Any) -> Any:
    """A number of the recorded variant."""
    return number.value if type(number) is Traced else number


def is_number(value: Any, wanted: int) -> bool:
    """Whether a value is this very int, and no traced number."""
    return type(value) is int and value == wanted


def _is_numeric(value: Any) -> bool:
    return type(value) in (int, float, bool, Traced)


def _as_number(value: Any) -> Any:
    """A truth as 0 or 1, which it is equal to; anything else as it is."""
    return int(value) if type(value) is bool else value


def _tape(*values: Any) -> Tape:
    return next(value.tape for value in values if type(value) is Traced)


def _step(operation: str, *values: Any) -> Any:
    return _tape(*values).step(operation, *values)


def require(condition: Any, message: str) -> None:
    """A guard without which there is no result; raises ArchcalcError if it does not hold here."""
    if not decide(condition):
        raise ArchcalcError(message)


def _is_same(a: Any, b: Any) -> bool:
    """Whether two whole numbers are one step of the tape."""
    return type(a) is Traced and type(b) is Traced and a.place == b.place and type(a.value) is int


def _nonzero(divisor: Any) -> None:
    if type(divisor) is Traced:
        require(divisor != 0, "division by zero")
    elif divisor == 0:
        raise ArchcalcError("division by zero")


maximum = partial(_step, "max")
minimum = partial(_step, "min")
gcd = partial(_step, "gcd")


def exact_div(a: Any, b: Any) -> Any:
    require(modulo(a, b) == 0, f"{value_of(a)} is not divisible by {value_of(b)}")
    return floor_div(a, b)


ratio = exact_div


def divide(a: Any, b: Any) -> Any:
    _nonzero(b)
    return _step("/", a, b)


def floor_div(a: Any, b: Any) -> Any:
    _nonzero(b)
    if _is_same(a, b):
        return 1
    return a if is_number(b, 1) and type(value_of(a)) is int else _step("//", a, b)


def modulo(a: Any, b: Any) -> Any:
    _nonzero(b)
    return 0 if _is_same(a, b) else _step("%", a, b)


def power(a: Any, b: Any) -> Any:
    if type(b) is int and 1 <= b <= 8:
        result = a
        for _ in range(1, b):
            result = result * a
        return result
    if decide(b < 0):  # a fraction, even of whole numbers
        _nonzero(a)
    if type(value_of(b)) is float and decide(a < 0):
        require(b % 1 == 0, f"({value_of(a)}) ** {value_of(b)} is not a real number")
    return _step("**", a, b)


def _rounded(operation: str, a: Any) -> Any:
    return a if type(a.value) is int else _step(operation, a)


floor = partial(_rounded, "floor")
ceil = partial(_rounded, "ceil")
round_half_even = partial(_rounded, "round")
truncate = partial(_rounded, "trunc")


def square_root(a: Any) -> Any:
    require(a >= 0, f"the square root of {value_of(a)} is not a real number")
    return _step("sqrt", a)


def log2(a: Any) -> Any:
    require(a > 0, f"the logarithm of {value_of(a)} is not defined")
    return _step("log2", a)


def equal(a: Any, b: Any) -> Any:
    return _step("==", _as_number(a), _as_number(b)) if _is_numeric(a) and _is_numeric(b) else False


def where(condition: Any, a: Any, b: Any) -> Any:
    return _step("where", condition, a, b)


def decide(condition: Any) -> bool:
    if type(condition) is not Traced:
        return bool(condition)
    truth = bool(condition.value)
    condition.tape.guards[condition.place] = truth
    return truth


def fails(condition: Any) -> bool:
    return not decide(condition)


def dimension(value: Any) -> Any:
    if type(value.value) is int:
        require(value < 2**plain.MAX_BITS, f"found a number of more than {plain.MAX_BITS} bits")
        return value
    whole = plain.dimension(value.value) if not decide(_step("==", floor(value), value)) else None
    return _step("whole", value) if whole is None else whole


def settled(value: Any) -> Any:
    if type(value.value) is bool:
        return decide(value)
    if type(value.value) is not int:
        return value
    require(value == value.value, "")
    return value.value


def number(value: Any) -> Any:
    return value
