"""`archcalc savings SPEC`: what cheaper forms of every dense convolution would save."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.cli.report import settings
from archcalc.closed_forms.savings import savings
from archcalc.render import FORMATS, render
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    found = savings(load(options.spec, **settings(options.set)), groups=options.groups, width=options.width)
    form = "json" if options.json else options.format
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc savings",
        description="Every dense convolution beside its grouped, depthwise-separable and bottlenecked forms.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--groups", metavar="G", type=int, default=2, help="groups of the grouped form (2)")
    add("--width", metavar="R", type=int, help="channels behind the 1x1 of the bottleneck (half of the filters)")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--format", choices=FORMATS, default="text", help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
