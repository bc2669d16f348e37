"""One layer derived step by step: the formulas in use, with names, with numbers, and what comes out.

`steps` finds the steps, each format is a file with `render(explanation) -> str`.
"""

from __future__ import annotations

from importlib import import_module

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.explanation.steps import attributes_text, steps_of
from archcalc.graph.table import CHW, HWC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.analysis import Settings
    from archcalc.explanation.step import Section
    from archcalc.graph.graph import Graph
    from archcalc.graph.tensor import Tensor

FORMATS = ("text", "markdown", "latex")
LAYOUTS = (HWC, CHW)


class Explanation:
    """The derivation of one layer: `sections` of steps; `str()` is its text, in a notebook it shows itself as math."""

    def __init__(self, graph: Graph, settings: Settings, path: str, layout: str = HWC):
        if layout not in LAYOUTS:
            raise ArchcalcError(f"there is no layout '{layout}'", hint=did_you_mean(str(layout), LAYOUTS))
        layer = graph.layer(path)
        self.title = f"{layer.path}: {layer.op_name} in {graph.name}"
        inputs = " and ".join(_shape(tensor, layout) for tensor in graph.input_tensors(layer))
        order = "spatial sizes x channels" if layout == HWC else "channels x spatial sizes"
        self.shapes = f"{inputs} -> {_shape(layer.output, layout)}, {order}".removeprefix(" -> ")
        self.attributes = attributes_text(layer)
        self.layout = layout
        self.sections: tuple[Section, ...] = steps_of(graph, settings, path)

    def render(self, format_name: str) -> str:
        """The derivation in one of FORMATS; raises ArchcalcError for another."""
        if format_name not in FORMATS:
            raise ArchcalcError(f"there is no format '{format_name}'", hint=did_you_mean(str(format_name), FORMATS))
        text: str = import_module(f"archcalc.explanation.{format_name}").render(self)
        return text

    def __repr__(self) -> str:
        return f"<Explanation: {self.title}>"

    def __str__(self) -> str:
        return self.render("text")

    def _repr_markdown_(self) -> str:
        return self.render("markdown")

    def _repr_latex_(self) -> str:
        return self.render("latex")


def _shape(tensor: Tensor, layout: str) -> str:
    shape = (*tensor.size, tensor.channels) if layout == HWC else tensor.shape
    return "x".join(map(str, shape))
