"""`archcalc formulas SPEC`: the closed forms of a network, with symbols for some of its vars."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.cli.report import settings
from archcalc.closed_forms import FORMATS, formulas_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    found = formulas_of(options.spec, options.symbols, settings(options.set), options.assume_divisible)
    write(found.rendered(options.format), options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc formulas",
        description="What a network costs in terms of symbols: the formulas that give the numbers, simplified.",
        epilog="example: archcalc formulas blocks/bottleneck --symbols C H W",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    symbols_help = "what becomes a symbol: vars, and places under a name: H=input[1] F=conv1.filters"
    add("--symbols", metavar="NAME[=PLACE]", nargs="+", action="extend", required=True, help=symbols_help)
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for other vars of the spec")
    divisible_help = "no rounding: every symbol can be divided by whatever it is divided by"
    add("--assume-divisible", action="store_true", help=divisible_help)
    add("--format", choices=FORMATS, default=FORMATS[0], help="format of the formulas (text)")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
