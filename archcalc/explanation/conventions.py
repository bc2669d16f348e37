"""Every counting convention on one network: its total, and by what it differs from the multiply-accumulates."""

from __future__ import annotations

from archcalc.analysis import Analysis
from archcalc.analysis.facts import facts
from archcalc.conventions import convention, convention_names
from archcalc.errors import ArchcalcError
from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

FIRST = ("macs", "flops", "all")  # in this order before the tools
PER_MAC = {"MAC": 1, "FLOP": 2}
COLUMNS = (
    Column("name", "convention", "its name, as in --convention"),
    Column("operations", "operations", "total of the network under the convention"),
    Column("unit", "unit", "MAC, where a multiply-accumulate counts 1, or FLOP, where it counts 2"),
    Column("beyond", "beyond 1 or 2 x macs", "what the convention counts besides, or leaves out, by op"),
    Column("tool", "tool", "the tool and version whose figures it gives"),
)


class Conventions(Shown):
    """The totals of one network under every convention; `totals` by name, `terms` by name and op."""

    def __init__(self, graph: Graph, settings: Settings, files: Sequence[str] = ()):
        self.graph = graph
        self.settings = settings
        others = [name for name in convention_names() if name not in FIRST]
        self.totals: dict[str, Any] = {}
        self.terms: dict[str, dict[str, Any]] = {}
        self.without_rule: dict[str, str] = {}
        for name in (*FIRST, *others, *files):
            try:
                self._count(name)
            except ArchcalcError as error:
                if name in files:
                    raise
                self.without_rule[name] = error.message

    def _count(self, name: str) -> None:
        analysis = Analysis(self.graph, self.settings._replace(convention=name))
        analysis.require(("macs", "flops"))
        per_mac = PER_MAC[convention(name).unit]
        terms: dict[str, Any] = {}
        for layer, macs, operations in zip(
            self.graph.layers, analysis.values["macs"], analysis.values["flops"], strict=True
        ):
            terms[layer.op_name] = terms.get(layer.op_name, 0) + operations - per_mac * macs
        self.totals[name] = analysis.total("flops")
        self.terms[name] = {op: difference for op, difference in terms.items() if difference != 0}

    def table(self) -> Table:
        """A row a convention; those that lack a rule for an op of the network are named below."""
        rows = tuple(
            (name, total, convention(name).unit, self.terms[name], convention(name).tool)
            for name, total in self.totals.items()
        )
        notes = [f"{name} is left out: {problem}" for name, problem in self.without_rule.items()]
        units = "a MAC is a multiply-accumulate, 2 FLOP; each convention's rule is in its file"
        shown = {key: value for key, value in facts(self.graph, self.settings).items() if key != "convention"}
        head = {key: shown[key] for key in ("name", "source", "vars", "batch")}
        return Table(head, COLUMNS, rows, notes=tuple(notes), units=units, rows_name="conventions")
