"""`archcalc calibrate [-o FILE]`: measure this machine, and write a device file of it."""

from __future__ import annotations

import argparse
import os

from archcalc.cli import DONE, write
from archcalc.cli.verify import interruptible
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc.calibration import calibration_text

    options = _parser().parse_args(arguments)
    if options.output is not None:
        _require_new(options.output)
    with interruptible() as check:
        text = calibration_text(options.threads, check)
    write(text, options.output)
    return DONE


def _require_new(file: str) -> None:
    """Raise ArchcalcError, before anything is measured, if there is such a file, or no place for it."""
    if os.path.lexists(file):
        hint = "choose another name, or remove it"
        raise ArchcalcError(f"'{file}' is there already, and its numbers would be lost", hint=hint)
    folder = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise ArchcalcError(f"cannot write '{file}': its folder does not exist or cannot be written")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc calibrate",
        description="Measure how fast this machine multiplies and adds, how fast its memory is, and what a call costs, "
        "in some seconds, and write a device file for archcalc time. Let nothing else run meanwhile.",
        allow_abbrev=False,
    )
    parser.add_argument("--threads", metavar="N", type=int, help="on so many threads (all)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a new file")
    return parser
