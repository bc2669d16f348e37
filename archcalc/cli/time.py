"""`archcalc time SPEC --device NAME`: bytes moved, arithmetic intensity, and a bound of the running time."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, form_of, write
from archcalc.cli.report import settings
from archcalc.errors import ArchcalcError
from archcalc.render import FORMATS, MACHINE, render
from archcalc.report import TIME_COLUMNS, analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("name", "op", "output", *TIME_COLUMNS)


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.device is None:
        hint = "give one with --device NAME or FILE; 'archcalc devices' lists some, 'archcalc calibrate' makes yours"
        raise ArchcalcError("a bound of the time needs a device", hint=hint)
    form = form_of(options.json, options.format) or "text"
    if form == "json" and options.depth is not None:
        raise ArchcalcError("JSON holds everything, exactly: it takes no --depth")
    network = load(options.spec, **settings(options.set))
    report = analyze(network, options.batch, options.dtype, device=options.device)
    if form == "json":
        write(report.to_json(), options.output)
    else:
        write(render(report.table(COLUMNS, options.depth, form in MACHINE), form), options.output)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc time",
        description="Bytes moved, arithmetic intensity, and a bound of the time of every layer on a device, by the "
        "roofline model. Nothing is run: it is a bound, no measurement.",
        epilog="example: archcalc time resnet50 --device nvidia-v100-sxm2 --batch 32 --depth 1",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--device", metavar="NAME", help="a device file, or the name of a device: 'archcalc devices' lists them")
    add("--depth", metavar="N", type=int, help="fold what is nested deeper than N names into one row")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes and for the device's peak (float32)")
    add("--format", choices=FORMATS, help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
