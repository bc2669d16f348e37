"""All arithmetic of a layer in one number: what the roofline model calls operations."""

from __future__ import annotations

from archcalc.analysis.work import KINDS
from archcalc.graph.table import SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = tuple(KINDS)
OF_MAC = 2  # a multiplication and an addition


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis."""
    doc = (
        "every operation: 2 for a MAC, 1 for any other addition, multiplication, division, comparison, exp and the like"
    )
    return (Column("arithmetic", "arithmetic", doc, "FLOP", SUM, SUM),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers, for the whole batch with all its regions."""
    result = []
    for index, layer in enumerate(graph.layers):
        each = sum((OF_MAC if name == "macs" else 1) * values[name][index] for name in NEEDS)
        result.append(each * (layer.output.regions * settings.batch))
    return [result], []
