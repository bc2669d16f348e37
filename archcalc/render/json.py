"""A table as one JSON object: the facts, and the rows as `layers` under the names of their columns."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """The object, a layer a line; integers are exact at any size, and `totals` and `notes` come last."""
    facts = dict(table.facts)
    last = {name: facts.pop(name) for name in ("totals", "notes") if name in facts}
    parts = [f"{_dump(name)}: {_dump(value)}" for name, value in facts.items()]
    layers = ",\n  ".join(_dump(record) for record in table.records())
    parts.append(f'"layers": [\n  {layers}\n ]')
    parts += [f"{_dump(name)}: {_dump(value)}" for name, value in last.items()]
    return "{\n " + ",\n ".join(parts) + "\n}"


def _dump(value: Any) -> str:
    # An exact fraction (the jump of an uneven pooling) has no JSON number: it is written "13/6".
    return json.dumps(value, default=str, ensure_ascii=False)
