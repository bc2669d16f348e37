"""A table as one JSON object: the facts, and the rows as `layers` under the names of their columns."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """The object; integers are exact at any size, and `totals` and `notes` come last."""
    facts = dict(table.facts)
    last = {name: facts.pop(name) for name in ("totals", "notes") if name in facts}
    return json.dumps({**facts, "layers": table.records(), **last}, indent=1, default=str, ensure_ascii=False)
