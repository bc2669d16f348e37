"""What an output format gets to see: named columns with units, rows of plain values, totals, notes."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc import algebra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

SUM, MAX, LAST, NONE = "sum", "max", "last", "none"


def _largest(values: Sequence[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = algebra.maximum(result, value)
    return result


def _sum(values: Sequence[Any]) -> Any:
    return sum(values)


# How the values of a column are put together, for a folded block or for the whole network.
RULES: dict[str, Callable[[Sequence[Any]], Any]] = {
    SUM: _sum,
    MAX: _largest,
    LAST: lambda values: values[-1],
    NONE: lambda values: None,
}


@dataclass(frozen=True)
class Column:
    """A column: its name (as in `--columns` and JSON), heading, unit, one sentence, and its rules.

    `fold` puts the rows of a block together, `total` those of the network. `per_example` values are
    multiplied by the batch size and the number of regions. A value equal to `omit` says nothing, and is
    left out of records.
    """

    name: str
    heading: str
    doc: str
    unit: str = ""
    fold: str = LAST
    total: str = NONE
    per_example: bool = False
    omit: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows of plain values (ints, text, lists, None) under columns; nothing is rounded or decorated.

    `facts` are the header: name -> value. `totals` has one value a column, or is empty; None stands
    for no value. `notes` are sentences that belong under the table.
    """

    facts: dict[str, Any]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts by the names of the columns.

        >>> Table({}, (Column("op", "op", ""), Column("regions", "regions", "", omit=1)), (("conv", 1),)).records()
        [{'op': 'conv'}]
        """
        return [
            {
                column.name: value
                for column, value in zip(self.columns, row, strict=True)
                if column.omit is None or type(value) is not int or value != column.omit
            }
            for row in self.rows
        ]
