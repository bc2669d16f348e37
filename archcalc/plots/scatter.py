"""The variants of a sweep as points, two numbers of each against one another, with the Pareto front."""

from __future__ import annotations

from archcalc import plots
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.typing import DrawStyleType

FEW = 8  # different values of a color: each has a place in a legend; more numbers are on a scale
MANY = 5_000  # points that an SVG or PDF file holds as pixels; fewer stay shapes
FEW_BEST = 50  # variants on the front that have large rings; those of more would run together
LONGEST = 28  # characters of a word in a legend
LIGHTEST = 0.92  # of the map of colors, for single values: its last yellow is faint on white


class Front(Record):
    """The variants that no other beats, as columns by name.

    `wanted` is what it is the front of: by column whether as much as possible is wanted, not as little.
    """

    columns: Mapping[str, Any]
    wanted: Mapping[str, bool]


def scatter(
    points: Mapping[str, Any],
    x: str,
    y: str,
    *,
    color: str | None = None,
    front: Front | None = None,
    units: Mapping[str, str] | None = None,
    title: str = "",
    note: str = "",
) -> Figure:
    """A figure of variants: their column `x` to the right and `y` upwards, the column `color` as their color.

    `points` are columns by name, those of a sweep; `note` is small print, such as how many of its variants they are.
    Save the figure with `archcalc.plots.save`. Raises ArchcalcError.

    >>> figure = scatter({"macs": [2e6, 8e6], "params": [7e3, 9e3]}, "macs", "params", units={"macs": "MAC"})
    >>> figure.axes[0].get_xlabel()
    'macs [MAC]'
    """
    units = units or {}
    for name in (x, y, color):
        if name is not None and name not in points:
            raise ArchcalcError(f"there is no column '{name}' to draw", hint=did_you_mean(name, list(points)))
    count = len(points[x])
    if not count:
        raise ArchcalcError("there is nothing to draw: no variant is kept")
    figure, axes = plots.new_figure(title, note)
    parts = [points] if front is None else [points, front.columns]
    right, up = plots.as_floats(x, _joined(parts, x)), plots.as_floats(y, _joined(parts, y))
    plots.set_axis(axes, "x", plots.label(x, units), right)
    plots.set_axis(axes, "y", plots.label(y, units), up)
    if color is None:
        colors = _of_one_color(len(right))
    else:
        colors = _colored(axes, _joined(parts, color), color, plots.label(color, units))
    _draw_cloud(axes, right[:count], up[:count], colors[:count])
    if front is not None:
        _draw_front(axes, right[count:], up[count:], colors[count:], front.wanted, (x, y))
    return figure


def _joined(parts: Sequence[Mapping[str, Any]], name: str) -> Any:
    """A column of the points and then of the front, so that both have the same scales and colors."""
    import numpy as np

    return np.concatenate([np.asarray(part[name]) for part in parts])


def _draw_cloud(axes: Axes, right: Any, up: Any, colors: Any) -> None:
    """Points in a random order, the same every time: in the order of a sweep the last values would hide all others."""
    import numpy as np

    count = len(right)
    size = 36 if count <= 200 else 14 if count <= MANY else 4
    order = np.random.default_rng(0).permutation(count)
    cloud = _draw_points(axes, right[order], up[order], s=size, color=colors[order], linewidths=0)
    cloud.set_in_layout(False)  # the axes hold it: its extent need not be computed


def _draw_points(axes: Axes, right: Any, up: Any, **options: Any) -> PathCollection:
    return axes.scatter(right, up, rasterized=len(right) > MANY, **options)


def _of_one_color(count: int) -> Any:
    import numpy as np
    from matplotlib.colors import to_rgba_array

    return np.broadcast_to(to_rgba_array(plots.PALETTE[0]), (count, 4))


def _colored(axes: Axes, values: Any, name: str, text: str) -> Any:
    """The color of each point, by a number or a word of it; what it means is said to the right of the axes."""
    import numpy as np

    if plots.is_numeric(values):
        floats = plots.as_floats(name, values)
        if len(np.unique(floats)) > FEW:
            return plots.add_color_bar(axes, text, floats)
        names, places, colors = _numbers(floats)
    else:
        names, places, colors = _words(values)
    plots.add_legend(axes, text, [_mark(color) for color in colors], names)
    return colors[places]


def _numbers(values: Any) -> tuple[list[str], Any, Any]:
    """The different numbers, the place of each point's among them, and their colors; the most on top, as on a bar."""
    import matplotlib
    import numpy as np

    found, places = np.unique(values, return_inverse=True)
    colors = matplotlib.colormaps[plots.COLOR_MAP](np.linspace(0, LIGHTEST, len(found)))
    return [plots.engineering(one) for one in found[::-1]], len(found) - 1 - places, colors[::-1]


def _words(values: Any) -> tuple[list[str], Any, Any]:
    """The same of words, in the order of their first point; where they are too many, the rarest share one color."""
    import numpy as np
    from matplotlib.colors import to_rgba_array

    found, first, places, counts = np.unique(
        np.array([str(one) for one in values]), return_index=True, return_inverse=True, return_counts=True
    )
    common = np.argsort(-counts, kind="stable")[: FEW if len(found) <= FEW else FEW - 1]
    common = common[np.argsort(first[common])]
    names = [_short(str(found[word])) for word in common]
    place_of = np.full(len(found), len(common))
    place_of[common] = np.arange(len(common))
    if len(found) > len(common):
        names.append(f"{len(found) - len(common):,} others")
    return names, place_of[places], to_rgba_array(plots.PALETTE[: len(names)])


def _short(word: str) -> str:
    """A word with its middle left out if it is long: the ends of paths and lists differ.

    >>> _short("specs/families/mobilenet_v3_large.yaml")
    'specs/familie…_v3_large.yaml'
    """
    if len(word) <= LONGEST:
        return word
    half = LONGEST // 2
    return f"{word[: half - 1]}…{word[-half:]}"


def _mark(color: Any) -> Line2D:
    """How a point of this color looks, but larger."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="none", marker="o", markersize=8, color=color, markeredgewidth=0)


def _draw_front(
    axes: Axes, right: Any, up: Any, colors: Any, wanted: Mapping[str, bool], names: tuple[str, str]
) -> None:
    """The front over the points, each of its own in a white ring; its name above the axes.

    A front of just these two axes is a line: the best that can be had, from one variant to the next. A front of other
    columns has no such line.
    """
    is_few = len(right) <= FEW_BEST
    has_line = set(wanted) == set(names)
    if has_line and is_few:
        # With most wanted to the right, what is no worse there than a place is the next variant, not the one before.
        _draw_line(axes, right, up, plots.INK, 1.5, "white", "steps-pre" if wanted[names[0]] else "steps-post")
    elif has_line:  # their rings would run together: a white tube holds them, so near that steps do not matter
        _draw_line(axes, right, up, "white", 5, plots.INK, "default")
    if is_few or not has_line:
        ring, edge = (60, 1.2) if is_few else (24, 0.6)
        _draw_points(axes, right, up, s=ring, color="white", edgecolors=plots.INK, linewidths=edge, zorder=3)
    _draw_points(axes, right, up, s=20 if is_few else 8, color=colors, linewidths=0, zorder=3)
    wishes = ", ".join(f"{'most' if most else 'least'} {name}" for name, most in wanted.items())
    plots.add_heading(axes, _sample(has_line), f"Pareto front: {wishes}")


def _draw_line(axes: Axes, right: Any, up: Any, color: str, width: float, border: str, step: DrawStyleType) -> None:
    """A line from one variant to the next, bordered so that it is seen over any color."""
    import numpy as np
    from matplotlib.patheffects import withStroke

    order = np.argsort(right, kind="stable")
    axes.plot(
        right[order], up[order], color=color, linewidth=width, drawstyle=step, solid_capstyle="round",
        path_effects=[withStroke(linewidth=width + 2, foreground=border)],
    )  # fmt: skip


def _sample(has_line: bool) -> Line2D:
    """How the front looks."""
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], linestyle="-" if has_line else "none", linewidth=1.5, marker="o", markersize=7, color=plots.INK,
        markerfacecolor="white", markeredgewidth=1.2,
    )  # fmt: skip
