"""The typed work of every layer: multiply-accumulates, and every other operation by kind."""

from __future__ import annotations

from archcalc.graph.table import PER_EXAMPLE, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS: tuple[str, ...] = ()
# The field of `Work` that each column shows.
KINDS = {"macs": "mac", "adds": "add", "muls": "mul", "divs": "div", "compares": "compare", "exps": "exp"}
DOCS = {
    "macs": "multiply-accumulates; taps on zero padding count, as in the papers",
    "adds": "additions that belong to no multiply-accumulate: biases, sums, means",
    "muls": "multiplications that belong to no multiply-accumulate: scales, gates",
    "divs": "divisions",
    "compares": "comparisons: max pooling, rectifiers",
    "exps": "transcendental functions: exp, log, tanh, powers",
}


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    return tuple(
        Column(name, name, doc, "MAC" if name == "macs" else "", SUM, SUM, scale=PER_EXAMPLE)
        for name, doc in DOCS.items()
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers."""
    works = [layer.op.work(layer.output, *graph.input_tensors(layer)) for layer in graph.layers]
    return [[getattr(work, kind) for work in works] for kind in KINDS.values()], []
