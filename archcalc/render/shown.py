"""What a result that has a table can show: text on a terminal, HTML in a notebook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Table


class Shown:
    """A result with a `table()`: `str()` is its text, in a notebook it shows itself as HTML."""

    def table(self) -> Table:
        """What is shown."""
        raise NotImplementedError

    def __str__(self) -> str:
        from archcalc.render.text import render

        return render(self.table())

    def to_json(self) -> str:
        """One JSON object with everything."""
        from archcalc.render.json import render

        return render(self.table())

    def to_frame(self) -> Any:
        """The table as a pandas DataFrame, indexed by its first column."""
        from archcalc.render.frame import render

        return render(self.table())

    def _repr_html_(self) -> str:
        from archcalc.render.html import render

        return render(self.table())
