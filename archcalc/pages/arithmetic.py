"""The worked arithmetic of every layer, as data: each section once, however many layers share it."""

from __future__ import annotations

from archcalc.algebra.written import Writer
from archcalc.explanation.steps import steps_of_all
from archcalc.graph.table import HWC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.analysis.receptive_field import Field
    from archcalc.explanation.step import Section
    from archcalc.graph.graph import Graph


def arithmetic(graph: Graph, settings: Settings, fields: Sequence[Field]) -> dict[str, Any]:
    """`sections` (title, steps and note), and `of` each layer the places of its sections among them.

    `fields` are the receptive fields of the layers. A step is a name, what stands behind its signs of equality
    (formula, numbers, result), and a unit.

    >>> from archcalc.analysis import Settings
    >>> from archcalc.analysis.receptive_field import fields_of
    >>> from archcalc.spec import load
    >>> graph = load("lenet5")
    >>> found = arithmetic(graph, Settings(), fields_of(graph)[0])
    >>> found["sections"][found["of"][1][1]]["steps"][0]
    ['weights', ['(kernel*kernel*(C//groups))*filters', '(5*5)*6', '150'], '']
    """
    formula, numbers = Writer(HWC, is_formula=True), Writer(HWC)
    layers = steps_of_all(graph, settings, fields)
    written = {id(section): section for sections in layers for section in sections}  # those of layers that are alike
    places: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    place_of: dict[int, int] = {}
    for identity, section in written.items():
        data = _section(section, formula, numbers)
        place_of[identity] = places.setdefault(repr(data), len(found))
        if place_of[identity] == len(found):
            found.append(data)
    return {"sections": found, "of": [[place_of[id(section)] for section in sections] for sections in layers]}


def _section(section: Section, formula: Writer, numbers: Writer) -> dict[str, Any]:
    steps = [[step.name, step.sides(formula, numbers), step.unit] for step in section.steps]
    return {"title": section.title, "steps": steps, "note": section.note}
