"""A table as a pandas DataFrame."""

from __future__ import annotations

from archcalc.errors import ArchcalcError
from archcalc.render.numbers import as_float

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Table


def render(table: Table) -> Any:
    """A DataFrame with one row a layer, indexed by its path; counts beyond 64 bits stay Python ints.

    Raises ArchcalcError if pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        hint = "install it with: pip install 'archcalc[frame]'"
        raise ArchcalcError("a DataFrame needs pandas, which is not installed", hint=hint) from None
    names = [column.name for column in table.columns]
    columns = {
        column.name: [as_float(row[place]) if column.digits else row[place] for row in table.rows]
        for place, column in enumerate(table.columns)
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype=_dtype(values)) for name, values in columns.items()})
    frame.attrs.update(table.facts)
    return frame.set_index(names[0])


def _dtype(values: list[Any]) -> str | None:
    """The type that keeps counts exact: pandas would make floats of whole numbers with gaps among them."""
    counts = [value for value in values if value is not None]
    if len(counts) == len(values) or not all(type(value) is int for value in counts):
        return None
    return "Int64" if all(-(2**63) <= value < 2**63 for value in counts) else "object"
