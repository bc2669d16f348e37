"""Operations by a counting convention: what papers and tools call FLOPs, with the unit that it really is."""

from __future__ import annotations

from collections.abc import Mapping

from archcalc.conventions import COUNTS, convention
from archcalc.graph.graph import Input
from archcalc.graph.op import BIAS, BUFFER, NORM, VIEW, WEIGHT, attributes
from archcalc.graph.table import PER_EXAMPLE, SUM, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.conventions import Convention
    from archcalc.graph.graph import Graph, Layer

# Kinds of work, by the names that conventions have for them: the columns that hold them.
KINDS = {"mac": "macs", "add": "adds", "mul": "muls", "div": "divs", "compare": "compares", "exp": "exps"}
ROLES = {"weights": WEIGHT, "biases": BIAS, "norms": NORM}
NEEDS = tuple(KINDS.values())
DO_NOTHING = ("identity", "dropout", "drop_path")  # at inference: exporters leave them out


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis; its unit is the convention's."""
    chosen = convention(settings.convention)
    doc = f"convention {chosen.name}: {chosen.doc}"
    return (Column("flops", f"operations ({chosen.name})", doc, chosen.unit, SUM, SUM, scale=PER_EXAMPLE),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers."""
    chosen = convention(settings.convention)
    used = {layer.op_name for layer in graph.layers}
    tool = chosen.tool or chosen.name
    bugs = [f"{tool}, {op}: {said}" for op, said in chosen.bugs.items() if op in used]
    return [operations(graph, chosen, values)], [*bugs, *chosen.notes]


def operations(graph: Graph, chosen: Convention, values: dict[str, list[Any]]) -> list[Any]:
    """What each layer counts under a convention, for one example; `values` are the columns NEEDS."""
    readers: dict[int, list[int]] = {}
    for row, layer in enumerate(graph.layers):
        for source in layer.inputs:
            readers.setdefault(source, []).append(row)
    return [
        0 if type(layer.op) is Input else chosen.operations(layer.op_name, _Counts(graph, row, values, readers))
        for row, layer in enumerate(graph.layers)
    ]


class _Counts(Mapping[str, "Any"]):
    """What the rule of a convention can speak of, for one layer: worked out when it is asked for."""

    def __init__(self, graph: Graph, row: int, values: dict[str, list[Any]], readers: dict[int, list[int]]):
        self.graph = graph
        self.readers = readers
        self.row = row
        self.work = values

    def __getitem__(self, name: str) -> Any:
        if name in KINDS:
            return self.work[KINDS[name]][self.row]
        layer = self.graph.layers[self.row]
        if name == "inputs":
            return sum(tensor.elements for tensor in self.graph.input_tensors(layer))
        if name == "outputs":
            return layer.output.elements
        if name == "out_positions":
            return layer.output.positions
        if name in ROLES:
            return _of_role(layer, ROLES[name])
        if name in ("projections", "projection_biases"):
            uses = getattr(layer.op, name, None)
            return 0 if uses is None else uses(*self.graph.input_tensors(layer))
        if name == "params":
            return sum(weight.elements for weight in layer.weights if weight.role != BUFFER)
        if name in ("before", "before_biases"):
            source = self._before()
            if source is None:
                return "" if name == "before" else 0
            return source.op_name if name == "before" else _of_role(source, BIAS)
        if name == "is_last":
            return self._is_last(self.row)
        return attributes(layer.op)[name]

    def _before(self) -> Layer | None:
        """The layer whose output comes in first, through ops that do nothing; None if anything else reads it."""
        source = self.graph.layers[self.row].inputs[0]
        while self._is_read_once(source) and self.graph.layers[source].op_name in DO_NOTHING:
            source = self.graph.layers[source].inputs[0]
        return self.graph.layers[source] if self._is_read_once(source) else None

    def _is_read_once(self, row: int) -> bool:
        return len(self.readers.get(row, ())) == 1 and row not in self.graph.outputs

    def _is_last(self, row: int) -> bool:
        """Whether an output of the network is this one's, or a view of it."""
        while row not in self.graph.outputs:
            readers = self.readers.get(row, ())
            if len(readers) != 1 or self.graph.layers[readers[0]].op.storage != VIEW:
                return False
            row = readers[0]
        return True

    def __iter__(self) -> Iterator[str]:
        return iter((*COUNTS, *attributes(self.graph.layers[self.row].op)))

    def __len__(self) -> int:
        return len(COUNTS) + len(attributes(self.graph.layers[self.row].op))


def _of_role(layer: Layer, role: str) -> Any:
    return sum(weight.elements for weight in layer.weights if weight.role == role)
