"""`archcalc page SPEC`: one network as one HTML file that can be passed on, and fetches nothing."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write
from archcalc.cli.over import parse_all
from archcalc.cli.report import settings
from archcalc.pages import page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    text = page(
        options.spec,
        None if options.vary is None else parse_all(options.vary, "--vary"),
        batch=options.batch,
        dtype=options.dtype,
        convention=options.convention,
        device=options.device,
        **settings(options.set),
    )
    write(text, options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc page",
        description="One network as one HTML file: its graph, table, arithmetic, receptive fields and memory. The file "
        "holds all that it shows and fetches nothing.",
        epilog="example: archcalc page mobilenet_v1 --vary alpha=0.25:1:0.25 resolution=128:224:32 -o mobilenet.html",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    vary_help = "values of a var to choose from in the page: A,B,... or START:STOP:STEP (those that the spec lists)"
    add("--vary", metavar="NAME=VALUES", nargs="*", action="extend", help=vary_help)
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for other vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes (float32)")
    add("--convention", metavar="NAME", default="macs", help="what the column flops counts (macs)")
    add("--device", metavar="NAME", help="a device, or a file of one, for bounds of the time")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
