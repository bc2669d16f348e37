"""The kinds of attribute that ops have: what each accepts, and how a message names it."""

from __future__ import annotations

from dataclasses import MISSING, Field, field

from archcalc import algebra
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.tensor import MAX_AXES
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from archcalc.algebra import Number

    PerAxis: TypeAlias = Number | tuple[Number, ...]
    Axes: TypeAlias = tuple[int, ...]
    Padding: TypeAlias = Number | str | tuple[Number | tuple[Number, Number], ...]

VALID, HALF, SAME = "valid", "half", "same"
MAX_FEW = 32  # of what an op lists one by one


class Mismatch(ArchcalcError):
    """A value of the wrong kind; `index` is the item of a list that is wrong, where one is."""

    def __init__(self, message: str, hint: str | None = None, index: int | None = None):
        super().__init__(message, None, hint)
        self.index = index


class Kind(Record):
    """A kind of attribute: what it expects in words, how a value is read, and the words it knows.

    The rest says the same of one value to programs: its type in JSON (all that has only `words` is a "string")
    and its limits, of which `below` is not itself allowed.
    """

    expects: str
    read: Callable[[Any], Any]
    words: tuple[str, ...] = ()
    takes_list: bool = False
    takes_pairs: bool = False  # in its list, for before and after
    is_dimension: bool = False  # a symbol can stand for it
    json_type: str = "integer"
    least: int | None = None
    most: int | None = None
    below: int | None = None


def attribute(kind: Kind, doc: str, default: Any = MISSING) -> Any:
    """A field of an op: its kind, one line of documentation, and its default (required without one)."""
    return field(default=default, metadata={"kind": kind, "doc": doc})


def kind_of(op_field: Field[Any]) -> Kind:
    """The kind of one field of an op."""
    kind: Kind = op_field.metadata["kind"]
    return kind


def is_required(op_field: Field[Any]) -> bool:
    """Whether an attribute has no default."""
    return op_field.default is MISSING


def choice(*words: str) -> Kind:
    """One of some words."""

    def read(value: Any) -> str:
        if value not in words:
            hint = did_you_mean(value, words) if isinstance(value, str) else None
            raise Mismatch(f"found {describe(value)}, expected one of: {', '.join(words)}", hint)
        return str(value)

    return Kind(f"one of: {', '.join(words)}", read, words, json_type="string")


def _whole_of(least: int, *, is_dimension: bool = False) -> Kind:
    """A whole number with a lower limit."""
    expects = f"a whole number of at least {least}"
    return Kind(expects, lambda value: _whole(value, least, expects), is_dimension=is_dimension, least=least)


def _per_axis_of(least: int) -> Kind:
    """A whole number with a lower limit, or one per axis."""
    expects = f"a whole number of at least {least}, or a list of one per axis"

    def read(value: Any) -> PerAxis:
        return _whole_per_axis(value, least, expects)

    return Kind(expects, read, takes_list=True, is_dimension=True, least=least)


def _whole(value: Any, least: int, expects: str) -> Number:
    if type(value) is int and least <= value < 2**1024:
        return value
    if isinstance(value, (bool, str, list, tuple)) or value is None:
        sizes = value.split("x") if isinstance(value, str) else []
        hint = f"write it as a list: [{', '.join(sizes)}]" if len(sizes) > 1 and "".join(sizes).isdigit() else None
        raise Mismatch(f"found {describe(value)}, expected {expects}", hint)
    try:
        number = algebra.dimension(value)
    except ArchcalcError as error:
        raise Mismatch(error.message.replace("a whole number", expects), error.hint) from None
    if algebra.fails(number >= least):
        raise Mismatch(f"found {describe(value)}, expected {expects}")
    return number


def _read_few(value: Any) -> int:
    number = algebra.settled(_whole(value, 1, FEW.expects))
    if type(number) is not int or number > MAX_FEW:
        raise Mismatch(f"found {describe(value)}, expected {FEW.expects}")
    return number


def _whole_per_axis(value: Any, least: int, expects: str) -> PerAxis:
    if not isinstance(value, (list, tuple)):
        return _whole(value, least, expects)
    if not value:
        raise Mismatch(f"found an empty list, expected {expects}")
    return tuple(
        _item(item, index, lambda v: _whole(v, least, f"a whole number of at least {least}"))
        for index, item in enumerate(value)
    )


def _read_sizes(value: Any) -> tuple[Number, ...]:
    return _tuple(value, lambda item: _whole(item, 1, "a whole number of at least 1"), SIZES.expects)


def _read_axes(value: Any) -> Axes:
    return _tuple(value, _read_axis, AXES.expects)


def _tuple(value: Any, read: Callable[[Any], Any], expects: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        return (read(value),)
    if not value:
        raise Mismatch(f"found an empty list, expected {expects}")
    return tuple(_item(item, index, read) for index, item in enumerate(value))


def _read_axis(value: Any) -> int:
    number = _whole(value, 0, "the number of an axis")
    try:
        for axis in range(MAX_AXES):
            if algebra.decide(algebra.equal(number, axis)):
                return axis
    except algebra.Undecided:
        raise Mismatch("an axis cannot depend on the variant or on a symbol, expected one whole number") from None
    raise Mismatch(f"found {describe(value)}, expected the number of an axis, below {MAX_AXES}")


def _item(value: Any, index: int, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except Mismatch as error:
        raise Mismatch(error.message, error.hint, index) from None


def _read_margin(value: Any) -> Number | tuple[Number, Number]:
    if not isinstance(value, (list, tuple)):
        return _whole(value, 0, "a whole number of at least 0, or [before, after]")
    if len(value) != 2:
        raise Mismatch(f"found {describe(value)}, expected the pair [before, after]")
    first, second = (_whole(item, 0, "a whole number of at least 0") for item in value)
    return first, second


def _read_margins(value: Any) -> Padding:
    if not isinstance(value, (list, tuple)):
        return _whole(value, 0, MARGINS.expects)
    if not value:
        raise Mismatch(f"found an empty list, expected {MARGINS.expects}")
    return tuple(_item(item, index, _read_margin) for index, item in enumerate(value))


def _read_padding(value: Any) -> Padding:
    if isinstance(value, str):
        if value not in PADDING.words:
            raise Mismatch(f"found {describe(value)}, expected {PADDING.expects}", did_you_mean(value, PADDING.words))
        return value
    try:
        return _read_margins(value)
    except Mismatch as error:
        raise Mismatch(error.message.replace(MARGINS.expects, PADDING.expects), error.hint, error.index) from None


def _read_flag(value: Any) -> bool:
    flag = algebra.settled(value)
    if isinstance(flag, bool):
        return flag
    raise Mismatch(f"found {describe(value)}, expected true or false")


def _read_real(value: Any) -> Number:
    if isinstance(value, (bool, str, list, tuple)) or value is None:
        raise Mismatch(f"found {describe(value)}, expected a number")
    if isinstance(value, float) and not abs(value) < float("inf"):
        raise Mismatch(f"found {value}, expected a finite number")
    return value


def _read_rate(value: Any) -> Number:
    number = _read_real(value)
    if algebra.fails(number >= 0) or algebra.fails(number < 1):
        raise Mismatch(f"found {describe(value)}, expected {RATE.expects}")
    return number


SIZE = _whole_of(1, is_dimension=True)
COUNT = _whole_of(0, is_dimension=True)
# It decides which weights there are, not how large they are: no column and no symbol can stand for it.
FEW = Kind(f"a whole number from 1 to {MAX_FEW}", _read_few, least=1, most=MAX_FEW)
PER_AXIS = _per_axis_of(1)
COUNT_PER_AXIS = _per_axis_of(0)
SIZES = Kind(
    "a list of whole numbers of at least 1: channels, then spatial sizes",
    _read_sizes,
    takes_list=True,
    is_dimension=True,
    least=1,
)
AXES = Kind(
    "the number of an axis (0 holds the channels), or a list of them",
    _read_axes,
    takes_list=True,
    least=0,
    most=MAX_AXES - 1,
)
PART = _whole_of(0)
PARTS = _whole_of(1)
MARGINS = Kind(
    "a whole number of at least 0, one per axis, or [[before, after], ...]",
    _read_margins,
    takes_list=True,
    takes_pairs=True,
    is_dimension=True,
    least=0,
)
PADDING = Kind(
    "a whole number of at least 0, one per axis, [[before, after], ...], valid, half or same",
    _read_padding,
    (VALID, HALF, SAME),
    takes_list=True,
    takes_pairs=True,
    is_dimension=True,
    least=0,
)
FLAG = Kind("true or false", _read_flag, json_type="boolean")
REAL = Kind("a number", _read_real, json_type="number")
RATE = Kind("a number from 0 up to, but not including, 1", _read_rate, json_type="number", least=0, below=1)
