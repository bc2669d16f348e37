"""`archcalc memory SPEC`: what a network takes to store, to run and to train, term by term."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, FAILED, form_of, write
from archcalc.cli.report import settings
from archcalc.footprint import memory
from archcalc.render import FORMATS, render
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if not even a batch of 1 fits."""
    options = _parser().parse_args(arguments)
    form = form_of(options.json, options.format) or "text"
    found = memory(
        load(options.spec, **settings(options.set)),
        batch=options.batch,
        optimizer=options.optimizer,
        dtype=options.dtype,
        weights=options.weights,
        checkpoint=options.checkpoint,
        fits=options.fits,
    )
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return FAILED if found.largest_batch == 0 else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc memory",
        description="What a network takes to store, to run and to train, term by term.",
        epilog="example: archcalc memory resnet50 --batch 256 --optimizer adam --dtype bfloat16 --fits 24GiB",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the activations, and of the weights too (float32)")
    add("--weights", metavar="DTYPE|BITS", help="another type of the weights, or bits a weight (6, 6.7)")
    add("--optimizer", metavar="NAME", help="sgd, momentum, adam or adamw: adds the terms of training")
    add("--checkpoint", metavar="BLOCK", nargs="+", action="extend", default=[], help="blocks to run again, 'conv2.*'")
    add("--fits", metavar="SIZE", help="find the largest batch that fits in this memory, such as 24GiB")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--format", choices=FORMATS, help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser
