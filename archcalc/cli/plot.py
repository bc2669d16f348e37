"""`archcalc plot SPEC --kind KIND -o FILE`: a picture of what a network costs, or of the zoo."""

from __future__ import annotations

import argparse

from archcalc.cli import DONE
from archcalc.cli.report import settings
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

# Kind of picture -> the options that it takes beside -o.
COUNTED = ("set", "batch", "dtype")
KINDS = {
    "bars": ("columns", "depth", "convention", "device", *COUNTED),
    "memory": COUNTED,
    "receptive-field": ("layer", *COUNTED),
    "roofline": ("device", *COUNTED),
    "zoo": (),
}


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status."""
    from archcalc import plots

    options = _options(arguments)
    for file in options.output:
        plots.check_ready(file)
    figure = _figure(options)
    for file in options.output:
        plots.save(figure, file)
    return DONE


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, checked against the kind of picture; raises ArchcalcError."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.spec is None and options.kind != "zoo":
        raise ArchcalcError("plot needs a network", hint=f"archcalc plot SPEC --kind {options.kind} -o FILE.png")
    for name in dict.fromkeys(name for names in KINDS.values() for name in names):
        if getattr(options, name) not in (None, []) and name not in KINDS[options.kind]:
            kinds = ", ".join(kind for kind, names in KINDS.items() if name in names)
            raise ArchcalcError(f"--kind {options.kind} takes no --{name}", hint=f"it is for: {kinds}")
    if options.kind == "roofline" and options.device is None:
        hint = "give one with --device NAME or FILE; 'archcalc devices' lists some, 'archcalc calibrate' makes yours"
        raise ArchcalcError("a roofline is that of a device", hint=hint)
    return options


def _figure(options: argparse.Namespace) -> Figure:
    if options.kind == "zoo":
        from archcalc.catalogue import zoo

        return zoo(options.spec).plot()
    from archcalc.report import analyze
    from archcalc.spec import load

    report = analyze(
        load(options.spec, **settings(options.set)),
        1 if options.batch is None else options.batch,
        options.dtype or "float32",
        options.convention or "macs",
        options.device,
    )
    if options.kind == "bars":
        return report.plot(*_names(options.columns), depth=options.depth)
    if options.kind == "receptive-field":
        return report.plot_receptive_field(options.layer)
    return report.plot_memory() if options.kind == "memory" else report.plot_roofline()


def _names(text: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if text is not None and not names:
        raise ArchcalcError("--columns is empty, expected names of columns separated by commas")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc plot",
        description="A picture of a network: columns as bars, the memory in use, receptive fields, the roofline of a "
        "device; or of the zoo.",
        epilog="example: archcalc plot alexnet --columns params,macs,activations -o alexnet.svg",
        allow_abbrev=False,
    )
    add = parser.add_argument
    spec_help = "a spec file, or the name of a network in the zoo (a path wins); of the zoo, if anything, a family"
    add("spec", metavar="SPEC", nargs="?", help=spec_help)
    add("--kind", choices=KINDS, default="bars", help="what is drawn (bars)")
    add("--columns", metavar="A,B", help="of bars: a panel each (params,macs,activations)")
    add("--depth", metavar="N", type=int, help="of bars: fold what is nested deeper than N names into one")
    add("--layer", metavar="NAME", help="of receptive fields: up to this layer")
    add("--device", metavar="NAME", help="a device file, or the name of a device: 'archcalc devices' lists them")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, help="examples in a batch (1)")
    add("--dtype", help="type of the values, for bytes and for the device's peak (float32)")
    add("--convention", metavar="NAME", help="of bars: what the column flops counts (macs)")
    output_help = "the picture: a .png, .svg or .pdf file; may be given several times"
    add("-o", "--output", metavar="FILE", action="append", required=True, help=output_help)
    return parser
