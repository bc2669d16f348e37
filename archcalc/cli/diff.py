"""`archcalc diff A B`: two networks layer by layer, what changed and what it adds up to."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, form_of, write
from archcalc.cli.compare import add_settings
from archcalc.cli.report import column_names, settings
from archcalc.comparison.difference import diff
from archcalc.comparison.networks import load_all
from archcalc.render import MACHINE, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: a difference is no failure."""
    options = _parser().parse_args(arguments)
    form = form_of(options.json, options.format) or "text"
    both = settings(options.set)
    # What is said of one network alone goes before what is said of both.
    values = both | settings(options.set_a, "--set-a"), both | settings(options.set_b, "--set-b")
    a, b = load_all(zip((options.a, options.b), values, strict=True))
    found = diff(
        a,
        b,
        column_names(options.columns),
        labels=(options.a, options.b),
        batch=options.batch,
        dtype=options.dtype,
        convention=options.convention,
        device=options.device,
    )
    text = found.to_json() if form == "json" else render(found.table(everything=form in MACHINE), form)
    write(text, options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc diff",
        description="Two networks layer by layer: which layers changed, came or went, and what it adds up to. "
        "The exit status is 0 whether they differ or not; for CI, 'archcalc check' has baselines.",
        epilog="example: archcalc diff resnet50 resnet50 --set-a stride_in=1x1 --set-b stride_in=3x3",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("a", metavar="A", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("b", metavar="B", help="another, or the same with other values for its vars")
    add("--columns", metavar="A,B", help="columns that are sums over the layers (params,macs); 'all' for every one")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of both specs")
    add("--set-a", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of A")
    add("--set-b", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of B")
    add_settings(parser)
    return parser
