"""`archcalc ops [NAME]`: the ops, or one of them."""

from __future__ import annotations

import argparse
from importlib import import_module

from archcalc.cli import DONE, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.reference import FORMATS

    parser = argparse.ArgumentParser(prog="archcalc ops", description="The ops that a spec can use.")
    parser.add_argument("name", metavar="NAME", nargs="?", help="one op: attributes, shapes, formulas, an example")
    parser.add_argument(
        "--format", choices=FORMATS, default=FORMATS[0], help="markdown without NAME: all about all ops"
    )
    options = parser.parse_args(arguments)
    rendering = import_module(f"archcalc.reference.{options.format}")
    write(rendering.every_op() if options.name is None else rendering.one_op(options.name))
    return DONE
