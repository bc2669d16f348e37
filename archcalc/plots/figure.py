"""A figure that a notebook shows: matplotlib's own show themselves only where pyplot has been set up for it.

Importing this file imports matplotlib: `archcalc.plots.new_panels` does so when there is something to draw.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from archcalc import plots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCREEN_DPI = 100  # a notebook shows so many of a picture's pixels as an inch


class NewFigure(Figure):
    """A matplotlib figure in every way, that shows itself in a notebook.

    >>> picture, size = NewFigure(figsize=(2, 1), dpi=200)._repr_png_()
    >>> picture[1:4], size
    (b'PNG', {'width': 200, 'height': 100})
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        wide, high = self.get_size_inches()
        return plots.content(self, ".png"), {"width": round(SCREEN_DPI * wide), "height": round(SCREEN_DPI * high)}
