"""The outcome of checks as JUnit XML, which CI systems read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.table import Table


def render(table: Table) -> str:
    """A test case a row: its columns `name`, `place`, `failure` (empty where it passed) and `message`."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    records = table.records()
    failures = sum(bool(record["failure"]) for record in records)
    suite = Element("testsuite", name="archcalc check", tests=str(len(records)), failures=str(failures))
    for record in records:
        case = SubElement(suite, "testcase", classname=record["place"].rsplit(":", 2)[0], name=record["name"])
        if record["failure"]:
            SubElement(case, "failure", message=record["failure"]).text = record["place"]
        elif record["message"]:
            SubElement(case, "system-out").text = record["message"]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode")
