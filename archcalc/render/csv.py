"""A table as comma-separated values, for programs: every row, plain numbers, no total."""

from __future__ import annotations

import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Column, Table


def render(table: Table) -> str:
    """One line of column names, then one line a row; a shape is written 64x224x224."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(
        [[_plain(value, column) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]
    )
    return text.getvalue().rstrip("\n")


def _plain(value: Any, column: Column) -> Any:
    if isinstance(value, int) and not column.digits:
        return value
    from archcalc.render.numbers import as_float, cell

    if column.digits and not isinstance(number := as_float(value), str) and number is not None:
        return number

    return cell(value)
