"""Networks side by side: what they multiply, what they learn, what they store."""

from __future__ import annotations

from math import pi

from archcalc import plots
from archcalc.errors import ArchcalcError
from archcalc.plots.names import add_names
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SIZE = (11, 6.2)  # inches
LARGEST, SMALLEST = 1600, 16  # points squared: the area of the most activations, and of the fewest that are told apart
MARGIN, LEAST_MARGIN = 0.07, 1.5  # of a logarithmic axis: times its length, and at least times its ends
OPACITY = 0.75
SAMPLES = (0.2, 0.03)  # circles in the legend: parts of the largest


class Network(Record):
    """One network of the picture, with its totals."""

    name: str
    family: str
    macs: int
    params: int
    activations: int


def zoo(networks: Sequence[Network], *, named: Sequence[str] = (), title: str = "", note: str = "") -> Figure:
    """A figure of networks: MACs to the right, parameters upwards, activations as area, families as colors.

    Those that are `named`, the most important first, have their names written beside them, where there is room.
    Networks without MACs or parameters have no place on these axes. Raises ArchcalcError.

    >>> figure = zoo([Network("a", "A", 1000, 200, 50), Network("b", "B", 80, 20, 9)], named=["a"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['a']
    """
    shown = [network for network in networks if network.macs > 0 and network.params > 0]
    if not shown:
        raise ArchcalcError("there is nothing to draw: no network has both MACs and parameters")
    # Small circles come last, over the large ones.
    shown.sort(key=lambda network: -network.activations)
    figure, (axes,) = plots.new_panels(title, note, SIZE)
    right, up, stored = (
        plots.as_floats(name, [getattr(network, name) for network in shown])
        for name in ("macs", "params", "activations")
    )
    for which, text, values in (("x", "macs [MAC]", right), ("y", "params", up)):
        margin = max((values.max() / values.min()) ** MARGIN, LEAST_MARGIN)  # for all of the largest circle
        plots.set_log_axis(axes, which, text, values.min() / margin, values.max() * margin)
    colors = plots.colors_of([network.family for network in networks])
    areas = (stored * (LARGEST / stored.max())).clip(min=SMALLEST)
    of_each = [colors.get(network.family) or colors[plots.OTHER] for network in shown]
    axes.scatter(right, up, s=areas, c=of_each, alpha=OPACITY, edgecolors="white", linewidths=0.6)
    _add_legends(axes, colors, stored.max())
    places = {network.name: place for place, network in enumerate(shown)}
    radii = (areas / pi) ** 0.5
    add_names(axes, list(zip(right, up, strict=True)), radii, {places[name]: name for name in named if name in places})
    return figure


def _add_legends(axes: Axes, colors: Mapping[str, str], most: float) -> None:
    """What colors mean, and what areas: circles of round numbers, and the smallest there are."""
    samples = [float(f"{most * part:.0e}") for part in SAMPLES]
    least = float(f"{most * SMALLEST / LARGEST:.0e}")
    areas = [LARGEST * sample / most for sample in samples] + [SMALLEST]
    names = [f"{plots.rounded(sample)} activations" for sample in samples] + [f"{plots.rounded(least)} or fewer"]
    marks = [_circle(area, plots.FAINT) for area in areas]
    families = [_circle(64, color) for color in colors.values()]
    plots.add_legend(axes, "family", [*families, *marks], [*colors, *names])


def _circle(area: float, color: str) -> Line2D:
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="none", marker="o", markersize=area**0.5, color=color, alpha=OPACITY)
