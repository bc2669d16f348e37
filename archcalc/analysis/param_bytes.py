"""The memory of parameters and buffers."""

from __future__ import annotations

from archcalc.analysis.dtypes import size_bytes
from archcalc.graph.table import SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = ("params", "buffers")


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column("param_bytes", "param bytes", "params times the bytes of the dtype; shared ones once", "B", SUM, SUM),
        Column("buffer_bytes", "buffer bytes", "buffers times the bytes of the dtype; shared ones once", "B", SUM, SUM),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    return [[size_bytes(elements, settings.dtype) for elements in values[name]] for name in NEEDS], []
