"""`archcalc devices`: the devices that come with archcalc, for `--device`."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.devices import devices_table

    parser = argparse.ArgumentParser(
        prog="archcalc devices",
        description="The devices that come with archcalc, with their peaks and where these are from.",
        allow_abbrev=False,
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="format of the table (text)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    options = parser.parse_args(arguments)
    write(render(devices_table(), options.format), options.output)
    return DONE
