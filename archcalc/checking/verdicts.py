"""Whether an expectation holds, and how: exactly, by rounding, under a stated convention, or as an erratum."""

from __future__ import annotations

from fractions import Fraction

from archcalc.checking.printed import Printed, exact, is_exact, is_number, read_printed, reads_the_same, written
from archcalc.checking.quantity import QuantityError, evaluate
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from archcalc.checking.entries import Entry
    from archcalc.report import Report
    from archcalc.spec.read import Scalar

HOLDS, ROUNDED, UNDER, ERRATUM, FAILS = "holds", "holds rounded", "holds under a convention", "erratum", "FAILS"
VERDICTS = (HOLDS, ROUNDED, UNDER, ERRATUM, FAILS)


class Verdict(Record):
    """What came of one entry: the value computed, the verdict, and a sentence about it."""

    entry: Entry
    computed: Any
    verdict: str
    message: str


def judge(entry: Entry, networks: Mapping[str, Report]) -> Verdict:
    """The verdict on an entry; raises ArchcalcError, with its place, if its quantity cannot be computed."""
    value = _placed(entry.quantity, networks)
    try:
        verdict, message = _verdict(entry, value, networks)
    except QuantityError as error:
        raise ArchcalcError(error.message, entry.expected.where, error.hint) from None
    except ArchcalcError as error:
        raise ArchcalcError(error.message, error.where or entry.expected.where, error.hint) from None
    return Verdict(entry, value, verdict, message)


def _placed(node: Scalar, networks: Mapping[str, Report]) -> Any:
    try:
        return evaluate(node.text, networks)
    except QuantityError as error:
        column = node.where.column + (1 if node.quoted else 0) + error.offset
        where = node.where._replace(column=column) if node.is_verbatim else node.where
        raise ArchcalcError(error.message, where, error.hint) from None


def _verdict(entry: Entry, value: Any, networks: Mapping[str, Report]) -> tuple[str, str]:
    text = entry.expected.text
    if entry.kind == "prints":
        return _of_erratum(entry, value, networks) if entry.erratum else _of_printed(entry, value)
    if entry.kind == "equals":
        expected = evaluate(text, networks)
        holds = _plain_value(value) == _plain_value(expected)
        return _plain(entry, holds, f"expected {written(expected)}")
    bound = bound_of(text, entry.unit)
    if not is_number(value):
        raise ArchcalcError(f"{written(value)} is not a number, and cannot be {entry.kind.replace('_', ' ')} another")
    holds = value <= bound if entry.kind == "at_most" else value >= bound
    return _plain(entry, holds, f"expected {entry.kind.replace('_', ' ')} {written(bound)}")


def bound_of(text: str, unit: str | None = None) -> Fraction:
    """The number that a text such as 600M or 5.5 MiB means; raises ArchcalcError if it means none.

    >>> bound_of("600M"), bound_of("8 MiB")
    (Fraction(600000000, 1), Fraction(8388608, 1))
    """
    printed = read_printed(text, unit)
    if not isinstance(printed, Printed):
        raise ArchcalcError(f"found '{text}', expected a number such as 600M or 8MiB")
    return printed.value


def _plain(entry: Entry, holds: bool, expectation: str) -> tuple[str, str]:
    if not holds:
        return FAILS, expectation
    return (UNDER, entry.under) if entry.under else (HOLDS, entry.note)


def _plain_value(value: Any) -> Any:
    """A value that is equal to another only if it is of the same kind: a truth is no number, a list no size."""
    if isinstance(value, (list, tuple)):
        return [_plain_value(item) for item in value]
    return exact(value) if is_number(value) else (type(value).__name__, value)


def _read(entry: Entry, value: Any, text: str, digits: int | None) -> Printed | list[int] | str:
    """What is printed, if the value can be printed so at all."""
    printed = read_printed(text, entry.unit, digits)
    if is_number(value) and not isinstance(printed, Printed):
        raise ArchcalcError(f"found '{text}', expected a number, as the quantity is {written(value)}")
    return printed


def _of_printed(entry: Entry, value: Any) -> tuple[str, str]:
    printed = _read(entry, value, entry.expected.text, entry.digits)
    if not reads_the_same(value, printed, entry.rounding):
        return FAILS, f"printed {entry.expected.text}"
    if entry.under:
        return UNDER, entry.under
    return (HOLDS if is_exact(value, printed) else ROUNDED), entry.note


def _of_erratum(entry: Entry, value: Any, networks: Mapping[str, Report]) -> tuple[str, str]:
    """An erratum is checked as well: what is said to be correct must come out, and what is printed must not.

    Where a reading is given, an expression under which the printed number would follow, it must do so.
    """
    erratum = entry.erratum
    assert erratum is not None  # noqa: S101 - the caller has asked
    printed = _read(entry, value, entry.expected.text, entry.digits)
    correct = _correct(entry, value, erratum.correct)
    is_coarse = (
        isinstance(correct, Printed) and isinstance(printed, Printed) and correct.significant < printed.significant
    )
    if not is_exact(value, correct) and (is_coarse or not reads_the_same(value, correct, entry.rounding)):
        return FAILS, f"the erratum says that {erratum.correct} is correct"
    if reads_the_same(value, printed, entry.rounding):
        return FAILS, f"the erratum is none: {entry.expected.text} is what comes out"
    if erratum.reading:
        read = evaluate(erratum.reading, networks)
        if not reads_the_same(read, printed, entry.rounding):
            return FAILS, f"the reading gives {written(read)}, not {entry.expected.text}"
    return ERRATUM, f"{erratum.sure}: {erratum.reason}"


def _correct(entry: Entry, value: Any, text: str) -> Printed | list[int] | str:
    """What is said to be correct; written in the unit that is printed, it is meant as that is."""
    bare, printed = read_printed(text), read_printed(entry.expected.text)
    is_alike = isinstance(bare, Printed) and isinstance(printed, Printed) and bare.unit == printed.unit != ""
    return _read(entry if is_alike else entry._replace(unit=None), value, text, None)
