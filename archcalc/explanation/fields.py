"""The receptive field of one layer from that of its input, by the formula of `archcalc.analysis.axis`.

That formula follows the first and the last position that are seen. It is read on symbols, so that sympy makes a
closed form of their difference, and this form on worked numbers.
"""

from __future__ import annotations

from functools import cache, lru_cache

from archcalc.algebra.worked import leaf
from archcalc.analysis.axis import Axis, slid
from archcalc.analysis.receptive_field import GLOBAL
from archcalc.explanation.step import Section, Step
from archcalc.graph.op import ALL, CHOSEN, EACH, FLAT
from archcalc.render.numbers import cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.analysis.receptive_field import Field
    from archcalc.graph.graph import Graph

TITLE = "receptive field"
NAMES = ("r", "j", "start", "k", "s", "p")
MAX_KEPT = 10_000  # closed forms on numbers: axes and layers that are alike share them
LEGEND = (
    "r, j, start: field, jump and first position of the layer's input; k, s, p: extent of the window, its stride, "
    "padding before"
)
SEES = {
    EACH: "each output position sees what its own input position sees",
    ALL: "every output sees all positions of the input",
    FLAT: "positions become channels, and each sees what it saw",
    CHOSEN: "the data decides which positions it sees",
}


def field_section(fields: Sequence[Field], worked: Graph, index: int) -> Section:
    """How the receptive field of a layer comes about, of all `fields`; `worked` is the network on worked numbers."""
    layer, field = worked.layers[index], fields[index]
    before = [fields[source] for source in layer.inputs]
    if not before:
        return Section(TITLE, note=f"an input sees itself: {_shown(field)}")
    if len(before) > 1:
        return Section(TITLE, note=f"the union of the fields of its inputs: {_shown(field)}")
    window = layer.op.window(layer.output, *worked.input_tensors(layer))
    if isinstance(window, str):
        return Section(TITLE, note=f"{SEES[window]}: {_shown(field)}")
    is_simple = all(scale == 1 for scale in window.upscale) and all(_is_simple(one) for one in (before[0], field))
    if not is_simple:
        return Section(TITLE, note=f"fields of this layer differ, or are of all positions together: {_shown(field)}")
    axes = zip(before[0].axes, window.size, window.stride, window.before, strict=True)
    found = [_axis_steps(axis, *sizes) for axis, *sizes in axes]
    if all(_is_same(steps, found[0]) for steps in found):
        return Section(TITLE, found[0], LEGEND)
    many = [step._replace(name=f"{step.name}_{place}") for place, steps in enumerate(found, 1) for step in steps]
    return Section(TITLE, tuple(many), f"{LEGEND}; an axis after the other")


def _shown(field: Field) -> str:
    if field.is_lost:
        return "it is not followed"
    return GLOBAL if field.is_global else f"{cell([axis.largest for axis in field.axes])} px"


def _is_simple(field: Field) -> bool:
    is_special = field.is_flat or field.is_merged or field.is_global or field.is_lost
    return not is_special and all(axis.period == 1 and axis.is_even and axis.lows[0] is not None for axis in field.axes)


def _axis_steps(axis: Axis, size: Any, stride: Any, before: Any) -> tuple[Step, ...]:
    """The window's extent, where it takes a formula, and the field, jump and start that come out."""
    made = [Step(name, value) for name, value in (("k", size), ("p", before)) if getattr(value, "parts", ())]
    return (*made, *_field_steps(axis.largest, axis.shift, axis.lows[0], *map(_plain, (size, stride, before))))


@lru_cache(MAX_KEPT)
def _field_steps(*values: int) -> tuple[Step, ...]:
    """The field, jump and start that come out of those of the input and a window, in the order of NAMES."""
    given = [leaf(value, name) for name, value in zip(NAMES, values, strict=True)]
    names = ("r_out", "j_out", "start_out")
    return tuple(Step(name, form(*given), "px") for name, form in zip(names, _closed_forms(), strict=True))


def _plain(value: Any) -> int:
    return getattr(value, "value", value)  # type: ignore[no-any-return]


@cache
def _closed_forms() -> list[Any]:
    """Field, jump and start behind a window, as functions of r, j, start, k, s, p: the formula read on symbols."""
    import sympy

    from archcalc.algebra.symbols import symbol

    r, j, start, k, s, p = symbols = [symbol(name) for name in NAMES]
    after = slid(Axis(j, (start,), (start + r - 1,), 1), k, s, p, 1, 1, 1)
    forms = (after.largest, after.shift, after.lows[0])
    return [sympy.lambdify(symbols, sympy.collect(sympy.expand(form), j), "math") for form in forms]


def _is_same(steps: tuple[Step, ...], others: tuple[Step, ...]) -> bool:
    """Whether two axes are written alike; numbers that are kept are one and the same for both."""
    return len(steps) == len(others) and all(
        step.number is other.number or step.number.written() == other.number.written()
        for step, other in zip(steps, others, strict=True)
    )
