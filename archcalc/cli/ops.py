"""`archcalc ops [NAME]`: the ops, or one of them."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.reference import op_list, op_page

    parser = argparse.ArgumentParser(prog="archcalc ops", description="The ops that a spec can use.")
    parser.add_argument("name", metavar="NAME", nargs="?", help="one op: attributes, shapes, formulas, an example")
    options = parser.parse_args(arguments)
    write(op_list() if options.name is None else op_page(options.name))
    return DONE
