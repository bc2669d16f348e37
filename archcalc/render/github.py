"""The outcome of checks as workflow commands of GitHub: annotations at the lines of a pull request."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """A line for each row whose column `failure` says something, and the table's notes."""
    lines = []
    for record in table.records():
        if record["failure"]:
            file, line, column = record["place"].rsplit(":", 2)
            place = f"file={_property(file)},line={line},col={column},title={_property(record['name'])}"
            lines.append(f"::error {place}::{_data(record['failure'])}")
    return "\n".join([*lines, *table.notes])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
