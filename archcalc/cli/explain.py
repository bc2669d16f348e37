"""`archcalc explain SPEC LAYER`: one layer derived step by step."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.cli.report import settings
    from archcalc.explanation import FORMATS, LAYOUTS
    from archcalc.report import analyze
    from archcalc.spec import load

    parser = argparse.ArgumentParser(
        prog="archcalc explain", description="One layer step by step: formula, numbers, result.", allow_abbrev=False
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("layer", metavar="LAYER", help="path of the layer, as tables show it")
    add("--layout", choices=LAYOUTS, default=LAYOUTS[0], help="order of factors: as lectures, or as the formulas have")
    add("--format", choices=FORMATS, default=FORMATS[0], help="markdown and latex write math (text)")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("-o", "--output", metavar="FILE", help="write to a file")
    options = parser.parse_args(arguments)
    graph = load(options.spec, **settings(options.set))
    shown = analyze(graph, options.batch).explain(options.layer, options.layout)
    write(shown.render(options.format), options.output)
    return DONE
