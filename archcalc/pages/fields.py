"""What a page draws on the input: the field of one output position of each layer, and that of its neighbour."""

from __future__ import annotations

from archcalc.analysis.axis import Lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.analysis.axis import Axis
    from archcalc.analysis.receptive_field import Field


def drawn_fields(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Of the field of each layer, the input that it lies on (by index) and what is seen there.

    `at` is the output position in the middle, `box` the first and last input position that it sees, an axis a pair, and
    `next` those of the position behind it on every axis, where there is one. What sees the whole input `is_global`.

    >>> from archcalc.analysis.receptive_field import fields_of
    >>> from archcalc.spec import load
    >>> drawn_fields(fields_of(load("lenet5"))[0])[2]
    {'input': 0, 'at': [14, 14], 'box': [[14, 18], [14, 18]], 'next': [[15, 19], [15, 19]]}
    """
    return [_drawn(field) for field in fields]


def _drawn(field: Field) -> dict[str, Any]:
    if field.is_global:
        return {"input": field.source, "is_global": True}
    if field.is_lost or not field.axes:
        return {"input": field.source}
    at = [axis.positions // 2 if axis.is_even and not field.is_merged else 0 for axis in field.axes]
    box = _box(field.axes, at)
    if box is None:
        return {"input": field.source}
    drawn: dict[str, Any] = {"input": field.source, "at": at, "box": box}
    if field.is_merged:
        del drawn["at"]  # every output sees the same
    elif all(axis.is_even and place + 1 < axis.positions for axis, place in zip(field.axes, at, strict=True)):
        drawn["next"] = _box(field.axes, [place + 1 for place in at])
    return drawn


def _box(axes: tuple[Axis, ...], at: list[Any]) -> list[list[Any]] | None:
    """First and last position on every axis; None where an output position sees nothing."""
    try:
        box = [list(axis.field(place)) for axis, place in zip(axes, at, strict=True)]
    except Lost:
        return None
    return None if any(low is None for low, _ in box) else box
