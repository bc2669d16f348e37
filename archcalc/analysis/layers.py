"""What each layer is: its path, op, attributes, inputs and output shape."""

from __future__ import annotations

from archcalc.graph.op import attributes
from archcalc.graph.table import SAME, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return (
        Column("name", "layer", "dotted path of the layer, unique in its network"),
        Column("op", "op", "name of the op; of a folded block, the block's name"),
        Column("attributes", "attributes", "the op's attributes, defaults included", fold="none"),
        Column("inputs", "inputs", "paths of the layers whose outputs flow in", fold="none"),
        Column(
            "shares",
            "shares",
            "path of the layer whose weights it uses; nothing if they are its own",
            omit="",
            fold="none",
        ),
        Column("output", "output", "shape of the output: channels, then spatial sizes; per example", is_shape=True),
        Column("regions", "regions", "how many of these tensors one image has", fold=SAME, omit=1),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    layers = graph.layers
    return [
        [layer.path for layer in layers],
        [layer.op_name for layer in layers],
        [attributes(layer.op) for layer in layers],
        [[layers[index].path for index in layer.inputs] for layer in layers],
        ["" if layer.owner is None else layers[layer.owner].path for layer in layers],
        [list(layer.output.shape) for layer in layers],
        [layer.output.regions for layer in layers],
    ], []
