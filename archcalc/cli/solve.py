"""`archcalc solve SPEC --for NAME --where CONDITION`: the value of one var that meets a condition."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, FAILED, write
from archcalc.cli.report import settings
from archcalc.closed_forms.solving import solution_of
from archcalc.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if nothing meets the condition."""
    options = _parser().parse_args(arguments)
    found = solution_of(options.spec, options.unknown, options.where, options.step, settings(options.set))
    form = "json" if options.json else options.format
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return DONE if found.best is not None else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc solve",
        description="The value of one var that meets a condition: by the exact root of the closed form, or by search.",
        epilog="example: archcalc solve mobilenet_v1 --for alpha --where 'macs <= 300M' --step 0.05",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--for", metavar="NAME", dest="unknown", required=True, help="the var to solve for")
    add("--where", metavar="CONDITION", required=True, help="of totals and vars, such as 'macs <= 300M'")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for other vars of the spec")
    add("--step", metavar="SIZE", help="only multiples of it (1, or 0.01 for a var that is not whole)")
    add("--format", choices=FORMATS, default="text", help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
