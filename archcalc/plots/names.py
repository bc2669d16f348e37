"""Names beside marks: as many as there is room for, none on another."""

from __future__ import annotations

from archcalc import plots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

GAP = 3  # points between a mark and its name
# Where a name may stand, best first: the step from the mark, and which side of the name is at the mark.
SIDES = (
    (1, 0, "left", "center"),
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (-1, 0, "right", "center"),
    (0.8, 0.8, "left", "bottom"),
    (0.8, -0.8, "left", "top"),
    (-0.8, 0.8, "right", "bottom"),
    (-0.8, -0.8, "right", "top"),
)


def add_names(axes: Axes, marks: Any, radii: Sequence[float], names: dict[int, str]) -> None:
    """Write the names of some marks, by index and the most important first, where they hide no other name nor mark.

    `marks` are their places (x, y), `radii` are in points. All else must have been drawn: it decides where axes are.
    """
    axes.get_figure(root=True).draw_without_rendering()
    centres = axes.transData.transform(marks)
    taken: list[Bbox] = [text.get_window_extent() for text in axes.texts]
    for index, name in names.items():
        for side in SIDES:
            text = _written(axes, marks[index], radii[index] + GAP, name, side)
            box = text.get_window_extent()
            if _is_within(box, axes.bbox) and not box.count_contains(centres) and not box.count_overlaps(taken):
                taken.append(box)
                break
            text.remove()


def _written(
    axes: Axes, mark: tuple[float, float], distance: float, name: str, side: tuple[float, float, str, str]
) -> Annotation:
    from matplotlib.patheffects import withStroke

    right, up, horizontal, vertical = side
    text = axes.annotate(
        name, mark, (right * distance, up * distance), textcoords="offset points", ha=horizontal, va=vertical,
        fontsize=plots.NOTE, color=plots.INK, path_effects=[withStroke(linewidth=2, foreground="white")], zorder=4,
    )  # fmt: skip
    text.set_parse_math(False)
    text.set_in_layout(False)  # the layout stays what it was when the place was found
    return text


def _is_within(box: Bbox, outer: Bbox) -> bool:
    return bool((box.min >= outer.min).all() and (box.max <= outer.max).all())
