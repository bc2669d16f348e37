"""Names beside marks: as many as there is room for, none on another."""

from __future__ import annotations

from itertools import product

from archcalc import plots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

GAPS = (3, 16, 30, 44)  # points between a mark and its name; over the larger ones a line leads
POINTS = 72  # of an inch
HEART = 0.8  # of a mark's radius: what a name must not hide
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
    """Write the names of some marks, by index and the most important first, where they and their lines hide no other
    name nor mark.

    `marks` are their places (x, y), `radii` are in points. All else must have been drawn: it decides where axes are.
    """
    from matplotlib.path import Path
    from matplotlib.transforms import Bbox

    plots.settle(axes)
    scale = axes.figure.dpi / POINTS
    centres = axes.transData.transform(marks)
    hearts = [
        Bbox([[x - reach, y - reach], [x + reach, y + reach]])
        for (x, y), reach in zip(centres, [HEART * scale * radius for radius in radii], strict=True)
    ]
    written = [text.get_window_extent() for text in axes.texts]
    lines = [axes.transData.transform_path(line.get_path()) for line in axes.lines]
    for index, name in names.items():
        size, centre = _size(axes, name), centres[index]
        for gap, side in product(GAPS, SIDES):
            far = (radii[index] + gap) * scale
            end = (centre[0] + side[0] * far, centre[1] + side[1] * far)
            box, line = _box(*end, size, side), Path([centre, end])
            hides = box.count_overlaps(written) or box.count_overlaps(hearts)
            crosses = any(one.intersects_bbox(box, filled=False) for one in lines) or any(
                line.intersects_bbox(other, filled=False) for other in written
            )
            if _is_within(box, axes.bbox) and not hides and not crosses:
                _write(axes, marks[index], radii[index], gap, name, side)
                written.append(box)
                lines.append(line)
                break


def _size(axes: Axes, name: str) -> tuple[float, float]:
    """How wide and high a name is, in pixels."""
    text = axes.text(0, 0, name, fontsize=plots.NOTE, parse_math=False)
    box = text.get_window_extent()
    text.remove()
    return box.width, box.height


def _box(x: float, y: float, size: tuple[float, float], side: tuple[float, float, str, str]) -> Bbox:
    """What a name takes that is held at this place (pixels)."""
    from matplotlib.transforms import Bbox

    parts = {"left": 0.0, "bottom": 0.0, "center": 0.5, "right": 1.0, "top": 1.0}
    return Bbox.from_bounds(x - parts[side[2]] * size[0], y - parts[side[3]] * size[1], *size)


def _write(
    axes: Axes, mark: tuple[float, float], radius: float, gap: float, name: str, side: tuple[float, float, str, str]
) -> None:
    from matplotlib.patheffects import withStroke

    right, up, horizontal, vertical = side
    line = {"arrowstyle": "-", "color": plots.FAINT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": radius}
    text = axes.annotate(
        name, mark, (right * (radius + gap), up * (radius + gap)), textcoords="offset points", ha=horizontal,
        va=vertical, fontsize=plots.NOTE, color=plots.INK, arrowprops=line if gap > GAPS[0] else None,
        path_effects=[withStroke(linewidth=2, foreground="white")], zorder=4,
    )  # fmt: skip
    text.set_parse_math(False)
    text.set_in_layout(False)  # the layout stays what it was when the place was found


def _is_within(box: Bbox, outer: Bbox) -> bool:
    return bool(box.x0 >= outer.x0 and box.y0 >= outer.y0 and box.x1 <= outer.x1 and box.y1 <= outer.y1)
