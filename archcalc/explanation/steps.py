"""The steps of an explanation: what the ordinary formulas do with the numbers of one layer."""

from __future__ import annotations

from archcalc.analysis.derivations import derivations
from archcalc.analysis.receptive_field import fields_of
from archcalc.explanation.fields import field_section
from archcalc.explanation.step import Section, Step
from archcalc.graph.op import attributes
from archcalc.graph.worked import given
from archcalc.render.numbers import cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.analysis import Analysis, Settings
    from archcalc.analysis.receptive_field import Field
    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.tensor import Tensor

PARAMETERS = ("weights", "biases", "params", "buffers")
WORK = ("macs", "adds", "muls", "divs", "compares", "exps")
MEMORY = ("activations",)


def attributes_text(layer: Layer) -> str:
    """The attributes of a layer as a table shows them."""
    return cell(attributes(layer.op))


def steps_of(graph: Graph, settings: Settings, path: str) -> tuple[Section, ...]:
    """All that is derived of one layer; raises ArchcalcError if there is no such layer."""
    index = graph.layers.index(graph.layer(path))
    return _sections(graph, derivations(graph, settings), fields_of(graph)[0], index)


def steps_of_all(graph: Graph, settings: Settings) -> list[tuple[Section, ...]]:
    """All that is derived of every layer, in their order: what is asked of the whole network is asked once."""
    analysis, fields = derivations(graph, settings), fields_of(graph)[0]
    return [_sections(graph, analysis, fields, index) for index in range(len(graph.layers))]


def _sections(graph: Graph, analysis: Analysis, fields: Sequence[Field], index: int) -> tuple[Section, ...]:
    sections = (
        Section("output size", _shape(analysis, index, graph.layers[index].output)),
        _counts(analysis, index, "parameters", PARAMETERS),
        _counts(analysis, index, "work", WORK),
        _counts(analysis, index, "memory", MEMORY),
        field_section(fields, analysis.graph, index),
    )
    return tuple(section for section in sections if section.steps or section.note)


def _shape(analysis: Analysis, index: int, plain: Tensor) -> tuple[Step, ...]:
    """The output's dimensions, from the shape rule; their names are those that the later steps use."""
    layer = analysis.graph.layers[index]
    inputs = analysis.graph.input_tensors(layer)
    names = [value.name for value in given(plain).shape]
    return tuple(Step(name, value) for name, value in zip(names, layer.op.output(*inputs).shape, strict=True))


def _counts(analysis: Analysis, index: int, title: str, columns: Sequence[str]) -> Section:
    """The counts of one kind that are not zero; weights that are all there is of params are named only so."""
    analysis.require(columns)
    values = {name: analysis.values[name][index] for name in columns}
    if values.get("params") == values.get("weights"):
        values.pop("params", None)
    steps = tuple(Step(name, value, analysis.columns[name].unit) for name, value in values.items() if value != 0)
    batch = analysis.settings.batch
    note = "" if batch == 1 or columns == PARAMETERS else f"for the whole batch of {batch}"
    return Section(title, steps, note if steps else "")
