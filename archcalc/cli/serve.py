"""`archcalc serve`: a page on this machine in which one types a spec and sees what the network costs."""

from __future__ import annotations

import argparse
import sys

from archcalc.cli import DONE, write
from archcalc.playground import Playground

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command, until it is interrupted."""
    options = _parser().parse_args(arguments)
    with Playground(options.port) as server:
        write(server.address)
        if sys.stdout is not None:
            sys.stdout.flush()
            if options.browser and sys.stdout.isatty():
                import webbrowser

                webbrowser.open(server.address)
        server.serve_forever()
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc serve",
        description="Opens a page on this machine: type a spec on the left, and see its graph, table and arithmetic on "
        "the right. It reads the zoo, and no other file; it writes nothing, and answers nobody but its own page. "
        "Ctrl-C ends it.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", metavar="N", type=int, default=0, help="port on 127.0.0.1 (any that is free)")
    parser.add_argument(
        "--no-browser", dest="browser", action="store_false", help="print the address, and open nothing"
    )
    return parser
