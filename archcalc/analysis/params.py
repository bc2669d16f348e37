"""Parameters: weights, biases and trainable normalisation parameters; buffers apart; shared ones once."""

from __future__ import annotations

from archcalc.graph.op import BIAS, BUFFER, WEIGHT
from archcalc.graph.table import SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column(
            "params",
            "params",
            "trainable values: weights, biases, gamma and beta of normalisations, slopes, gains and tokens",
            "",
            SUM,
            SUM,
        ),
        Column(
            "weights",
            "weights",
            "trainable values that multiply an input: params without biases, norms, slopes, gains and tokens",
            "",
            SUM,
            SUM,
        ),
        Column(
            "biases", "biases", "trainable values that are added, those of normalisations not among them", "", SUM, SUM
        ),
        Column("buffers", "buffers", "values kept with the model but not trained: running statistics", "", SUM, SUM),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    params: list[Number] = []
    weights: list[Number] = []
    biases: list[Number] = []
    buffers: list[Number] = []
    sharers = 0
    for layer in graph.layers:
        by_role: dict[str, Number] = {}
        sharers += layer.owner is not None
        for weight in layer.weights if layer.owner is None else ():
            by_role[weight.role] = by_role.get(weight.role, 0) + weight.elements
        buffers.append(by_role.pop(BUFFER, 0))
        weights.append(by_role.get(WEIGHT, 0))
        biases.append(by_role.get(BIAS, 0))
        params.append(sum(by_role.values()))
    notes = (
        [f"shared weights are counted once, with their owner; layers that share them and show 0: {sharers}"]
        if sharers
        else []
    )
    return [params, weights, biases, buffers], notes
