"""The steps of an explanation: what the ordinary formulas do with the numbers of one layer."""

from __future__ import annotations

from archcalc.algebra.worked import LEAF
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
    from typing import Any

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
    analysis = derivations(graph, settings)
    return _said((*_numbers(graph, analysis, index), field_section(fields_of(graph)[0], analysis.graph, index)))


def steps_of_all(graph: Graph, settings: Settings, fields: Sequence[Field]) -> list[tuple[Section, ...]]:
    """All that is derived of every layer with its field, in order; layers that are alike share the same sections."""
    analysis = derivations(graph, settings)
    known: dict[Any, Any] = {}
    result = []
    for index, layer in enumerate(graph.layers):
        alike = _alike(graph, analysis, index)
        if alike not in known:
            known[alike] = _numbers(graph, analysis, index)
        seen = (alike, fields[index], *(fields[source] for source in layer.inputs))
        if seen not in known:
            known[seen] = field_section(fields, analysis.graph, index)
        result.append(_said((*known[alike], known[seen])))
    return result


def _alike(graph: Graph, analysis: Analysis, index: int) -> tuple[Any, ...]:
    """What layers have in common that are derived in the same way; for one that goes on with a view's, its place."""
    layer = graph.layers[index]
    inputs = analysis.graph.input_tensors(analysis.graph.layers[index])
    is_given = all(getattr(size, "sign", LEAF) == LEAF for tensor in inputs for size in tensor.shape)
    plain = (layer.op, layer.owner is None, layer.output, graph.input_tensors(layer))
    return plain if is_given else (index, *plain)


def _numbers(graph: Graph, analysis: Analysis, index: int) -> tuple[Section, ...]:
    return (
        Section("output size", _shape(analysis, index, graph.layers[index].output)),
        _counts(analysis, index, "parameters", PARAMETERS),
        _counts(analysis, index, "work", WORK),
        _counts(analysis, index, "memory", MEMORY),
    )


def _said(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    return tuple([section for section in sections if section.steps or section.note])


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
