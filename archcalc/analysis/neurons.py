"""Neurons and connections, as papers before 2012 and AlexNet's counted them.

A bias is a connection for every output that it is added to, and no other addition is one. The biases inside lstm, gru
and attention, which are added to gates, queries, keys and values rather than to outputs, are left out.
"""

from __future__ import annotations

from archcalc.graph.op import BIAS
from archcalc.graph.table import PER_REGION, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = ("macs",)


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
        outputs = layer.output.elements if layer.has_weights else 0
        # The weight of this name is added to the outputs; biases inside an op have other names.
        has_bias = any(weight.role == BIAS and weight.name == "bias" for weight in layer.weights)
        neurons.append(outputs)
        connections.append(values["macs"][row] + (outputs if has_bias else 0) if layer.has_weights else 0)
    return [neurons, connections], []
