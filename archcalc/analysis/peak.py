"""Peak memory: what is alive together while a network runs, layer after layer as the spec has them."""

from __future__ import annotations

from archcalc.analysis.liveness import COPYING, FUSED, MODES, alive_bytes
from archcalc.graph.table import MAX, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()
DOC = "activations alive while the layer runs: its inputs, its output, what waits for later layers; no parameters"


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis: one for each mode, the usual one first."""
    return (
        Column("peak_memory", "peak memory", DOC, "B", MAX, MAX),
        Column(
            "peak_copying",
            f"peak memory, {COPYING}",
            "activations alive while the layer runs, if every op but views and dropout has an output of its own",
            "B",
            MAX,
            MAX,
        ),
        Column(
            "peak_fused",
            f"peak memory, {FUSED}",
            "activations alive while the layer runs, if a batch norm overwrites the conv or linear layer before it",
            "B",
            MAX,
            MAX,
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    return [alive_bytes(graph, settings.batch, settings.dtype, mode=mode) for mode in MODES], []
