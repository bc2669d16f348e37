"""`archcalc schema`: the spec language as a JSON Schema, for editors."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    import json

    from archcalc.spec.schema import schema

    parser = argparse.ArgumentParser(
        prog="archcalc schema",
        description="The JSON Schema (draft-07) of spec files, by which editors complete and check them.",
        epilog="a spec names it in its first line: # yaml-language-server: $schema=archcalc.schema.json",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    options = parser.parse_args(arguments)
    write(json.dumps(schema(), indent=1), options.output)
    return DONE
