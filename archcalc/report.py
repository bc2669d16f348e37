"""The whole account of one network: analyses as tables, for every renderer and for Python."""

from __future__ import annotations

from functools import cached_property

from archcalc import algebra
from archcalc.algebra.plain import describe
from archcalc.analysis import MODULES, Analysed, Settings, analyse
from archcalc.analysis.activations import bytes_of
from archcalc.analysis.operations import convention
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Graph
from archcalc.graph.op import STORED
from archcalc.graph.table import NONE, RULES, SUM, Column, Table
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Any

FORMAT_VERSION = 1
DEFAULT_COLUMNS = ("name", "op", "output", "activations", "weights", "params", "macs", "receptive_field")
# The fields of a layer in JSON, and those of the totals, in their order.
JSON_COLUMNS = (
    "name",
    "op",
    "attributes",
    "inputs",
    "output",
    "regions",
    "params",
    "weights",
    "buffers",
    "macs",
    "flops",
    "activations",
    "receptive_field",
    "jump",
    "start",
)
TOTALS = ("params", "weights", "buffers", "macs", "flops", "activations", "neurons", "connections", "depth")
SUMMARY = (*TOTALS, "activation_bytes")


class Report:
    """What a network costs, layer by layer and in total.

    `totals` maps a column to its total; `layers` is a list of one dict a layer, with the fields of the
    JSON. `str(report)` is the table as text; in a notebook it shows itself as HTML.

    >>> import archcalc
    >>> archcalc.analyze(archcalc.load("lenet5")).totals["params"]
    61706
    """

    def __init__(self, graph: Graph, settings: Settings):
        batch = settings.batch
        if isinstance(batch, (bool, str)) or algebra.fails(algebra.dimension(batch) >= 1):
            raise ArchcalcError(f"the batch is {describe(batch)}, expected a whole number of at least 1")
        bytes_of(settings.dtype)
        convention(settings.convention)
        self.graph = graph
        self.settings = settings
        self._analysed: dict[tuple[str, ...], Analysed] = {}

    def analysed(self, columns: Sequence[str]) -> Analysed:
        """These columns of every layer, computed when first asked for."""
        key = tuple(columns)
        if key not in self._analysed:
            self._analysed[key] = analyse(self.graph, key, self.settings)
        return self._analysed[key]

    @cached_property
    def totals(self) -> dict[str, Any]:
        """The totals of the network by column."""
        analysed = self.analysed(TOTALS)
        return {name: analysed.total(name) for name in TOTALS}

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict a layer, with the fields of the JSON."""
        return self.json_table().records()

    def facts(self) -> dict[str, Any]:
        """The header: what was counted, and how."""
        graph, settings = self.graph, self.settings
        shapes = {layer.path: list(layer.output.shape) for layer in graph.inputs}
        facts: dict[str, Any] = {"name": graph.name, "source": graph.source}
        facts["input"] = shapes["input"] if list(shapes) == ["input"] else shapes
        facts["vars"] = dict(graph.vars)
        facts["convention"] = settings.convention
        facts["batch"] = settings.batch
        facts["dtype"] = settings.dtype
        return facts

    def table(self, columns: Sequence[str] = DEFAULT_COLUMNS, depth: int | None = None, everything: bool = False) -> Table:
        """The table of all layers.

        `depth` folds whatever lies deeper than so many names of a path into one row. Layers that work in
        place or are views are left out, and counted in a note, if they would only show zeros;
        `everything` shows them too.
        """
        wanted = ("name", *(name for name in dict.fromkeys(columns) if name != "name"))
        analysed = self.analysed(wanted)
        shown = [analysed.columns[name] for name in wanted]
        rows = self._rows(analysed, wanted)
        notes = list(analysed.notes)
        kept = list(range(len(rows)))
        if depth is not None:
            if depth < 1:
                raise ArchcalcError(f"the depth is {depth}, expected at least 1")
            rows = self._folded(rows, shown, depth)
        elif not everything:
            kept = [index for index in kept if not self._is_silent(index, shown, rows[index])]
            notes += self._omitted(set(kept))
            rows = [rows[index] for index in kept]
        totals = tuple(analysed.total(name) for name in wanted)
        has_totals = any(column.total != NONE for column in shown)
        return Table(self.facts(), tuple(shown), tuple(rows), totals if has_totals else (), tuple(notes))

    def _rows(self, analysed: Analysed, names: Sequence[str]) -> list[tuple[Any, ...]]:
        return list(zip(*(analysed.values[name] for name in names), strict=True))

    def _is_silent(self, index: int, columns: Sequence[Column], row: tuple[Any, ...]) -> bool:
        """Whether a row is of a layer that stores nothing and has nothing to say in these columns."""
        if self.graph.layers[index].op.storage == STORED:
            return False
        return all(type(value) is int and value == 0 for column, value in zip(columns, row, strict=True) if column.total == SUM)

    def _omitted(self, kept: set[int]) -> list[str]:
        counts: dict[str, int] = {}
        for index, layer in enumerate(self.graph.layers):
            if index not in kept:
                counts[layer.op_name] = counts.get(layer.op_name, 0) + 1
        if not counts:
            return []
        listed = ", ".join(f"{count} {name}" for name, count in counts.items())
        return [f"not listed, as they work in place or are views and add 0 to every sum: {listed} (--all lists them)"]

    def _folded(self, rows: Sequence[tuple[Any, ...]], columns: Sequence[Column], depth: int) -> list[tuple[Any, ...]]:
        groups: dict[str, list[tuple[Any, ...]]] = {}
        for layer, row in zip(self.graph.layers, rows, strict=True):
            groups.setdefault(".".join(layer.path.split(".")[:depth]), []).append(row)
        folded = []
        for path, members in groups.items():
            if len(members) == 1 and members[0][0] == path:
                folded.append(members[0])
                continue
            values = []
            for place, column in enumerate(columns):
                if column.name == "name":
                    values.append(path)
                elif column.name == "op":
                    values.append(self.graph.groups.get(path, members[-1][place]))
                else:
                    values.append(RULES[column.fold]([member[place] for member in members]))
            folded.append(tuple(values))
        return folded

    def json_table(self) -> Table:
        """Everything that the JSON output holds."""
        analysed = self.analysed(JSON_COLUMNS)
        columns = tuple(analysed.columns[name] for name in JSON_COLUMNS)
        facts = {"format_version": FORMAT_VERSION, **self.facts(), "totals": self.totals, "notes": list(analysed.notes)}
        return Table(facts, columns, tuple(self._rows(analysed, JSON_COLUMNS)))

    def summary(self) -> Table:
        """The totals of the network, one a row, with unit and rule."""
        analysed = self.analysed(SUMMARY)
        columns = (
            Column("quantity", "total", "what is counted"),
            Column("value", "value", "how many"),
            Column("unit", "unit", "the unit"),
            Column("rule", "rule", "what is counted as one"),
        )
        rows = []
        for name in SUMMARY:
            column = analysed.columns[name]
            rows.append((column.heading, analysed.total(name), column.unit, column.doc))
        return Table(self.facts(), columns, tuple(rows))

    def to_json(self) -> str:
        """The JSON of the command line: one object, integers exact at any size."""
        from archcalc.render.json import render

        return render(self.json_table())

    def to_frame(self) -> Any:
        """A pandas DataFrame of all layers and columns, indexed by the path of the layer."""
        from archcalc.render.frame import render

        return render(self.table(tuple(MODULES), everything=True))

    def __str__(self) -> str:
        from archcalc.render.text import render

        return render(self.table())

    def _repr_html_(self) -> str:
        from archcalc.render.html import render

        return render(self.table())


def analyze(
    network: Graph | str | PathLike[str], /, batch: int = 1, dtype: str = "float32", convention: str = "macs"
) -> Report:
    """The report of a network, or of the spec of this path or name.

    `batch` multiplies what is per example (macs, activations), `dtype` gives the bytes of a value,
    `convention` what the column `flops` counts. Raises ArchcalcError.

    >>> analyze("lenet5", batch=2).totals["macs"]
    833040
    """
    graph = network if isinstance(network, Graph) else load(network)
    return Report(graph, Settings(batch, dtype, convention))
