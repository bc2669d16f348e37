"""Every column of a report: what it counts, in a sentence, its unit and how its values are put together."""

from __future__ import annotations

from importlib import import_module

from archcalc.analysis import MODULES, Settings
from archcalc.graph.table import PER_EXAMPLE, PER_REGION, RATIO, Column, Table

FORMATS = ("text", "markdown", "json")


def columns_table() -> Table:
    """One row a column, in the order of `archcalc SPEC --columns all`.

    >>> [row[:5] for row in columns_table().rows if row[0] == "macs"]
    [('macs', 'macs', 'MAC', 'sum', 'batch')]
    """
    rows = []
    for name in MODULES:
        column = column_of(name)
        rows.append((name, column.heading, column.unit, _rule(column), _scale(column), column.doc))
    columns = (
        Column("name", "column", "its name in --columns and in JSON"),
        Column("heading", "heading", "what it is called in a table"),
        Column("unit", "unit", "its unit; none for plain counts"),
        Column("total", "total", "how the values of the layers become one: sum, max, last, none, or a ratio of totals"),
        Column("grows", "grows with", "what its values are multiplied by: the regions of an image, the batch"),
        Column("rule", "rule", "what is counted, in a sentence"),
    )
    facts = {"name": "The columns of a report", "source": f"{len(rows)} of them"}
    units = "--columns takes their names; the rule of each is a sentence"
    return Table(facts, columns, tuple(rows), units=units, rows_name="columns")


def column_of(name: str) -> Column:
    """The description of one column, at the settings that are usual.

    >>> column_of("bytes_moved").unit
    'B'
    """
    module = import_module(f"archcalc.analysis.{MODULES[name]}")
    found: Column = next(column for column in module.columns(Settings()) if column.name == name)
    return found


def _rule(column: Column) -> str:
    return " / ".join(column.ratio_of) if column.total == RATIO else column.total


def _scale(column: Column) -> str:
    return {PER_REGION: "regions", PER_EXAMPLE: "batch"}.get(column.scale, "")
