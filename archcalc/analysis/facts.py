"""What was counted, and how: the header of every table and of the JSON."""

from __future__ import annotations

from archcalc.conventions import convention

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph


def facts(graph: Graph, settings: Settings) -> dict[str, Any]:
    """Name, source, input shapes, vars and settings, under the names of the JSON."""
    shapes = {layer.path: list(layer.output.shape) for layer in graph.inputs}
    found = {
        "name": graph.name,
        "source": graph.source,
        "input": shapes["input"] if list(shapes) == ["input"] else shapes,
        "vars": dict(graph.vars),
        "convention": convention(settings.convention).name,
        "batch": settings.batch,
        "dtype": settings.dtype,
    }
    return found if settings.device is None else {**found, "device": settings.device.name}


def units(settings: Settings) -> str:
    """What an operation is, in a sentence."""
    return f"{convention(settings.convention).doc}; 1 MAC is 2 FLOP"
