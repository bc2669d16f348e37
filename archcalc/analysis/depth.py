"""Depth: layers with weights on the longest path."""

from __future__ import annotations

from archcalc.graph.table import MAX, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (Column("depth", "depth", "layers with weights on the longest path up to here", "", MAX, MAX),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers."""
    depth: list[int] = []
    for layer in graph.layers:
        depth.append(max((depth[index] for index in layer.inputs), default=0) + layer.has_weights)
    return [depth], []
