"""Activations: what every layer's output stores."""

from __future__ import annotations

from archcalc.analysis.dtypes import size_bytes
from archcalc.graph.op import STORED
from archcalc.graph.table import PER_EXAMPLE, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column(
            "activations",
            "activations",
            "values that the output stores; 0 for in-place ops (ReLU, dropout, softmax) and views (flatten)",
            "",
            SUM,
            SUM,
            scale=PER_EXAMPLE,
        ),
        Column(
            "activation_bytes",
            "activation bytes",
            "activations times the bytes of the dtype; of less than a byte a value, packed",
            "B",
            SUM,
            SUM,
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    stored = [layer.output.elements if layer.op.storage == STORED else 0 for layer in graph.layers]
    counts = [layer.output.regions * settings.batch for layer in graph.layers]
    sizes = [size_bytes(elements * count, settings.dtype) for elements, count in zip(stored, counts, strict=True)]
    return [stored, sizes], []
