"""The receptive fields of layers, drawn on the input: how the field of the unit in the middle grows."""

from __future__ import annotations

from archcalc import plots
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (11, 5.8)  # inches
BEYOND = 0.75  # times the input: no more of what lies outside is shown on either side
LIGHTEST = 0.9  # of the map of colors: its last yellow is faint on white
OUTSIDE = "#f2f2f2"  # the padding
TINT = 0.12  # how much of a color the input has when a layer sees all of it
FAINTER = 0.35  # how much of a color a field has there


class Area(Record):
    """The field of one layer: of every axis its first and last input position; None for all of the input."""

    name: str
    ends: tuple[tuple[int, int], ...] | None

    @property
    def text(self) -> str:
        """Its size, as in tables.

        >>> Area("conv1", ((-1, 1), (-2, 2))).text, Area("fc", None).text
        ('3x5', 'global')
        """
        return "global" if self.ends is None else "x".join(str(high - low + 1) for low, high in self.ends)


def receptive_field(size: Sequence[int], areas: Sequence[Area], *, title: str = "", note: str = "") -> Figure:
    """A figure of the fields of layers on an input of this size, of two axes or one; raises ArchcalcError.

    >>> figure = receptive_field((32, 32), [Area("conv1", ((15, 17), (15, 17))), Area("fc", None)])
    >>> [text.get_text() for text in figure.axes[1].texts]
    ['3x3', 'global']
    """
    if len(size) not in (1, 2):
        what = "no positions" if not size else f"{len(size)} axes of positions"
        raise ArchcalcError(
            f"a receptive field is drawn on an input with one or two axes of positions; this one has {what}",
            hint="archcalc SPEC --columns receptive_field lists the fields",
        )
    if not areas:
        raise ArchcalcError("there is no field to draw: where it lies could not be followed for any layer")
    plots.need_matplotlib()
    import matplotlib
    import numpy as np

    colors = matplotlib.colormaps[plots.COLOR_MAP](np.linspace(0, LIGHTEST, len(areas)))
    if len(size) == 1:
        figure, (axes,) = plots.new_panels(title, note, SIZE)
        _draw_lines(axes, size[0], areas, colors)
        return figure
    figure, (axes, key) = plots.new_panels(title, note, SIZE, 2, width_ratios=(1.35, 1))
    _draw_plane(axes, size, areas, colors)
    _draw_key(key, size, areas, colors)
    return figure


def _view(size: int, ends: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """What is shown of an axis: all of the input, and of the fields what is not too far outside."""
    low = max(min([0, *(low for low, _ in ends)]), -BEYOND * size)
    high = min(max([size, *(high + 1 for _, high in ends)]), (1 + BEYOND) * size)
    margin = (high - low) * 0.02
    return low - margin, high + margin


def _draw_plane(axes: Axes, size: Sequence[int], areas: Sequence[Area], colors: Any) -> None:
    """Fields as outlines on the input, which is white; what they have of the padding is fainter."""
    from matplotlib.patches import Rectangle

    height, width = size
    known = [area.ends for area in areas if area.ends is not None]
    axes.set(xlim=_view(width, [ends[1] for ends in known]), ylim=_view(height, [ends[0] for ends in known])[::-1])
    axes.set(aspect="equal", facecolor=OUTSIDE)
    axes.grid(visible=False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
    paper = Rectangle((0, 0), width, height, facecolor="white", edgecolor="none", zorder=1)
    axes.add_patch(paper)
    for area, color in zip(areas, colors, strict=True):
        (top, bottom), (left, right) = area.ends or ((0, height - 1), (0, width - 1))
        for alpha in (FAINTER, 1):
            box = Rectangle(
                (left, top), right - left + 1, bottom - top + 1, fill=False, edgecolor=color, linewidth=2, alpha=alpha,
                label=area.name, zorder=2,
            )  # fmt: skip
            axes.add_patch(box)
            if alpha == 1:
                box.set_clip_path(paper)
        if area.ends is None:
            axes.add_patch(Rectangle((0, 0), width, height, facecolor=color, edgecolor="none", alpha=TINT, zorder=1))
    axes.add_patch(Rectangle((0, 0), width, height, fill=False, edgecolor=plots.INK, linewidth=1, zorder=3))
    axes.set_xlabel("column of the input [px]", fontsize=plots.LABEL, color=plots.INK)
    axes.set_ylabel("row of the input [px]", fontsize=plots.LABEL, color=plots.INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(plots.ticks(_whole((0, width, height))))


def _whole(values: Sequence[int]) -> Any:
    import numpy as np

    return np.asarray(values, float)


def _draw_key(axes: Axes, size: Sequence[int], areas: Sequence[Area], colors: Any) -> None:
    """Which color is which layer's, as bars as long as the field is wide: a legend that shows the growth."""
    lengths = [max(size) if area.ends is None else max(high - low + 1 for low, high in area.ends) for area in areas]
    axes.barh(range(len(areas)), lengths, height=plots.thickness(len(areas)), color=colors)
    _name_rows(axes, areas)
    axes.set_xlim(0, max(lengths) * 1.35)
    axes.set_xlabel("size of the field [px]", fontsize=plots.LABEL, color=plots.INK)
    axes.xaxis.set_major_locator(plots.ticks(_whole((0, *lengths)), 4))
    for row, (area, length) in enumerate(zip(areas, lengths, strict=True)):
        _write(axes, area.text, (length, row))


def _draw_lines(axes: Axes, length: int, areas: Sequence[Area], colors: Any) -> None:
    """Fields on a line: one below the other, each where it lies."""
    axes.set_facecolor(OUTSIDE)
    axes.axvspan(0, length, facecolor="white", edgecolor=plots.INK, linewidth=1, zorder=0)
    low, high = _view(length, [area.ends[0] for area in areas if area.ends is not None])
    axes.set_xlim(low, high)
    for row, (area, color) in enumerate(zip(areas, colors, strict=True)):
        ((first, last),) = area.ends or ((0, length - 1),)
        for alpha, left, right in ((FAINTER, first, last + 1), (1, max(first, 0), min(last + 1, length))):
            axes.barh(
                row,
                right - left,
                left=left,
                height=plots.thickness(len(areas)),
                color=color,
                alpha=alpha,
                label=area.name,
            )
        _write(axes, area.text, (min(last + 1, high), row))
    _name_rows(axes, areas)
    axes.set_xlabel("position in the input", fontsize=plots.LABEL, color=plots.INK)


def _name_rows(axes: Axes, areas: Sequence[Area]) -> None:
    axes.set_yticks(range(len(areas)), [plots.shortened(area.name) for area in areas], parse_math=False)
    axes.set_ylim(len(areas) - 0.4, -0.6)
    axes.tick_params("y", length=0)
    axes.grid(visible=False, axis="y")


def _write(axes: Axes, text: str, place: tuple[float, float]) -> None:
    axes.annotate(
        text, place, (4, 0), textcoords="offset points", va="center_baseline", fontsize=plots.NOTE, color=plots.INK,
    )  # fmt: skip
