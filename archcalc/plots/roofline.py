"""The roofline of a device, and the layers of a network under it."""

from __future__ import annotations

from math import atan2, degrees, pi

from archcalc import plots
from archcalc.errors import ArchcalcError
from archcalc.plots.names import add_names
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (10, 6)  # inches
MARGIN = 2.0  # times: how far the axes go beyond the outermost point
NAMED = 8  # layers with their names, where there is room: those that take longest
LARGEST, SMALLEST = 500, 20  # points squared: the area of the layer that takes longest, and the least
ABOVE = 16  # points from a roof to what is said of it: beyond the largest layer
COLORS = {"memory": plots.PALETTE[0], "compute": plots.PALETTE[1], "overhead": plots.PALETTE[-1]}


class Roof(Record):
    """The two peaks of a device, in FLOP/s and B/s, and how they are written."""

    peak: float
    bandwidth: float
    peak_text: str
    bandwidth_text: str


class Point(Record):
    """One layer: its intensity in FLOP a byte, the most FLOP/s it can reach, its time, and what bounds it."""

    name: str
    intensity: float
    rate: float
    ms: float
    bound_by: str


def roofline(roof: Roof, points: Sequence[Point], *, title: str = "", note: str = "") -> Figure:
    """A figure of a device's roof and of layers: intensity to the right, the rate that they can reach upwards.

    The area of a point is its part of the time. Raises ArchcalcError.

    >>> roof = Roof(1e12, 1e10, "1 TFLOP/s", "10 GB/s")
    >>> figure = roofline(roof, [Point("conv", 400, 1e12, 2, "compute"), Point("fc", 0.5, 5e9, 1, "memory")])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1 TFLOP/s', '10 GB/s', 'conv', 'fc']
    """
    if not points:
        raise ArchcalcError("there is nothing to draw: no layer computes anything")
    figure, (axes,) = plots.new_panels(title, note, SIZE)
    right = plots.as_floats("intensity", [point.intensity for point in points])
    up = plots.as_floats("rate", [point.rate for point in points])
    ridge = roof.peak / roof.bandwidth  # the least intensity at which the device can be busy
    ends = min(right.min(), ridge) / MARGIN, max(right.max(), ridge * MARGIN) * MARGIN
    # Logarithmic however short they are: only so are both roofs straight lines.
    plots.set_log_axis(axes, "x", "arithmetic intensity [FLOP/B]", *ends)
    plots.set_log_axis(axes, "y", "rate that can be reached [FLOP/s]", up.min() / MARGIN, roof.peak * MARGIN)
    axes.plot([ends[0], ridge, ends[1]], [ends[0] * roof.bandwidth, roof.peak, roof.peak], color=plots.INK, linewidth=2)
    longest = max(point.ms for point in points)
    areas = [max(LARGEST * float(point.ms / longest), SMALLEST) for point in points]
    axes.scatter(
        right, up, s=areas, c=[COLORS[point.bound_by] for point in points], alpha=0.7, edgecolors="white",
        linewidths=0.6, zorder=3,
    )  # fmt: skip
    _add_legend(axes, [point.bound_by for point in points])
    _name_roof(axes, roof, ridge, ends)
    slowest = sorted(range(len(points)), key=lambda place: -points[place].ms)[:NAMED]
    radii = [(area / pi) ** 0.5 for area in areas]
    add_names(axes, list(zip(right, up, strict=True)), radii, {place: points[place].name for place in slowest})
    return figure


def _add_legend(axes: Axes, bounds: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    found = [name for name in COLORS if name in bounds]
    marks = [Line2D([], [], linestyle="none", marker="o", markersize=8, color=COLORS[name]) for name in found]
    plots.add_legend(axes, "bound by", marks, [f"{name}: {bounds.count(name):,}" for name in found])


def _name_roof(axes: Axes, roof: Roof, ridge: float, ends: tuple[float, float]) -> None:
    """What the two peaks are, along the lines; the layout has to be known for the angle of the slope."""
    axes.annotate(
        roof.peak_text, (ends[1], roof.peak), (-6, ABOVE), textcoords="offset points", ha="right", va="bottom",
        fontsize=plots.TICK, color=plots.INK,
    )  # fmt: skip
    plots.settle(axes)
    low = max(ends[0], axes.get_ylim()[0] / roof.bandwidth)
    (x0, y0), (x1, y1) = axes.transData.transform([(low, low * roof.bandwidth), (ridge, roof.peak)])
    middle = (low * ridge) ** 0.5
    text = axes.annotate(
        roof.bandwidth_text, (middle, middle * roof.bandwidth), (-ABOVE / 2**0.5, ABOVE / 2**0.5),
        textcoords="offset points", ha="center", va="bottom", rotation=degrees(atan2(y1 - y0, x1 - x0)),
        rotation_mode="anchor", fontsize=plots.TICK, color=plots.INK,
    )  # fmt: skip
    text.set_in_layout(False)  # its angle is that of this layout
