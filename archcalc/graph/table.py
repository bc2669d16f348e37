"""What an output format gets to see: named columns with units, rows of plain values, totals, notes."""

from __future__ import annotations

from archcalc import algebra
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

CHW, HWC = "chw", "hwc"
SUM, MAX, LAST, SAME, NONE, RATIO = "sum", "max", "last", "same", "none", "ratio"
FIXED, PER_REGION, PER_EXAMPLE = "fixed", "per region", "per example"


def _largest(values: Sequence[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = algebra.maximum(result, value)
    return result


def _sum(values: Sequence[Any]) -> Any:
    return sum(values)


def _is_same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is int and type(b) is int and a == b)  # columns and formulas are not asked


def _quotient(values: Sequence[Any]) -> Any:
    """The first value divided by the second; None where the second is nothing at all."""
    dividend, divisor = values
    return None if type(divisor) is int and divisor == 0 else fraction(dividend, divisor)


def fraction(dividend: Any, divisor: Any) -> Any:
    """A quotient, exactly; of columns of variants, which hold no fractions, as floats where some do not divide.

    >>> fraction(3, 4)
    Fraction(3, 4)
    """
    try:
        return algebra.ratio(dividend, divisor)
    except ArchcalcError:
        return algebra.divide(dividend, divisor)


# How the values of a column are put together, for a folded block or for the whole network. A RATIO is given those
# of the two columns that it divides, each put together by its own rule.
RULES: dict[str, Callable[[Sequence[Any]], Any]] = {
    SUM: _sum,
    MAX: _largest,
    LAST: lambda values: values[-1],
    SAME: lambda values: values[0] if all(_is_same(value, values[0]) for value in values) else None,
    NONE: lambda values: None,
    RATIO: _quotient,
}


class Column(Record):
    """A column: its name (as in `--columns` and JSON), heading, unit, one sentence, and its rules.

    `fold` puts the rows of a block together, `total` those of the network. A value of `scale` PER_REGION is
    multiplied by the number of regions, one PER_EXAMPLE by the batch size too. A value equal to `omit` says
    nothing, and is left out of records. `separator` stands between the numbers of a list. With
    `is_label` its numbers are names, such as years, and are written without commas; with `is_shape` its lists are
    shapes, channels first; with `is_rounded` people are shown two digits; with `is_size` its numbers are bytes, and
    people are shown MiB too; with `is_signed` they are differences, and a plus is shown. `ratio_of` names the two
    columns that a RATIO divides. A column with `digits` holds fractions, exactly: people are shown so many significant
    digits, and programs get the nearest floating-point number.
    """

    name: str
    heading: str
    doc: str
    unit: str = ""
    fold: str = LAST
    total: str = NONE
    scale: str = FIXED
    omit: int | str | None = None
    separator: str = "x"
    is_label: bool = False
    is_shape: bool = False
    is_rounded: bool = False
    ratio_of: tuple[str, ...] = ()
    digits: int = 0
    is_size: bool = False
    is_signed: bool = False


class Table(Record):
    """Rows of plain values (ints, text, lists, None) under columns; nothing is rounded or decorated.

    `facts` are the header: name -> value; `units` says in a sentence what the numbers count. `totals` has
    one value a column, or is empty; None stands for no value. `parts` is a second, short table that says what
    the totals are made of, where that is worth saying. `sizes_bytes` are amounts of memory worth a sentence;
    `notes` are sentences that belong under the table; `rows_name` says what the rows are, in JSON. People are shown
    shapes in the order of `layout`: CHW, as they are held, or HWC.
    """

    facts: dict[str, Any]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    units: str = ""
    sizes_bytes: dict[str, int] = {}
    parts: Table | None = None
    rows_name: str = "layers"
    layout: str = CHW

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts by the names of the columns.

        >>> Table({}, (Column("op", "op", ""), Column("regions", "regions", "", omit=1)), (("conv", 1),)).records()
        [{'op': 'conv'}]
        """
        return [
            {
                column.name: value
                for column, value in zip(self.columns, row, strict=True)
                if column.omit is None or type(value) is not type(column.omit) or value != column.omit
            }
            for row in self.rows
        ]
