"""A table as comma-separated values, for programs: every row, plain numbers, no total."""

from __future__ import annotations

import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """One line of column names, then one line a row; a shape is written 64x224x224."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([[_plain(value) for value in row] for row in table.rows])
    return text.getvalue().rstrip("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, int):
        return value
    from archcalc.render.numbers import cell

    return cell(value)
