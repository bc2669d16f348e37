"""`archcalc SPEC`: the totals of a network, or its table."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE, form_of, write
from archcalc.errors import ArchcalcError
from archcalc.graph.table import CHW, HWC
from archcalc.render import FORMATS, MACHINE, render
from archcalc.report import analyze
from archcalc.spec import load
from archcalc.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.report import Report

LAYOUTS = (CHW, HWC)
EPILOG = """other commands:
  archcalc check FILE ...      expectations, budgets and stored runs held against specs
  archcalc compare SPEC SPEC   networks side by side: their totals, with ratios
  archcalc diff A B            two networks layer by layer: what changed, and what it adds up to
  archcalc explain SPEC LAYER  one layer derived step by step: formula, numbers, result
  archcalc formulas SPEC       closed forms: what a network costs in terms of symbols
  archcalc solve SPEC          the value of one var that meets a condition, such as a budget
  archcalc savings SPEC        dense convolutions beside grouped, separable and bottlenecked ones
  archcalc memory SPEC         what a network takes to store, to run and to train, term by term
  archcalc plot SPEC -o FILE   pictures: bars, memory, receptive fields, the roofline; or the zoo
  archcalc sweep SPEC          the totals of every variant of a network: ranges of values for its vars
  archcalc scale SPEC          depths, widths and resolutions that keep to a budget, with their real costs
  archcalc page SPEC           one network as one HTML file: graph, table, arithmetic, memory; vars to choose
  archcalc serve               a playground in the browser: type a spec, and see its page change
  archcalc time SPEC           bytes moved, intensity, and a bound of the time on a device
  archcalc calibrate           measure this machine, and write a device file of it
  archcalc devices             the devices that come with archcalc, with their peaks and sources
  archcalc columns             every column: what it counts, in a sentence, its unit and its total
  archcalc zoo [FAMILY]        the networks that come with archcalc, with their totals
  archcalc ops [NAME]          the ops, or one op: attributes, shapes, formulas, an example
  archcalc verify SPEC         execute a network and compare what is observed with what is computed
  archcalc schema [-o FILE]    the JSON Schema of spec files, by which editors complete and check them

exit status: 0 done, 1 a check failed, 2 the input was wrong"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width: argparse would import shutil to ask the terminal, even when no help is shown."""

    def __init__(self, prog: str):
        super().__init__(prog, width=100)


def parser() -> argparse.ArgumentParser:
    """The arguments of `archcalc SPEC`."""
    result = argparse.ArgumentParser(
        prog="archcalc",
        description="What a neural network costs: shapes, receptive fields, parameters, memory and operations.",
        epilog=EPILOG,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    add = result.add_argument
    add("spec", metavar="SPEC", nargs="?", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--table", action="store_true", help="the table of all layers, not only the totals")
    add("--work", action="store_true", help="the table with the arithmetic of every count, as lectures write it")
    add("--layout", choices=LAYOUTS, help="shapes as channels x height x width (chw), or hwc, as --work has them")
    add("--columns", metavar="A,B", help="columns of the table; 'all' for every one")
    add("--depth", metavar="N", type=int, help="fold what is nested deeper than N names into one row")
    add("--all", action="store_true", help="list layers that work in place and add 0 to every sum, too")
    add("--human", action="store_true", help="two significant digits, 3.2M, as lecture tables have them")
    add("--format", choices=FORMATS, help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--dtype", default="float32", help="type of the values, for bytes (float32)")
    add("--device", metavar="NAME", help="a device, or a file of one, for bound_ms: 'archcalc devices' lists some")
    add(
        "--convention",
        default="macs",
        help="what counts as an operation: macs, flops (2 a MAC), all, the name of a tool, or a YAML file (macs)",
    )
    add("-o", "--output", metavar="FILE", help="write to a file")
    add("--version", action="version", version=f"archcalc {__version__}")
    return result


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    options = _options(arguments)
    graph = load(options.spec, **settings(options.set))
    report = analyze(graph, options.batch, options.dtype, options.convention, options.device)
    write(_text(report, options), options.output)
    return DONE


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, checked against one another; raises ArchcalcError for two that contradict."""
    reader = parser()
    options = reader.parse_args(arguments)
    if options.spec is None and options.set and "=" not in options.set[-1]:
        options.spec = options.set.pop()  # `--set width=2 SPEC`: the list of values has swallowed SPEC
    if options.spec is None:
        reader.error("the following arguments are required: SPEC")
    values = {"columns": options.columns, "depth": options.depth, "human": options.human or None}
    values |= {"work": options.work or None, "layout": options.layout}
    given = [name for name, value in values.items() if value is not None]
    form_of(options.json, options.format)
    if (options.json or options.format == "json") and given:
        raise ArchcalcError(f"JSON holds everything, exactly: it takes no --{given[0]}")
    for name in ("human", "work", "layout"):
        if options.format in MACHINE and getattr(options, name):
            raise ArchcalcError(f"--format {options.format} is for programs and exact: it takes no --{name}")
    if options.work and options.depth is not None:
        raise ArchcalcError("--work shows the arithmetic of each layer by itself: it takes no --depth")
    return options


def settings(assignments: Sequence[str], option: str = "--set") -> dict[str, Any]:
    """Values for vars from `name=value`, as an option gives them; raises ArchcalcError.

    >>> settings(["width=0.5", "widths=[64, 128]", "stride_in=3x3", "form=keras"])
    {'width': 0.5, 'widths': [64, 128], 'stride_in': '3x3', 'form': 'keras'}
    """
    from archcalc.errors import Place
    from archcalc.spec.read import Scalar, read_text
    from archcalc.spec.values import setting

    result = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise ArchcalcError(f"{option} {assignment}: expected NAME=VALUE")
        if name in result:
            raise ArchcalcError(f"{option} gives '{name}' twice")
        if not value.strip():
            raise ArchcalcError(f"{option} {name}=: a value is missing")
        # A list is YAML; anything else is an expression, in which 'text' keeps its quotes.
        place = f"{option} {name}"
        node = read_text(value, place) if value.lstrip().startswith("[") else Scalar(value, False, Place(place, 1, 1))
        result[name] = setting(node)
    return result


def _text(report: Report, options: argparse.Namespace) -> str:
    if options.json or options.format == "json":
        return report.to_json()
    columns = column_names(options.columns)
    if columns == ("all",):
        columns = report.settings.columns
    chosen = options.format or "text"
    if options.work:
        return _worked(report, columns, chosen, options)
    wants_table = options.table or options.columns or options.depth is not None or options.format or options.all
    if wants_table:
        table = report.table(columns, options.depth, everything=options.all or chosen in MACHINE)
    else:
        table = report.summary()
    return render(table._replace(layout=options.layout or LAYOUTS[0]), chosen, options.human)


def _worked(report: Report, columns: Sequence[str] | None, chosen: str, options: argparse.Namespace) -> str:
    from archcalc.render import lecture
    from archcalc.working import worked_table

    table = worked_table(report, columns, options.all, options.layout or LAYOUTS[1])
    return lecture.render(table, options.human) if chosen == "text" else render(table, chosen, options.human)


def column_names(given: str | None) -> tuple[str, ...] | None:
    """The names that --columns gives; None if it is not given. Raises ArchcalcError if there are none.

    >>> column_names("params, macs")
    ('params', 'macs')
    """
    if given is None:
        return None
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    if not names:
        raise ArchcalcError("--columns is empty, expected names of columns separated by commas")
    return names
