"""Operations by a counting convention: what papers and tools call FLOPs, with the unit that it really is."""

from __future__ import annotations

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.table import PER_EXAMPLE, SUM, Column
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph


class Convention(Record):
    """How many operations each kind of work counts as, by the column that holds it, and their unit."""

    counts: dict[str, int]
    unit: str
    doc: str


CONVENTIONS = {
    "macs": Convention(
        {"macs": 1}, "MAC", "one operation for each multiply-accumulate (MAC), nothing else, as in most papers"
    ),
    "flops": Convention({"macs": 2}, "FLOP", "two operations (FLOP) for each multiply-accumulate (MAC), nothing else"),
}

NEEDS = ("macs",)


def convention(name: str) -> Convention:
    """A counting convention by its name; raises ArchcalcError if there is none."""
    if not isinstance(name, str) or name not in CONVENTIONS:
        raise ArchcalcError(f"there is no convention '{name}'", hint=did_you_mean(str(name), CONVENTIONS))
    return CONVENTIONS[name]


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis; its unit is the convention's."""
    chosen = convention(settings.convention)
    doc = f"convention {settings.convention}: {chosen.doc}"
    return (Column("flops", f"operations ({settings.convention})", doc, chosen.unit, SUM, SUM, scale=PER_EXAMPLE),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers."""
    counts = convention(settings.convention).counts
    rows = range(len(graph.layers))
    return [[sum(count * values[name][row] for name, count in counts.items()) for row in rows]], []
