"""What is multiplied, and by what: the vars for depth, width and resolution, and the values that they get."""

from __future__ import annotations

import math
from fractions import Fraction

from archcalc.algebra.plain import describe
from archcalc.closed_forms.unknowns import knob_value
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.record import Record
from archcalc.scaling.budget import times_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from archcalc.graph.graph import Graph
    from archcalc.scaling.budget import Band

MAX_STEPS = 1_000  # multipliers of one var


class Role(Record):
    """What is multiplied: its name, the symbol and the power that it has in the rule, and usual names of its var."""

    name: str
    symbol: str
    power: int
    usual: tuple[str, ...]


ROLES = (
    Role("depth", "d", 1, ("depth", "depths")),
    Role("width", "w", 2, ("width", "alpha", "widths")),
    Role("resolution", "r", 2, ("resolution", "size")),
)


class Knob(Record):
    """The var of a role, and its value as the network has it."""

    role: Role
    name: str
    value: Any


def knobs_of(graph: Graph, given: Mapping[str, str] | None) -> list[Knob]:
    """The vars to search: those that are named, or those with usual names; raises ArchcalcError."""
    roles = {role.name: role for role in ROLES}
    for name in given or ():
        if name not in roles:
            raise ArchcalcError(f"found the knob '{name}'", hint=did_you_mean(str(name), roles))
    names = dict(given or _usual(graph))
    if not names:
        shown = f"its vars are {', '.join(graph.vars)}" if graph.vars else "it has no vars"
        hint = "name them: --width NAME, --depth NAME, --resolution NAME" if graph.vars else "give it some to multiply"
        message = f"{graph.name} has no var with a usual name of a depth, width or resolution; {shown}"
        raise ArchcalcError(message, hint=hint)
    if len(set(names.values())) < len(names):
        raise ArchcalcError("one var cannot be two of depth, width and resolution")
    return [_knob(graph, role, names[role.name]) for role in ROLES if role.name in names]


def _usual(graph: Graph) -> dict[str, str]:
    """The vars with usual names, by role."""
    # The width of an image, whose height stands beside it, is no width of a network.
    known = set(graph.vars) - ({"width"} if "height" in graph.vars else set())
    found = {role.name: next((name for name in role.usual if name in known), None) for role in ROLES}
    return {role: name for role, name in found.items() if name is not None}


def _knob(graph: Graph, role: Role, name: str) -> Knob:
    if not isinstance(name, str):
        raise ArchcalcError(f"the {role.name} is {describe(name)}, expected the name of a var")
    value = knob_value(graph, name)
    parts = value if isinstance(value, (list, tuple)) else [value]
    if not parts or not all(type(part) in (int, float) and 0 < part < math.inf for part in parts):
        raise ArchcalcError(f"the {role.name} '{name}' is {describe(value)}, expected a number above 0, or such a list")
    if name in graph.choices:
        raise ArchcalcError(f"the {role.name} '{name}' has choices, so it has no multiples", hint="name other vars")
    if name == "verdict" or name.startswith("times_"):
        raise ArchcalcError(f"the {role.name} '{name}' has the name of a column of the result", hint="rename the var")
    return Knob(role, name, value)


def multipliers(band: Band, step: Fraction) -> list[Fraction]:
    """From 1 in steps as far as the budget itself: no single multiplier need be further from 1."""
    end = band.most if band.grows else band.least
    count = math.floor(abs(end - 1) / step)
    if count >= MAX_STEPS:
        message = f"from 1x to {times_text(end)} in steps of {float(step):g} there are {count + 1:,} multipliers"
        raise ArchcalcError(message, hint=f"expected at most {MAX_STEPS:,}: take a larger step")
    signed = step if band.grows else -step
    return [times for times in (1 + number * signed for number in range(count + 1)) if times > 0]


def places_of(knob: Knob, factors: Sequence[Fraction]) -> dict[Any, tuple[Fraction, Any]]:
    """Each value that a var gets, with its multiplier, by how a sweep tells of it; each value once.

    Of multipliers that are rounded to one value, that stays which is nearest to it.
    """
    found: dict[Any, tuple[Fraction, Any]] = {}
    distances: dict[Any, Fraction] = {}
    for times in factors:
        parts = knob.value if isinstance(knob.value, (list, tuple)) else [knob.value]
        pairs = [(_multiplied(part, times, knob.role.name == "depth"), times * Fraction(str(part))) for part in parts]
        value = [pair[0] for pair in pairs] if parts is knob.value else pairs[0][0]
        place = str(value) if parts is knob.value else value
        distance = sum((abs(Fraction(str(rounded)) - exact) for rounded, exact in pairs), Fraction(0))
        if place not in found or distance < distances[place]:
            found[place], distances[place] = (times, value), distance
    return found


def _multiplied(value: int | float, times: Fraction, is_up: bool) -> int | float:
    """A value multiplied: a whole one to a whole one, rounded up or to the nearest, and at least 1."""
    exact = Fraction(str(value)) * times
    if type(value) is float:
        return float(exact)
    return max(1, math.ceil(exact) if is_up else math.floor(exact + Fraction(1, 2)))
