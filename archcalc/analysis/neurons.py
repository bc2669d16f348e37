"""Neurons and connections, as papers before 2012 and AlexNet's counted them."""

from __future__ import annotations

from archcalc.graph.op import WEIGHT
from archcalc.graph.table import PER_REGION, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = ("macs", "adds")


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column("neurons", "neurons", "outputs of layers that have weights", "", SUM, SUM, scale=PER_REGION),
        Column(
            "connections",
            "connections",
            "multiply-accumulates of layers that have weights, and their biases",
            "",
            SUM,
            SUM,
            scale=PER_REGION,
        ),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    neurons: list[Any] = []
    connections: list[Any] = []
    for row, layer in enumerate(graph.layers):
        weighted = any(weight.role == WEIGHT for weight in layer.weights)
        neurons.append(layer.output.elements if weighted else 0)
        connections.append(values["macs"][row] + values["adds"][row] if weighted else 0)
    return [neurons, connections], []
