"""Networks side by side: a row each, their totals, and the ratio of each total to that of the first network."""

from __future__ import annotations

from archcalc.comparison.networks import (
    columns_of,
    default_columns,
    labelled,
    reports_of,
    settings_facts,
    settings_text,
)
from archcalc.errors import ArchcalcError
from archcalc.graph.table import MAX, RATIO, RULES, SUM, Column, Table
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.analysis.device import Device
    from archcalc.comparison.networks import Network
    from archcalc.report import Report

FORMAT_VERSION = 1
DEFAULT_COLUMNS = ("params", "macs", "activations", "peak_memory", "depth")
WITH_TOTAL = (SUM, MAX, RATIO)
DIGITS = 3  # of a ratio


class Comparison(Shown):
    """The totals of several networks; `str()` is the table, in a notebook it shows itself as HTML.

    `totals` and `ratios` map the label of each network to a dict by column; a ratio is an exact fraction of the total
    of the first network, and None where that is 0.

    >>> compare(["vgg16", "resnet50"]).ratios["resnet50"]["params"]
    Fraction(3194629, 17294693)
    """

    def __init__(self, reports: Mapping[str, Report], columns: Sequence[str] | None = None):
        self.reports = dict(reports)
        first = next(iter(self.reports.values()))
        names = default_columns(first.settings, DEFAULT_COLUMNS) if columns is None else columns
        self.columns = columns_of(names, first, WITH_TOTAL, "total")

    @property
    def totals(self) -> dict[str, dict[str, Any]]:
        """The totals of each network, by its label and column."""
        return {
            label: {name: report.analysis.total(name) for name in self.columns}
            for label, report in self.reports.items()
        }

    @property
    def ratios(self) -> dict[str, dict[str, Any]]:
        """Each total divided by that of the first network, exactly; by label and column."""
        totals = self.totals
        base = next(iter(totals.values()))
        return {label: {name: _ratio(own[name], base[name]) for name in self.columns} for label, own in totals.items()}

    def table(self) -> Table:
        """A row a network: its input, and every total with its ratio."""
        base, report = next(iter(self.reports.items()))
        columns = [
            Column("name", "network", "the spec, or what the network was called"),
            Column("input", "input", "channels, then spatial sizes, per example"),
        ]
        for name in self.columns:
            columns.append(report.analysis.columns[name])
            columns.append(Column(f"{name}_ratio", "ratio", f"{name} divided by that of {base}", digits=DIGITS))
        rows = []
        for label, totals in self.totals.items():
            ratios = self.ratios[label]
            cells = [cell for name in self.columns for cell in (totals[name], ratios[name])]
            shapes = self.reports[label].facts()["input"]
            shown = list(shapes.values()) if isinstance(shapes, dict) else shapes
            rows.append((label, shown, *cells))
        facts = {"name": f"{len(rows)} networks side by side", "source": f"ratios are to {base}"}
        facts |= settings_facts(report)
        notes = dict.fromkeys(note for each in self.reports.values() for note in each.analysis.notes)
        return Table(
            facts, tuple(columns), tuple(rows), notes=tuple(notes), units=settings_text(report), rows_name="networks"
        )

    def to_json(self) -> str:
        """One JSON object: under `networks` a dict for each, with what it is, its `totals` and its `ratios`."""
        from archcalc.render.json import render
        from archcalc.render.numbers import as_float

        first = next(iter(self.reports.values()))
        columns = tuple(Column(name, name, "") for name in ("spec", "name", "source", "input", "vars"))
        columns += (Column("totals", "totals", ""), Column("ratios", "ratios", ""))
        rows = []
        for label, report in self.reports.items():
            facts = report.facts()
            counts = [
                {name: value if type(value) is int else as_float(value) for name, value in by_column[label].items()}
                for by_column in (self.totals, self.ratios)
            ]
            rows.append((label, *(facts[name] for name in ("name", "source", "input", "vars")), *counts))
        facts = {"format_version": FORMAT_VERSION, **settings_facts(first), "ratios_to": next(iter(self.reports))}
        return render(Table(facts, columns, tuple(rows), notes=(), rows_name="networks"))


def _ratio(total: Any, base: Any) -> Any:
    return None if total is None or base is None else RULES[RATIO]((total, base))


def compare(
    networks: Iterable[Network] | Mapping[str, Network],
    columns: Sequence[str] | None = None,
    *,
    batch: int = 1,
    dtype: str = "float32",
    convention: str = "macs",
    device: Device | str | PathLike[str] | None = None,
) -> Comparison:
    """The totals of at least two networks side by side, with their ratios to the first.

    Networks are graphs, paths or names; as a mapping, under names of the caller's choice. `columns` are any that have a
    total. Raises ArchcalcError.

    >>> compare({"all of it": "lenet5", "twice": "lenet5"}, ["macs"], batch=2).totals["twice"]
    {'macs': 833040}
    """
    options = {"batch": batch, "dtype": dtype, "convention": convention, "device": device}
    if isinstance(networks, str) or not hasattr(networks, "__iter__"):
        raise ArchcalcError(f"found {networks!r}, expected a list of networks to compare")
    if hasattr(networks, "items"):
        named = {str(label): network for label, network in networks.items()}
    else:
        named = labelled(networks)
    if len(named) < 2:
        hint = "archcalc SPEC, or analyze(...), has the totals of one"
        raise ArchcalcError(f"found {len(named)} to compare, expected at least 2 networks", hint=hint)
    reports = reports_of(named.values(), options)
    return Comparison(dict(zip(named, reports, strict=True)), columns)
