"""`archcalc compare SPEC SPEC ...`: networks side by side, their totals with ratios."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, form_of, write
from archcalc.cli.report import column_names, settings
from archcalc.comparison.networks import labelled, load_all
from archcalc.comparison.side_by_side import compare
from archcalc.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    form = form_of(options.json, options.format) or "text"
    values = settings(options.set)
    named = labelled(options.specs)
    graphs = load_all((spec, values) for spec in named.values())
    found = compare(
        dict(zip(named, graphs, strict=True)),
        column_names(options.columns),
        batch=options.batch,
        dtype=options.dtype,
        convention=options.convention,
        device=options.device,
    )
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return DONE


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The options that say how networks are counted, and what is shown, for every comparison."""
    add = parser.add_argument
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes (float32)")
    add("--convention", default="macs", help="what counts as an operation, for the column flops (macs)")
    add("--device", metavar="NAME", help="a device, or a file of one, for the column bound_ms")
    add("--format", choices=FORMATS, help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc compare",
        description="Networks side by side: their totals, and the ratio of each to that of the first.",
        epilog="example: archcalc compare vgg16 resnet50 mobilenet_v1 --columns params,macs,depth",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("specs", metavar="SPEC", nargs="+", help="spec files, or names of networks in the zoo (a path wins)")
    add("--columns", metavar="A,B", help="columns that have a total; 'all' for every one")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of all the specs")
    add_settings(parser)
    return parser
