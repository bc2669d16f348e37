"""`archcalc sweep SPEC --over NAME=VALUES ...`: the totals of many variants of a network."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from archcalc.cli import DONE, FAILED, INTERRUPTED, complain, terminal_bar, write
from archcalc.cli.over import parse_all
from archcalc.cli.report import settings
from archcalc.errors import ArchcalcError
from archcalc.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import Any


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if no variant is kept."""
    options = _parser().parse_args(arguments)
    try:
        import numpy  # noqa: F401
    except ImportError:
        hint = "install it with: pip install 'archcalc[sweep]'"
        raise ArchcalcError("a sweep needs numpy, which is not installed", hint=hint) from None
    from archcalc import plots
    from archcalc.analysis import Settings, whole_batch
    from archcalc.sweeping import record
    from archcalc.sweeping.allocation import keep_freed_memory
    from archcalc.sweeping.plan import Plan
    from archcalc.sweeping.result import Found, picture
    from archcalc.sweeping.space import space_of
    from archcalc.sweeping.summary import Summary
    from archcalc.sweeping.work import Work

    table, pictures = _outputs(options)
    plotted = _plotted(options)
    plan = Plan(
        tuple(options.spec),
        space_of(parse_all(options.over), options.zip, _sample(options.sample), options.seed),
        _names(options.columns),
        tuple(options.where),
        Settings(whole_batch(options.batch), options.dtype, options.convention),
        settings(options.set),
        _names(options.pareto) if options.pareto else plotted[:2],
        plotted,
    )
    keep_freed_memory()
    work, found = Work(plan), Summary(plan)
    with _engine(options) as engine:
        is_whole = record(work, found, table, options.resume, _bar(plan.size), engine)
    form = "json" if options.json else options.format
    shown = Found(found, work.units)
    write(shown.to_json() if form == "json" else render(shown.table(), form))
    if found.kept:
        for file in pictures:
            plots.save(picture(shown), file)
    if not is_whole:
        complain(f"interrupted after {found.tried:,} of {plan.size:,} variants" + _goes_on(table, found.kept))
        return INTERRUPTED
    if not found.kept:
        reason = "--where holds for none of those that make a network" if options.where else "none makes a network"
        complain(f"no variant is left of {found.tried:,}: {reason}" + ("; no file" if options.output else ""))
        return FAILED
    return DONE


def _outputs(options: argparse.Namespace) -> tuple[str | None, list[str]]:
    """The file of variants, if one is wanted, and those of pictures; raises ArchcalcError."""
    from archcalc import plots

    pictures = [file for file in options.output if plots.is_picture(file)]
    tables = [file for file in options.output if file not in pictures]
    if len(tables) > 1:
        raise ArchcalcError(f"found two files of variants, '{tables[0]}' and '{tables[1]}', expected one")
    if pictures and not options.plot:
        raise ArchcalcError(f"'{pictures[0]}' is a picture", hint="say what it shows: --plot macs,params")
    if options.plot and not pictures:
        raise ArchcalcError("--plot needs a file for the picture", hint="-o FILE.png, or .svg, or .pdf")
    if options.color and not options.plot:
        raise ArchcalcError("--color is of a picture", hint="say what it shows: --plot macs,params")
    for file in pictures:
        plots.check_ready(file)
    return (tables[0] if tables else None), pictures


def _plotted(options: argparse.Namespace) -> tuple[str, ...]:
    if not options.plot:
        return ()
    names = _names(options.plot)
    if len(names) != 2:
        raise ArchcalcError(f"--plot {options.plot}: expected two columns, such as macs,params")
    return (*names, options.color) if options.color else names


def _engine(options: argparse.Namespace) -> AbstractContextManager[Any]:
    """What does the work, as long as it is needed."""
    if options.engine == "local":
        if options.scheduler is not None:
            raise ArchcalcError("--scheduler is for --engine dask")
        from archcalc.sweeping.work import summaries

        return nullcontext(summaries)
    from archcalc.sweeping.cluster import on_cluster

    return on_cluster(options.scheduler)


def _goes_on(file: str | None, kept: int) -> str:
    if file is None:
        return ""
    return f"; '{file}' has them, and --resume goes on" if kept else "; --resume goes on"


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise ArchcalcError("found an empty list of columns, expected names separated by commas")
    return names


def _sample(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        raise ArchcalcError(f"the sample is '{text}', expected a whole number, such as 1e6") from None


def _bar(total: int) -> Any:
    """A function of how many more are done, which shows a bar on a terminal; or nothing."""
    bar = terminal_bar()
    return (lambda _: None) if bar is None else bar(total=total, unit=" variants", unit_scale=True, leave=False).update


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc sweep",
        description="The totals of every variant of a network: a grid of values for its vars, or a sample of it.",
        epilog="example: archcalc sweep mobilenet_v1 --over alpha=0.25:1.5:0.01 resolution=96:320:8 "
        "--where 'macs <= 600M and params <= 5M' --pareto macs,params -o sweep.parquet",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", nargs="+", help="a spec file, or the name of a network in the zoo (a path wins)")
    over_help = "values of a var: START:STOP:STEP with its end, A,B,..., or log:START:STOP:COUNT"
    add("--over", metavar="NAME=VALUES", nargs="+", action="extend", required=True, help=over_help)
    add("--zip", action="store_true", help="the values side by side, not every combination")
    add("--sample", metavar="N", help="so many random combinations, 1e6 for one, not all")
    add("--seed", metavar="N", type=int, default=0, help="of the sample (0)")
    add("--where", metavar="CONDITION", action="append", default=[], help="keep only these: 'macs <= 600M and ...'")
    add("--columns", metavar="A,B", default="params,macs", help="totals to give (params,macs)")
    add("--pareto", metavar="A,B", help="show the variants that no other beats: least A, or most with +A")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for other vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes (float32)")
    add("--convention", metavar="NAME", default="macs", help="what the column flops counts (macs)")
    add("--format", choices=FORMATS, default="text", help="format of what is printed (text)")
    add("--json", action="store_true", help="print one JSON object")
    add("--plot", metavar="X,Y", help="draw the variants by these columns, with their front: as a picture with -o")
    add("--color", metavar="NAME", help="the var or column that colors the points")
    output_help = "write every variant that is kept to a .parquet or .csv file; with --plot also .png, .svg or .pdf"
    add("-o", "--output", metavar="FILE", action="append", default=[], help=output_help)
    add("--resume", action="store_true", help="go on with what an interrupted sweep has written")
    engine_help = "threads of this machine, or a cluster of Dask (local)"
    add("--engine", choices=("local", "dask"), default="local", help=engine_help)
    add("--scheduler", metavar="ADDRESS", help="of the cluster, tcp://host:8786 for one; or processes of this machine")
    return parser
