"""reports/columns.md: every column of a report and its rule."""

from __future__ import annotations

from archcalc.reference.columns import columns_table
from archcalc.render.markdown import escaped

INTRODUCTION = """\
# The columns

What every column of `archcalc SPEC --columns ...` counts, as `archcalc columns` prints it. *total* says how the values
of the layers become one number: their sum, the largest, the last, none, or the ratio of two totals. Columns that grow
with the batch are given for one example and multiplied; all others hold for the whole batch, or do not depend on it."""


def page() -> str:
    """The whole page."""
    table = columns_table()
    heads = [column.heading for column in table.columns]
    lines = [f"| {' | '.join(heads)} |", "| " + " | ".join("---" for _ in heads) + " |"]
    for row in table.rows:
        lines.append(f"| `{row[0]}` | " + " | ".join(escaped(str(cell)) for cell in row[1:]) + " |")
    return "\n\n".join([INTRODUCTION, "\n".join(lines)])
