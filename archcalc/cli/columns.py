"""`archcalc columns`: every column of a report, with its unit, its total and its rule in a sentence."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.render import render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.reference.columns import FORMATS, columns_table

    parser = argparse.ArgumentParser(
        prog="archcalc columns",
        description="Every column of a report: its name, heading, unit and total, and in a sentence what it counts.",
        allow_abbrev=False,
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="format of the table (text)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    options = parser.parse_args(arguments)
    write(render(columns_table(), options.format), options.output)
    return DONE
