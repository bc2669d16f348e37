"""The analyses: one file each, Graph -> columns. This table of contents says where each column comes from.

To add an analysis, write its file (COLUMNS, NEEDS, `compute`) and name its columns here; every renderer,
`--columns`, sweeps and formulas pick it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.table import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.graph.graph import Graph
    from archcalc.graph.table import Column

# Column -> the module that computes it.
MODULES = {
    "name": "layers",
    "op": "layers",
    "attributes": "layers",
    "inputs": "layers",
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
    "receptive_field": "receptive_field",
    "jump": "receptive_field",
    "start": "receptive_field",
    "neurons": "neurons",
    "connections": "neurons",
    "depth": "depth",
}


@dataclass(frozen=True)
class Settings:
    """How a network is counted: examples in a batch, type of the values, what an operation is."""

    batch: Number = 1
    dtype: str = "float32"
    convention: str = "macs"


@dataclass(frozen=True)
class Analysed:
    """The columns of a graph: one list of values for each, a value a layer; and notes of the analyses."""

    columns: dict[str, Column]
    values: dict[str, list[Any]]
    notes: tuple[str, ...]

    def total(self, name: str) -> Any:
        """A column's total by its own rule; None where it has none."""
        return RULES[self.columns[name].total](self.values[name])


def analyse(graph: Graph, names: Iterable[str], settings: Settings) -> Analysed:
    """Compute columns of a graph, each once, those that they need first.

    Raises ArchcalcError for an unknown column.
    """
    columns: dict[str, Column] = {}
    values: dict[str, list[Any]] = {}
    notes: list[str] = []
    scale = [settings.batch * layer.output.regions for layer in graph.layers]

    def require(wanted: Iterable[str]) -> None:
        for name in wanted:
            if name in values:
                continue
            if name not in MODULES:
                raise ArchcalcError(f"there is no column '{name}'", hint=did_you_mean(name, MODULES))
            module = import_module(f"archcalc.analysis.{MODULES[name]}")
            require(module.NEEDS)
            computed, more_notes = module.compute(graph, settings, values)
            notes.extend(more_notes)
            for column, column_values in zip(module.columns(settings), computed, strict=True):
                columns[column.name] = column
                values[column.name] = _scaled(column_values, scale) if column.per_example else column_values

    require(names)
    return Analysed(columns, values, tuple(notes))


def _scaled(values: Sequence[Any], scale: Sequence[Number]) -> list[Any]:
    return [value * factor for value, factor in zip(values, scale, strict=True)]
