"""Activations: what every layer's output stores."""

from __future__ import annotations

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.op import STORED
from archcalc.graph.table import PER_EXAMPLE, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()
BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}


def bytes_of(dtype: str) -> int:
    """Bytes of one value; raises ArchcalcError for an unknown dtype.

    >>> bytes_of("bfloat16")
    2
    """
    if not isinstance(dtype, str) or dtype not in BYTES:
        raise ArchcalcError(f"there is no dtype '{dtype}'", hint=did_you_mean(str(dtype), BYTES))
    return BYTES[dtype]


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
            "activations times the bytes of the dtype",
            "B",
            SUM,
            SUM,
            scale=PER_EXAMPLE,
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    size_bytes = bytes_of(settings.dtype)
    stored = [layer.output.elements if layer.op.storage == STORED else 0 for layer in graph.layers]
    return [stored, [elements * size_bytes for elements in stored]], []
