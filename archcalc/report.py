"""The whole account of one network: analyses as tables, for every renderer and for Python."""

from __future__ import annotations

import copy

from archcalc.algebra.plain import describe
from archcalc.analysis import ALIASES, Analysis, Settings, whole_batch
from archcalc.analysis.device import Device
from archcalc.analysis.dtypes import bits_of
from archcalc.analysis.facts import facts, units
from archcalc.analysis.parts import parts_of, parts_table
from archcalc.conventions import convention
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Graph
from archcalc.graph.op import STORED
from archcalc.graph.table import HWC, NONE, SUM, Column, Table
from archcalc.render.shown import Shown, View
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Any

    from matplotlib.figure import Figure

    from archcalc.explanation import Explanation
    from archcalc.explanation.conventions import Conventions

FORMAT_VERSION = 1
DIGITS = 3  # of a total that is no whole number
MAX_LISTED = 10  # names in a note
DEFAULT_COLUMNS = ("name", "op", "output", "activations", "weights", "params", "macs", "receptive_field")
REGION_COLUMNS = (*DEFAULT_COLUMNS[:3], "regions", *DEFAULT_COLUMNS[3:])  # of networks with region ops
# The fields of a layer in JSON, and those of the totals, in their order.
JSON_COLUMNS = (
    "name",
    "op",
    "attributes",
    "inputs",
    "shares",
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
# What a device adds to both.
TIME_COLUMNS = ("arithmetic", "bytes_moved", "intensity", "bound_ms", "bound_by")


class Report(Shown):
    """What a network costs, layer by layer and in total.

    `totals` maps a column to its total; `layers` is a list of one dict a layer, with the fields of the
    JSON. `str(report)` is the table as text; in a notebook it shows itself as HTML.

    >>> import archcalc
    >>> archcalc.analyze(archcalc.load("lenet5")).totals["params"]
    61706
    """

    def __init__(self, graph: Graph, settings: Settings):
        settings = settings._replace(batch=whole_batch(settings.batch))
        bits_of(settings.dtype)
        convention(settings.convention)
        self.graph = graph
        self.settings = settings
        self.analysis = Analysis(graph, settings)

    @property
    def totals(self) -> dict[str, Any]:
        """The totals of the network by column."""
        return {name: self.analysis.total(name) for name in (*TOTALS, *self._device_columns[:-1])}

    @property
    def _device_columns(self) -> tuple[str, ...]:
        """What the JSON holds of the device, if there is one; the last has no total."""
        return () if self.settings.device is None else TIME_COLUMNS

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict a layer, with the fields of the JSON."""
        return copy.deepcopy(self.json_table().records())  # what a reader changes stays with the reader

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What is done once an image and what for each region, each and all together; empty without regions.

        `times` is how often a part is done for the whole batch; `macs_each` once, `macs` all together.
        """
        table = parts_table(self.analysis)
        return [] if table is None else table.records()

    def explain(self, layer: str, layout: str = HWC) -> Explanation:
        """How the numbers of one layer come about, step by step; in a notebook it shows itself as math.

        In layout `hwc` products are written as in lectures, in `chw` in the order of the formulas. Raises
        ArchcalcError, for a layer that there is not too.

        >>> print(analyze("lenet5").explain("c1").sections[1].steps[0].number.written("hwc"))
        (5*5)*6
        """
        from archcalc.explanation import Explanation

        return Explanation(self.graph, self.settings, layer, layout)

    def conventions(self, files: Sequence[str] = ()) -> Conventions:
        """The network's operations under every counting convention, and under files of one's own.

        >>> analyze("resnet50").conventions().terms["fvcore"]
        {'batch_norm': 22227968, 'global_avg_pool': 100352}
        """
        from archcalc.explanation.conventions import Conventions

        if isinstance(files, str) or not all(isinstance(file, str) for file in files or ()):
            raise ArchcalcError(f"found the files {files!r}, expected a list of names")
        return Conventions(self.graph, self.settings, files or ())

    def facts(self) -> dict[str, Any]:
        """The header: what was counted, and how."""
        return facts(self.graph, self.settings)

    def table(self, columns: Sequence[str] | None = None, depth: int | None = None, everything: bool = False) -> Table:
        """The table of all layers, with the columns that are asked for, or else the usual ones.

        `depth` folds whatever lies deeper than so many names of a path into one row. Layers that work in
        place or are views are left out, and counted in a note, if they would only show zeros;
        `everything` shows them too.
        """
        if columns is None:
            columns = DEFAULT_COLUMNS if len(parts_of(self.graph)) == 1 else REGION_COLUMNS
        names = dict.fromkeys(ALIASES.get(name, name) for name in columns)
        wanted = ("name", *(name for name in names if name != "name"))
        shown, rows = self._rows(wanted)
        notes = self._notes()
        silent = [not everything and self._is_silent(index, shown, row) for index, row in enumerate(rows)]
        if depth is not None and (type(depth) is not int or depth < 1):
            raise ArchcalcError(f"the depth is {describe(depth)}, expected a whole number of at least 1")
        groups = self._groups(depth)
        notes += self._omitted(groups, silent)
        rows = [
            self._folded(path, members, rows, shown)
            for path, members in groups.items()
            if not all(silent[index] for index in members)
        ]
        totals = tuple(self.analysis.total(name) for name in wanted)
        has_totals = any(column.total != NONE for column in shown)
        sizes_bytes = self._sizes_bytes() if "activations" in wanted else {}
        parts = parts_table(self.analysis, wanted)
        return Table(
            self.facts(),
            tuple(shown),
            tuple(rows),
            totals if has_totals else (),
            tuple(notes),
            units(self.settings),
            sizes_bytes,
            parts,
        )

    def _notes(self) -> list[str]:
        """What the analyses and the graph itself have to say beside their numbers."""
        unused = [layer.path for layer in self.graph.unused()]
        if not unused:
            return list(self.analysis.notes)
        listed = ", ".join(unused[:MAX_LISTED]) + (", ..." if len(unused) > MAX_LISTED else "")
        return [*self.analysis.notes, f"counted, although no output depends on them: {listed}"]

    def _sizes_bytes(self) -> dict[str, int]:
        size_bytes = self.analysis.total("activation_bytes")
        return {"activations, all stored at once": size_bytes} if type(size_bytes) is int else {}

    def _rows(self, names: Sequence[str]) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
        self.analysis.require(names)
        columns = tuple(self.analysis.columns[name] for name in names)
        return columns, list(zip(*(self.analysis.values[name] for name in names), strict=True))

    def _is_silent(self, index: int, columns: Sequence[Column], row: tuple[Any, ...]) -> bool:
        """Whether a row is of a layer that stores nothing and has nothing to say in these columns."""
        if self.graph.layers[index].op.storage == STORED:
            return False
        return all(
            type(value) is int and value == 0 for column, value in zip(columns, row, strict=True) if column.total == SUM
        )

    def _groups(self, depth: int | None) -> dict[str, list[int]]:
        """The layers by what their rows are called when deeper names are folded."""
        groups: dict[str, list[int]] = {}
        for index, layer in enumerate(self.graph.layers):
            path = layer.path if depth is None else ".".join(layer.path.split(".")[:depth])
            groups.setdefault(path, []).append(index)
        return groups

    def _omitted(self, groups: dict[str, list[int]], silent: Sequence[bool]) -> list[str]:
        """A note that counts the layers of which no row speaks."""
        counts: dict[str, int] = {}
        for members in groups.values():
            if all(silent[index] for index in members):
                for index in members:
                    name = self.graph.layers[index].op_name
                    counts[name] = counts.get(name, 0) + 1
        if not counts:
            return []
        listed = ", ".join(f"{count} {name}" for name, count in counts.items())
        return [
            f"not listed, as they work in place or are views and add 0 to every sum here: {listed} (--all lists them)"
        ]

    def _folded(
        self, path: str, members: list[int], rows: list[tuple[Any, ...]], columns: Sequence[Column]
    ) -> tuple[Any, ...]:
        """One row for all layers whose paths begin with this one, by each column's own rule."""
        if len(members) == 1 and rows[members[0]][0] == path:
            return rows[members[0]]
        values = []
        for place, column in enumerate(columns):
            if column.name == "name":
                values.append(path)
            elif column.name == "op":
                values.append(self.graph.groups.get(path, rows[members[-1]][place]))
            else:
                values.append(self.analysis.folded(column.name, members))
        return tuple(values)

    def json_table(self) -> Table:
        """Everything that the JSON output holds."""
        columns, rows = self._rows((*JSON_COLUMNS, *self._device_columns))
        header = {"format_version": FORMAT_VERSION, **self.facts(), "totals": self.totals}
        if parts := self.parts:
            header["parts"] = parts
        if notes := self._notes():
            header["notes"] = notes
        return Table(header, columns, tuple(rows))

    def summary(self) -> Table:
        """The totals of the network, one a row, with unit and rule."""
        wanted = (*SUMMARY, *self._device_columns[:-1])
        self.analysis.require(wanted)
        columns = (
            Column("quantity", "total", "what is counted"),
            Column("value", "value", "how many", digits=DIGITS),
            Column("unit", "unit", "the unit"),
            Column("rule", "rule", "what is counted as one"),
        )
        rows = []
        for name in wanted:
            column = self.analysis.columns[name]
            rows.append((column.heading, self.analysis.total(name), column.unit, column.doc))
        return Table(
            self.facts(),
            columns,
            tuple(rows),
            notes=tuple(self._notes()),
            units=units(self.settings),
            sizes_bytes=self._sizes_bytes(),
            parts=parts_table(self.analysis),
        )

    def show(self, *columns: str, depth: int | None = None) -> View:
        """The table with these columns (the usual ones, if none are named), which a notebook shows as HTML.

        `depth` folds blocks.

        >>> str(analyze("googlenet").show("params", depth=1)).splitlines()[-3].split()
        ['total', '6,998,552']
        """
        return View(self.table(columns or None, depth))

    def plot(self, *columns: str, depth: int | None = None) -> Figure:
        """A picture of these columns (params, macs and activations, if none are named) as bars, a panel each.

        `depth` folds blocks as in the table; without it they are folded where there are too many layers for bars.
        The picture is a matplotlib figure that shows itself in a notebook; `archcalc.plots.save` writes it to a file.

        >>> [axes.get_xlabel() for axes in analyze("alexnet").plot("params", "macs").axes]
        ['params', 'macs [MAC]']
        """
        from archcalc.pictures import COLUMNS, bars_picture

        names = columns or COLUMNS
        return bars_picture(self.analysis, names, depth, lambda folded: self.table(("op", *names), folded))

    def plot_receptive_field(self, layer: str | None = None) -> Figure:
        """A picture of the receptive fields on the input, growing by layer, or up to one layer.

        >>> analyze("lenet5").plot_receptive_field("s4").axes[1].texts[-1].get_text()
        '16x16'
        """
        from archcalc.pictures import field_picture

        return field_picture(self.analysis, layer)

    def plot_memory(self) -> Figure:
        """A picture of the memory in use while each layer runs, with the peak marked.

        >>> analyze("vgg16").plot_memory().axes[0].texts[0].get_text()
        'peak 25.7 MB: conv1_2'
        """
        from archcalc.pictures import memory_picture

        return memory_picture(self.analysis)

    def plot_roofline(self) -> Figure:
        """A picture of the layers under the roofline of the device; raises ArchcalcError if none was given.

        >>> analyze("vgg16", device="nvidia-a100-sxm-80gb").plot_roofline().axes[0].texts[0].get_text()
        '19.5 TFLOP/s at float32'
        """
        from archcalc.pictures import roofline_picture

        return roofline_picture(self.analysis)

    def to_json(self) -> str:
        """The JSON of the command line: one object, integers exact at any size."""
        from archcalc.render.json import render

        return render(self.json_table())

    def to_frame(self) -> Any:
        """A pandas DataFrame of all layers and columns, indexed by the path of the layer."""
        from archcalc.render.frame import render

        return render(self.table(self.settings.columns, everything=True))


def analyze(
    network: Graph | str | PathLike[str],
    /,
    batch: int = 1,
    dtype: str = "float32",
    convention: str = "macs",
    device: Device | str | PathLike[str] | None = None,
) -> Report:
    """The report of a network, or of the spec of this path or name.

    `batch` multiplies what is per example (macs, activations), `dtype` gives the bytes of a value,
    `convention` what the column `flops` counts; `device`, a device file or the name of one that comes with archcalc,
    is what the columns `bound_ms` and `bound_by` speak of. Raises ArchcalcError.

    >>> analyze("lenet5", batch=2).totals["macs"]
    833040
    """
    graph = network if isinstance(network, Graph) else load(network)
    if device is not None and not isinstance(device, Device):
        from archcalc.devices import find_device

        device = find_device(device)
    return Report(graph, Settings(batch, dtype, convention, device))
