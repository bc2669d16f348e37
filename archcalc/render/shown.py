"""What a result that has a table can show: text on a terminal, HTML in a notebook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Table


class Shown:
    """A result with a `table()`: `str()` is its text, a notebook shows it as HTML, and prints it as LaTeX."""

    def table(self) -> Table:
        """What is shown."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.table().facts['name']}>"  # no address: notebooks keep it

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

    def _kept(self) -> Table:
        """What a notebook keeps: it should tell the same of the same network."""
        return self.table()

    def _repr_html_(self) -> str:
        from archcalc.render.html import render

        return render(self._kept())

    def _repr_latex_(self) -> str:
        from archcalc.render.latex import render

        return render(self._kept())


class View(Shown):
    """One table of a result, that shows itself as the result does."""

    def __init__(self, table: Table):
        self._table = table

    def table(self) -> Table:
        """What is shown."""
        return self._table
