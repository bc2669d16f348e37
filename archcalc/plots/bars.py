"""What every layer costs as bars: one panel a column, all with the same layers from top to bottom."""

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

MOST = 200  # bars of a panel
FEW = 30  # bars with their numbers beside them; more would be a wall of text
# Inches.
NAMES, PANEL, LEGEND = 2.0, 2.9, 1.4
FRAME, BAR = 1.7, 0.21
LEAST_HEIGHT = 4.0
ROOM = 1.3  # times the longest bar: right of it is its number


class Bars(Record):
    """One panel: its name and unit, a number (or None) a layer, and its total in words."""

    heading: str
    values: Sequence[Any]
    total: str = ""


def bars(
    names: Sequence[str], panels: Sequence[Bars], *, kinds: Sequence[str] = (), title: str = "", note: str = ""
) -> Figure:
    """A figure of horizontal bars: the layers downwards, their numbers to the right in a panel for each column.

    Layers of one of the `kinds`, such as all convolutions, share a color. Raises ArchcalcError.

    >>> figure = bars(["conv", "fc"], [Bars("params", [10, 90], "total 100"), Bars("macs [MAC]", [700, 90])])
    >>> [(axes.get_xlabel(), *(text.get_text() for text in axes.texts)) for axes in figure.axes]
    [('params', '10', '90'), ('macs [MAC]', '700', '90')]
    """
    if not names:
        raise ArchcalcError("there is nothing to draw: no layer has any of it")
    if len(names) > MOST:
        hint = "fold them, with a depth of 1 for one"
        raise ArchcalcError(f"{len(names):,} bars are too many to be read, expected at most {MOST}", hint=hint)
    colors = plots.colors_of(kinds)
    size = (NAMES + PANEL * len(panels) + LEGEND * (len(colors) > 1), max(LEAST_HEIGHT, FRAME + BAR * len(names)))
    figure, all_axes = plots.new_panels(title, note, size, len(panels), sharey=True)
    row_colors = [colors.get(kind, colors.get(plots.OTHER)) for kind in kinds] or [plots.PALETTE[0]] * len(names)
    for axes, panel in zip(all_axes, panels, strict=True):
        _draw(axes, panel, row_colors)
    first = all_axes[0]
    first.set_yticks(range(len(names)), [plots.shortened(name) for name in names], parse_math=False)
    first.set_ylim(len(names) - 0.4, -0.6)
    for axes in all_axes:
        axes.tick_params("y", length=0, labelsize=plots.TICK if len(names) <= FEW else plots.NOTE)
    if len(colors) > 1:
        from matplotlib.patches import Patch

        plots.add_legend(all_axes[-1], "", [Patch(color=color) for color in colors.values()], list(colors))
    return figure


def _draw(axes: Axes, panel: Bars, colors: Sequence[Any]) -> None:
    import numpy as np

    lengths = plots.as_floats(panel.heading, [0 if value is None else value for value in panel.values])
    plots.set_axis(axes, "x", panel.heading, np.append(lengths, 0), count=3)
    axes.barh(range(len(lengths)), lengths, height=plots.thickness(len(lengths)), color=colors)
    axes.set_xlim(0, (lengths.max() or 1) * ROOM)
    axes.grid(visible=False, axis="y" if len(lengths) > FEW else "both")  # numbers need no lines
    axes.set_title(panel.total, loc="left", fontsize=plots.TICK, color=plots.FAINT)
    if len(lengths) > FEW:
        return
    for row, length in enumerate(lengths):
        if length:
            axes.annotate(
                plots.rounded(length), (length, row), (3, 0), textcoords="offset points", va="center_baseline",
                fontsize=plots.NOTE, color=plots.INK,
            )  # fmt: skip
