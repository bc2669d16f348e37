"""Arithmetic intensity: how much is computed with every byte that moves."""

from __future__ import annotations

from archcalc.graph.table import RATIO, RULES, Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.graph.graph import Graph

NEEDS = ("arithmetic", "bytes_moved")
DIGITS = 3


def columns(settings: Settings) -> tuple[Column, ...]:
    """The column of this analysis."""
    doc = "arithmetic divided by bytes moved, in FLOP a byte (1 MAC is 2 FLOP); nothing where no byte moves"
    return (Column("intensity", "intensity", doc, "FLOP/B", RATIO, RATIO, ratio_of=NEEDS, digits=DIGITS),)


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values, in the order of the layers: ints where they divide, else fractions."""
    return [[RULES[RATIO](pair) for pair in zip(*(values[name] for name in NEEDS), strict=True)]], []
