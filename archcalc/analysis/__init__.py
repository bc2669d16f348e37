"""The analyses: one file each, Graph -> columns. This table of contents says where each column comes from.

To add an analysis, write its file (NEEDS, `columns`, `compute`) and name its columns here; every renderer,
`--columns`, sweeps and formulas pick it up.
"""

from __future__ import annotations

from importlib import import_module

from archcalc import algebra
from archcalc.algebra.plain import describe
from archcalc.collector import collector_paused
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.table import PER_EXAMPLE, PER_REGION, RATIO, RULES
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis.device import Device
    from archcalc.graph.graph import Graph
    from archcalc.graph.table import Column

# Column -> the module that computes it.
MODULES = {
    "name": "layers",
    "op": "layers",
    "attributes": "layers",
    "inputs": "layers",
    "shares": "layers",
    "output": "layers",
    "regions": "layers",
    "params": "params",
    "weights": "params",
    "biases": "params",
    "buffers": "params",
    "macs": "work",
    "adds": "work",
    "muls": "work",
    "divs": "work",
    "compares": "work",
    "exps": "work",
    "flops": "operations",
    "activations": "activations",
    "activation_bytes": "activations",
    "param_bytes": "param_bytes",
    "buffer_bytes": "param_bytes",
    "peak_memory": "peak",
    "peak_copying": "peak",
    "peak_fused": "peak",
    "saved": "saved",
    "saved_bytes": "saved",
    "receptive_field": "receptive_field",
    "jump": "receptive_field",
    "start": "receptive_field",
    "neurons": "neurons",
    "connections": "neurons",
    "depth": "depth",
    "arithmetic": "arithmetic",
    "bytes_moved": "traffic",
    "intensity": "intensity",
    "bound_ms": "bound",
    "bound_by": "bound",
}
# The columns that speak of a device: nothing is computed of them without one.
OF_DEVICE = ("bound_ms", "bound_by")

# Shorter words that people may ask for a column by.
ALIASES = {"peak": "peak_memory"}


class Settings(Record):
    """How a network is counted: examples in a batch, type of the values, what an operation is, what it runs on."""

    batch: Number = 1
    dtype: str = "float32"
    convention: str = "macs"
    device: Device | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that can be computed: those of a device only if there is one."""
        return tuple(name for name in MODULES if self.device is not None or name not in OF_DEVICE)


def whole_batch(batch: Any) -> Number:
    """A batch size, if it is one; raises ArchcalcError.

    >>> whole_batch(8)
    8
    """
    wrong = f"the batch is {describe(batch)}, expected a whole number of at least 1"
    if isinstance(batch, (bool, str)) or batch is None:
        raise ArchcalcError(wrong)
    number = algebra.dimension(batch)
    if algebra.fails(number >= 1):
        raise ArchcalcError(wrong)
    return number


class Analysis:
    """The columns of one graph, each computed when it is first asked for, after those that it needs.

    `columns`, `values` (a value a layer, for the whole batch) and `notes` hold what has been computed so far.
    """

    def __init__(self, graph: Graph, settings: Settings):
        self.graph = graph
        self.settings = settings
        self.columns: dict[str, Column] = {}
        self.values: dict[str, list[Any]] = {}
        self.notes: list[str] = []
        self._single: dict[str, list[Any]] = {}  # the values for one example and one region
        regions = [layer.output.regions for layer in graph.layers]
        self._scales = {PER_REGION: regions, PER_EXAMPLE: [count * settings.batch for count in regions]}

    def require(self, names: Iterable[str]) -> None:
        """Compute these columns; raises ArchcalcError for one that does not exist."""
        with collector_paused():
            self._require(names)

    def _require(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.values:
                continue
            if name not in MODULES:
                raise ArchcalcError(f"there is no column '{name}'", hint=did_you_mean(name, MODULES))
            module = import_module(f"archcalc.analysis.{MODULES[name]}")
            self._require(module.NEEDS)
            computed, notes = module.compute(self.graph, self.settings, self._single)
            self.notes += notes
            for column, values in zip(module.columns(self.settings), computed, strict=True):
                self.columns[column.name] = column
                self._single[column.name] = values
                scale = self._scales.get(column.scale)
                self.values[column.name] = values if scale is None else _scaled(values, scale)

    def single(self, name: str) -> list[Any]:
        """A column for one example and, behind a region op, one region."""
        self.require((name,))
        return self._single[name]

    def total(self, name: str) -> Any:
        """A column's total by its own rule; None where it has none."""
        self.require((name,))
        return self._together(name, self.columns[name].total, range(len(self.graph.layers)))

    def folded(self, name: str, members: Sequence[int]) -> Any:
        """A column's value of several layers, by index, by its rule for a block."""
        self.require((name,))
        return self._together(name, self.columns[name].fold, members)

    def _together(self, name: str, rule: str, members: Sequence[int]) -> Any:
        if rule == RATIO:
            return RULES[rule]([self.folded(part, members) for part in self.columns[name].ratio_of])
        values = self.values[name]
        return RULES[rule]([values[index] for index in members])


def _scaled(values: Sequence[Any], scale: Sequence[Number]) -> list[Any]:
    return [value * factor for value, factor in zip(values, scale, strict=True)]
