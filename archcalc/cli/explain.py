"""`archcalc explain SPEC LAYER`: one layer step by step; `archcalc explain SPEC --conventions`: who counts what."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.cli.report import settings
    from archcalc.render import render
    from archcalc.report import analyze
    from archcalc.spec import load

    options = _parser().parse_args(arguments)
    if options.conventions is None and options.layer is None:
        raise ArchcalcError("explain needs a layer", hint="archcalc explain SPEC LAYER, or SPEC --conventions")
    if options.conventions is not None and options.layer is not None:
        raise ArchcalcError("--conventions speaks of the whole network, so it takes no layer")
    report = analyze(load(options.spec, **settings(options.set)), options.batch)
    if options.conventions is None:
        write(report.explain(options.layer, options.layout).render(options.format), options.output)
    else:
        write(render(report.conventions(options.conventions).table(), options.format), options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    from archcalc.explanation import LAYOUTS
    from archcalc.render import FORMATS

    parser = argparse.ArgumentParser(
        prog="archcalc explain",
        description="One layer step by step: formula, numbers, result. Or what every counting convention makes of it.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("layer", metavar="LAYER", nargs="?", help="path of the layer, as tables show it")
    conventions_help = "the total of every counting convention, and of files of your own, and how it differs from macs"
    add("--conventions", metavar="FILE", nargs="*", help=conventions_help)
    add("--layout", choices=LAYOUTS, default=LAYOUTS[0], help="order of factors: as lectures, or as the formulas have")
    format_help = "a layer as text, or as math in markdown and latex; conventions in any (text)"
    add("--format", choices=FORMATS, default="text", help=format_help)
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
