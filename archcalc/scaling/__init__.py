"""Compound scaling: which widths, depths and resolutions of a network keep to a budget, by a rule and in fact.

EfficientNet (Tan and Le, ICML 2019, section 3.3) multiplies depth by d, width by w and resolution by r, and takes the
cost to be multiplied by d * w**2 * r**2. Widths are rounded, though, and depths rounded up: what every candidate of the
same grid search really costs is counted here.
"""

from __future__ import annotations

import math
import os
from fractions import Fraction

from archcalc.analysis import Settings, whole_batch
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.scaling.budget import band_of, fraction
from archcalc.scaling.grid import ROLES, knobs_of, multipliers, places_of
from archcalc.scaling.result import RULED, Candidate, Scaling
from archcalc.spec import load
from archcalc.sweeping.engine import count_problems
from archcalc.sweeping.plan import Plan
from archcalc.sweeping.space import space_of
from archcalc.sweeping.work import Work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.scaling.budget import Band
    from archcalc.scaling.grid import Knob
    from archcalc.sweeping.engine import Stretch

STEP, WITHIN = "0.05", "10%"
MAX_COMBINATIONS = 200_000


def scale(
    spec: str | PathLike[str],
    /,
    budget: str | int,
    measure: str = "macs",
    *,
    step: float | str = STEP,
    within: float | str = WITHIN,
    knobs: Mapping[str, str] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    **values: Any,
) -> Scaling:
    """The grid search of EfficientNet: multipliers of depth, width and resolution that keep to a budget, in fact.

    The budget is a multiple of what the network costs ("2x"), or an amount ("800M"); what costs at most so much, and
    less by at most a part of it (`within`), fits. `knobs` names the vars ({"width": "alpha"}); without it they are
    found by their usual names. Multipliers go from 1 up in steps, or down for a budget below the network's cost; whole
    depths are rounded up, other whole numbers to the nearest. Raises ArchcalcError.

    >>> found = scale("mobilenet_v1", "0.5x", within="1%").fitting  # alpha, resolution; the real cost; by the rule
    >>> [(*one.values, round(float(one.ratio), 4), float(one.rule)) for one in found]
    [(0.9, 168, 0.4978, 0.455625), (0.75, 202, 0.4992, 0.455625), (0.7, 224, 0.4975, 0.49)]
    """
    return scaling_of(spec, budget, measure, (step, within), knobs, Settings(whole_batch(batch), dtype), values)


def scaling_of(
    spec: str | PathLike[str],
    budget: str | int,
    measure: str,
    grid: tuple[float | str, float | str],
    knobs: Mapping[str, str] | None,
    settings: Settings,
    values: Mapping[str, Any],
) -> Scaling:
    """The same with step and band as a pair and the values as a mapping, so that a var may have any name."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        hint = "install it with: pip install 'archcalc[sweep]'"
        raise ArchcalcError("a search needs numpy, which is not installed", hint=hint) from None
    step = fraction(grid[0])
    if not step:
        raise ArchcalcError(f"the step is '{grid[0]}', expected a number above 0, such as 0.05")
    graph = load(spec, **values)
    band = band_of(graph, budget, grid[1], measure, settings)
    named = knobs_of(graph, knobs)
    search = _Search(spec, band, settings, values)
    axes = [search.axis(knob, multipliers(band, step)) for knob in named]
    kept = [axis for axis in axes if axis.changes]
    if not kept:
        names = " and ".join(knob.name for knob in named)
        raise ArchcalcError(f"{graph.name} has the same {measure} for every {names}: there is nothing to search")
    result = Scaling(graph, band, [axis.knob for axis in kept], settings)
    result.remarks = [f"{axis.knob.name} stays, as it changes no {measure}" for axis in axes if not axis.changes]
    missing = [role.name for role in ROLES if role not in [knob.role for knob in named]]
    if missing and not knobs:
        result.remarks.append(f"no var of the network has a usual name of its {' or '.join(missing)}, which stays")
    search.fill(result, kept)
    return result


class _Axis(Record):
    """The multipliers and values of one var, by how a sweep tells of the value; and whether they change the cost."""

    knob: Knob
    places: dict[Any, tuple[Fraction, Any]]
    changes: bool

    @property
    def values(self) -> list[Any]:
        """The values of the var."""
        return [value for _, value in self.places.values()]

    @property
    def powers(self) -> dict[Any, Fraction]:
        """By how much each multiplies the cost, by the rule."""
        return {place: times**self.knob.role.power for place, (times, _) in self.places.items()}


class _Search:
    """The sweeps of one network, all with the same settings; `values` are those of vars that stay."""

    def __init__(self, spec: Any, band: Band, settings: Settings, values: Mapping[str, Any]):
        self.spec, self.band, self.settings, self.values = spec, band, settings, values

    def work(self, swept: Mapping[str, list[Any]], columns: Sequence[str]) -> Work:
        """The sweep of every combination of these values."""
        fixed = {name: value for name, value in self.values.items() if name not in swept}
        plan = Plan((os.fspath(self.spec),), space_of(swept), tuple(columns), settings=self.settings, fixed=fixed)
        return Work(plan)

    def axis(self, knob: Knob, factors: list[Fraction]) -> _Axis:
        """The values of a var up to where it alone leaves the band, both by what it really costs and by the rule."""
        band, axis = self.band, _Axis(knob, places_of(knob, factors), True)
        work = self.work({knob.name: axis.values}, (band.measure,))
        costs: dict[Any, Any] = {}
        for ends in work.stretches():
            stretch = work.stretch(*ends)
            costs |= zip(*(stretch.columns[name].tolist() for name in (knob.name, band.measure)), strict=True)
        last = 0
        for number, (place, power) in enumerate(axis.powers.items()):
            is_ruled = band.measure in RULED and band.allows(power)
            if is_ruled or (place in costs and band.allows(Fraction(costs[place], band.base))):
                last = number
        is_free = len(costs) > 1 and set(costs.values()) == {band.base}
        return _Axis(knob, dict(list(axis.places.items())[: last + 1]), not is_free)

    def fill(self, result: Scaling, axes: Sequence[_Axis]) -> None:
        """Try every combination, and keep those that fit by their cost or by the rule."""
        count = math.prod(len(axis.places) for axis in axes)
        if count > MAX_COMBINATIONS:
            hint = "take a larger step, or name the vars to search"
            raise ArchcalcError(f"these are {count:,} combinations, more than {MAX_COMBINATIONS:,}", hint=hint)
        work = self.work({axis.knob.name: axis.values for axis in axes}, result.columns)
        for ends in work.stretches():
            stretch = work.stretch(*ends)
            result.tried += stretch.size
            count_problems(result.problems, stretch.problems)
            for one in _combinations(stretch, self.band, axes, result.columns):
                result.add(one)
        result.units = work.units


def _combinations(stretch: Stretch, band: Band, axes: Sequence[_Axis], columns: Sequence[str]) -> Iterator[Candidate]:
    """Each variant of a stretch, by the rule and in fact; the measure is the first of the columns."""
    powers = [axis.powers for axis in axes]
    names = [*(axis.knob.name for axis in axes), *columns]
    for row in zip(*(stretch.columns[name].tolist() for name in names), strict=True):
        places, totals = row[: len(axes)], row[len(axes) :]
        rule = math.prod((power[place] for power, place in zip(powers, places, strict=True)), start=Fraction(1))
        times, values = zip(*(axis.places[place] for axis, place in zip(axes, places, strict=True)), strict=True)
        ratio = Fraction(totals[0], band.base)
        yield Candidate(band.verdict(ratio), times, values, rule, ratio, totals)
