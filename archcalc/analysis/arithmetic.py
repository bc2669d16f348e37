"""All arithmetic of a layer in one number: what the roofline model calls operations."""

from __future__ import annotations

from archcalc.analysis.operations import KINDS, operations
from archcalc.conventions import convention
from archcalc.graph.table import SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = tuple(KINDS.values())
EVERYTHING = "all"  # the convention that counts every arithmetic operation


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis."""
    doc = (
        "every operation: 2 for a MAC, 1 for any other addition, multiplication, division, comparison, exp and the like"
    )
    return (Column("arithmetic", "arithmetic", doc, "FLOP", SUM, SUM),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers, for the whole batch with all its regions."""
    each = operations(graph, convention(EVERYTHING), values)
    scales = [layer.output.regions * settings.batch for layer in graph.layers]
    return [[count * scale for count, scale in zip(each, scales, strict=True)]], []
