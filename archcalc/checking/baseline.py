"""Baselines: the totals of an earlier run, stored as JSON, and what has changed since."""

from __future__ import annotations

import json
import os
import tempfile

from archcalc.checking.outcome import Outcome, Row
from archcalc.checking.verdicts import FAILS, HOLDS
from archcalc.errors import ArchcalcError
from archcalc.spec.locate import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.report import Report

FORMAT_VERSION = 1


def check_baseline(reports: Mapping[str, Report], file: str) -> Outcome:
    """Every total of these networks beside that of the stored run; a change fails.

    Raises ArchcalcError if the file cannot be read or knows nothing of a network.
    """
    stored = _read(file)
    rows = []
    for name, report in reports.items():
        if name not in stored:
            raise ArchcalcError(f"{file} knows nothing of {name}", hint="store its totals with --update")
        totals = report.totals
        for column in dict.fromkeys((*stored[name], *totals)):
            rows.append(_row(name, column, stored[name].get(column), totals.get(column), file))
    return Outcome(rows)


def write_baseline(reports: Mapping[str, Report], file: str) -> None:
    """Store the totals of these networks, beside those of others in the file; the file is replaced in one step."""
    networks = _read(file) if os.path.exists(file) else {}
    networks |= {name: report.totals for name, report in reports.items()}
    text = json.dumps({"format_version": FORMAT_VERSION, "networks": dict(sorted(networks.items()))}, indent=1)
    folder = os.path.dirname(os.path.abspath(file))
    try:
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as output:
            output.write(text + "\n")
        os.replace(output.name, file)
    except OSError as error:
        raise ArchcalcError(f"cannot write '{file}': {error.strerror}") from None


def _read(file: str) -> dict[str, dict[str, int]]:
    networks: dict[str, dict[str, int]] = {}
    try:
        found = json.loads(read_file(file))
        networks = found["networks"]
        is_baseline = found["format_version"] == FORMAT_VERSION and all(
            type(total) is int for totals in networks.values() for total in totals.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_baseline = False
    if not is_baseline:
        raise ArchcalcError(f"'{file}' is no baseline", hint="make one with --update")
    return networks


def _row(name: str, column: str, before: int | None, now: int | None, file: str) -> Row:
    same = before == now
    remark = ""
    if not same and before is not None and now is not None:
        remark = f"{now - before:+,}" + (f" ({(now - before) / before * 100:+.2f} %)" if before else "")
    elif not same:
        remark = "new" if before is None else "gone"
    cells = ["" if value is None else f"{value:,}" for value in (before, now)]
    verdict = HOLDS if same else FAILS
    return Row(f"{name} {column}", verdict, cells[0], cells[1], f"totals.{column}", remark, f"{file}:1:1", not same)
