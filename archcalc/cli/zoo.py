"""`archcalc zoo`: the networks that come with archcalc."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.render import FORMATS, MACHINE, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.catalogue import zoo

    parser = argparse.ArgumentParser(
        prog="archcalc zoo",
        description="The networks that come with archcalc, with their totals for one example.",
        allow_abbrev=False,
    )
    parser.add_argument("family", metavar="FAMILY", nargs="?", help="only one family, such as ResNet")
    parser.add_argument("--human", action="store_true", help="two significant digits, as in 3.2M")
    parser.add_argument("--format", choices=FORMATS, default="text", help="format of the table (text)")
    parser.add_argument("--json", action="store_true", help="one JSON object with everything")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    options = parser.parse_args(arguments)
    form = "json" if options.json else options.format
    if options.human and form in MACHINE:
        parser.error(f"--format {form} is for programs and exact: it takes no --human")
    write(render(zoo(options.family).table(), form, options.human), options.output)
    return DONE
