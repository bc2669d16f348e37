"""A table as one JSON object: the facts, and the rows under the names of their columns."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """The object, a layer a line; integers are exact at any size, and `totals`, `parts` and `notes` come last."""
    facts = dict(table.facts)
    floats = {column.name for column in table.columns if column.digits}
    last = {name: facts.pop(name) for name in ("totals", "parts", "notes") if name in facts}
    parts = [f"{_dump(name)}: {_dump(value)}" for name, value in facts.items()]
    layers = ",\n  ".join(_dump(_with_floats(record, floats)) for record in table.records())
    parts.append(f"{_dump(table.rows_name)}: [\n  {layers}\n ]")
    parts += [f"{_dump(name)}: {_dump(_with_floats(value, floats))}" for name, value in last.items()]
    return "{\n " + ",\n ".join(parts) + "\n}"


def _with_floats(record: Any, names: Collection[str]) -> Any:
    """A record in which the fractions of these columns are floating-point numbers."""
    if not names or not isinstance(record, dict):
        return record
    from archcalc.render.numbers import as_float

    return {name: as_float(value) if name in names else value for name, value in record.items()}


def _dump(value: Any) -> str:
    return json.dumps(value, default=_other)  # ASCII only, so that it is JSON in any encoding


def _other(value: Any) -> Any:
    """A column of variants as a list; an exact fraction (the jump of an uneven pooling) or a formula as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
