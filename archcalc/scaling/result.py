"""What a search found: the combinations that fit a budget, in fact or by the rule."""

from __future__ import annotations

from fractions import Fraction

from archcalc.graph.table import Column, Table
from archcalc.record import Record
from archcalc.render.shown import Shown
from archcalc.scaling.budget import FITS, times_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph
    from archcalc.scaling.budget import Band
    from archcalc.scaling.grid import Knob, Role

RULED = ("macs", "flops")  # what the rule speaks of
TOTALS = ("macs", "params", "activations")


class Candidate(Record):
    """One combination: its multipliers and values of the vars, the cost by the rule and in fact, and its totals."""

    verdict: str
    times: tuple[Fraction, ...]
    values: tuple[Any, ...]
    rule: Fraction
    ratio: Fraction
    totals: tuple[int, ...]


class Scaling(Shown):
    """What a search of `tried` combinations found: those that fit a budget, in fact or by the rule.

    `problems` tells of combinations that make no network, `remarks` of what was not searched.
    """

    def __init__(self, graph: Graph, band: Band, knobs: Sequence[Knob], settings: Settings):
        self.graph, self.band, self.knobs, self.settings = graph, band, tuple(knobs), settings
        self.columns = tuple(dict.fromkeys((band.measure, *TOTALS)))
        self.units: dict[str, str] = {}
        self.has_rule = band.measure in RULED
        self.rule = "*".join(_power(knob.role) for knob in knobs)
        self.fitting: list[Candidate] = []
        self.by_rule: list[Candidate] = []  # fitting ones too
        self.nearest: dict[str, Candidate] = {}  # over and under the budget
        self.tried = 0
        self.problems: dict[str, int] = {}
        self.remarks: list[str] = []

    def add(self, one: Candidate) -> None:
        """Take in a combination that was tried."""
        if one.verdict == FITS:
            self.fitting.append(one)
        else:
            known = self.nearest.get(one.verdict)
            if known is None or abs(one.ratio - self.band.most) < abs(known.ratio - self.band.most):
                self.nearest[one.verdict] = one
        if self.has_rule and self.band.verdict(one.rule) == FITS:
            self.by_rule.append(one)

    @property
    def candidates(self) -> list[Candidate]:
        """Those that fit, behind them those that fit by the rule alone; where none fits, the nearest first."""
        first = sorted(self.fitting or self.nearest.values(), key=_times)
        known = set(map(_times, first))
        return [*first, *(one for one in sorted(self.by_rule, key=_times) if one.times not in known)]

    def table(self) -> Table:
        """The candidates, by the rule and in fact."""
        band, roles = self.band, [knob.role for knob in self.knobs]
        columns = [Column("verdict", "verdict", "where the real cost lies: it fits, or is over or under the budget")]
        columns += [Column(f"times_{role.name}", role.symbol, f"of {role.name}", is_label=True) for role in roles]
        columns += [Column(knob.name, knob.name, "the value of the var", is_label=True) for knob in self.knobs]
        if self.has_rule:
            columns.append(Column("times_rule", self.rule, "the cost by the rule, as a multiple", digits=4))
        columns.append(Column(f"times_{band.measure}", f"real {band.measure}", "the cost as a multiple", digits=4))
        columns += [Column(name, name, "a total", self.units[name]) for name in self.columns]
        least, most = band.costs
        ends = f"{times_text(band.least)} to {times_text(band.most)}"
        units = f"{band.measure} from {least:,} to {most:,}: {ends} the {band.base:,} of the network as it is"
        rows = tuple(self._row(one) for one in self.candidates)
        notes = self._notes()
        return Table(self._facts(notes), tuple(columns), rows, notes=tuple(notes), units=units, rows_name="candidates")

    def _facts(self, notes: list[str]) -> dict[str, Any]:
        graph, (least, most) = self.graph, self.band.costs
        return {
            "name": graph.name, "source": graph.source, "vars": dict(graph.vars), "batch": self.settings.batch,
            "dtype": self.settings.dtype, "measure": self.band.measure, "base": self.band.base, "least": least,
            "most": most, "knobs": {knob.role.name: knob.name for knob in self.knobs}, "tried": self.tried,
            "fits": len(self.fitting), "problems": self.problems, "notes": notes,
        }  # fmt: skip

    def _row(self, one: Candidate) -> tuple[Any, ...]:
        rule = (one.rule,) if self.has_rule else ()
        return one.verdict, *map(float, one.times), *one.values, *rule, one.ratio, *one.totals

    def _notes(self) -> list[str]:
        fits, number = len(self.fitting), len(self.by_rule)
        notes = [f"fit by their real {self.band.measure}: {fits:,} of {self.tried:,} combinations"]
        if not fits:
            notes.append("the nearest are shown: a smaller step, or more vars to search, may find others")
        if number:
            ends = sorted(one.ratio for one in self.by_rule)
            real = " to ".join(dict.fromkeys(map(times_text, (ends[0], ends[-1]))))
            notes.append(f"fit by the rule {self.rule}: {number:,}, whose real {self.band.measure} are {real}")
        notes += self.remarks
        notes += [f"{count:,} combinations make no network: {problem}" for problem, count in self.problems.items()]
        return [*notes, "which of them is the most accurate only training tells"]


def _times(one: Candidate) -> tuple[Fraction, ...]:
    return one.times


def _power(role: Role) -> str:
    return role.symbol if role.power == 1 else f"{role.symbol}^{role.power}"
