"""`archcalc scale SPEC --budget 2x`: depths, widths and resolutions of a network that keep to a budget."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, FAILED, form_of, write
from archcalc.cli.report import settings
from archcalc.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if nothing fits."""
    options = _parser().parse_args(arguments)
    form = form_of(options.json, options.format) or "text"
    from archcalc.analysis import Settings, whole_batch
    from archcalc.scaling import scaling_of

    roles = {"depth": options.depth, "width": options.width, "resolution": options.resolution}
    named = {role: name for role, name in roles.items() if name is not None}
    chosen = Settings(whole_batch(options.batch), options.dtype)
    grid = (options.step, options.within)
    values = settings(options.set)
    found = scaling_of(options.spec, options.budget, options.measure, grid, named, chosen, values)
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return DONE if found.fitting else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc scale",
        description="Compound scaling: a grid search of depth, width and resolution under a budget, with real costs.",
        epilog="example: archcalc scale efficientnet_b0 --budget 2x",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--budget", metavar="SIZE", required=True, help="a multiple of what the network costs, 2x, or an amount, 800M")
    add("--measure", metavar="COLUMN", default="macs", help="the total that is budgeted (macs)")
    add("--within", metavar="PART", default="10%", help="how far below the budget a cost may be (10%%)")
    add("--step", metavar="SIZE", default="0.05", help="of the multipliers, from 1 on (0.05)")
    add("--depth", metavar="NAME", help="the var to multiply as the depth; of vars, only those named are searched")
    add("--width", metavar="NAME", help="the var to multiply as the width")
    add("--resolution", metavar="NAME", help="the var to multiply as the resolution")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes (float32)")
    add("--format", choices=FORMATS, help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
