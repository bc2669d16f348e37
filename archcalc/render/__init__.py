"""The outputs: one format a file, each a function `render(table) -> text` that sees a `Table` and nothing else.

To add a format, write its file and name it here. MACHINE formats are read by programs: they get every row.
"""

from __future__ import annotations

from importlib import import_module

from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table

FORMATS = ("text", "markdown", "latex", "csv", "json", "html")
MACHINE = ("csv", "json")


def render(table: Table, format_name: str, human: bool = False) -> str:
    """A table in one of FORMATS; `human` abbreviates counts to two digits where people read them.

    Raises ArchcalcError for an unknown format.
    """
    if format_name not in FORMATS:
        raise ArchcalcError(f"there is no format '{format_name}'", hint=did_you_mean(format_name, FORMATS))
    module = import_module(f"archcalc.render.{format_name}")
    text: str = module.render(table) if format_name in MACHINE else module.render(table, human)
    return text
