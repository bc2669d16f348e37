"""What is compared: networks with their labels, the columns they are compared by, and how they were counted."""

from __future__ import annotations

import os

from archcalc.analysis import ALIASES, MODULES
from archcalc.errors import ArchcalcError, did_you_mean, raise_all
from archcalc.graph.graph import Graph
from archcalc.render.numbers import is_exact
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.analysis import Settings
    from archcalc.report import Report

    Network = Graph | str | PathLike[str]  # the graph, or the path or name of its spec

ALL = "all"


def labelled(networks: Iterable[Network]) -> dict[str, Network]:
    """Networks by what they are called; graphs that share a name are numbered.

    Raises ArchcalcError for a spec that is given twice.

    >>> list(labelled(["vgg16", "resnet50"]))
    ['vgg16', 'resnet50']
    """
    named: dict[str, Network] = {}
    for network in networks:
        label = own_label = label_of(network)
        if label in named and isinstance(network, (str, os.PathLike)):
            hint = "archcalc diff sets one spec beside itself, with other vars (--set-b NAME=VALUE)"
            raise ArchcalcError(f"the network '{label}' is given twice", hint=hint)
        number = 2
        while label in named:
            label = f"{own_label} ({number})"
            number += 1
        named[label] = network
    return named


def label_of(network: Network) -> str:
    """What a network is called: as the caller did, or by its own name.

    >>> label_of("vgg16")
    'vgg16'
    """
    if isinstance(network, (str, os.PathLike)):
        return str(os.fspath(network))
    if isinstance(network, Graph):
        return network.name
    raise ArchcalcError(f"found {type(network).__name__}, expected a network, or the path or name of a spec")


def load_all(networks: Iterable[tuple[Network, dict[str, Any]]]) -> list[Graph]:
    """Each network with its values for vars; raises ArchcalcError with the mistakes of all of them."""
    graphs: list[Graph] = []
    mistakes: list[ArchcalcError] = []
    for network, values in networks:
        try:
            graphs.append(network if isinstance(network, Graph) else load(network, **values))
        except ArchcalcError as error:
            # That there is no such var is said without a place: it is then the network that tells where.
            mistakes += [
                ArchcalcError(each.message, label_of(network), each.hint) if values and each.where is None else each
                for each in error.errors
            ]
    raise_all(mistakes)
    return graphs


def reports_of(networks: Iterable[Network], options: dict[str, Any]) -> list[Report]:
    """The report of each network, all with the same settings; raises ArchcalcError, for symbols and arrays too."""
    reports = [analyze(graph, **options) for graph in load_all((network, {}) for network in networks)]
    for report in reports:
        if not all(is_exact(report.analysis.total(name)) for name in ("params", "macs", "activations")):
            raise ArchcalcError(f"'{report.graph.name}' has a size that is no number: only numbers can be compared")
    return reports


def default_columns(settings: Settings, always: Sequence[str]) -> tuple[str, ...]:
    """These columns, and those that a convention or a device was given for."""
    asked = () if settings.convention == "macs" else ("flops",)
    return (*always, *asked, *(() if settings.device is None else ("bound_ms",)))


def columns_of(names: Sequence[str], report: Report, rules: Collection[str], wanted: str) -> tuple[str, ...]:
    """The names of columns whose total is made by one of these rules; `all` stands for every one of them.

    `wanted` says in a word or two what they are. Raises ArchcalcError for one that does not exist or is another.
    """
    is_list = not isinstance(names, str) and hasattr(names, "__iter__")
    if not is_list or not names or not all(isinstance(name, str) for name in names):
        raise ArchcalcError(f"found the columns {names!r}, expected a list of names")
    analysis = report.analysis
    given = dict.fromkeys(ALIASES.get(name, name) for name in names)
    for name in given:
        if name != ALL and name not in MODULES:
            raise ArchcalcError(f"there is no column '{name}'", hint=did_you_mean(name, MODULES))
    every = report.settings.columns
    analysis.require(name for name in given if name != ALL)
    wrong = [name for name in given if name != ALL and analysis.columns[name].total not in rules]
    if wrong or ALL in given:
        analysis.require(every)
    right = [name for name in every if name in analysis.columns and analysis.columns[name].total in rules]
    if wrong:
        raise ArchcalcError(f"the column '{wrong[0]}' has no {wanted}", hint=f"these have one: {', '.join(right)}")
    return tuple(right) if ALL in given else tuple(given)


def settings_facts(report: Report) -> dict[str, Any]:
    """How all networks were counted, under the names of the JSON."""
    names = ("convention", "batch", "dtype", "device")
    return {name: value for name, value in report.facts().items() if name in names}


def settings_text(report: Report) -> str:
    """How all networks were counted, in a line."""
    from archcalc.analysis.facts import units

    settings = report.settings
    device = "" if settings.device is None else f", device {settings.device.name}"
    counted = f"batch {settings.batch:,}, dtype {settings.dtype}{device}"
    return f"{counted}; convention {settings_facts(report)['convention']}: {units(settings)}"
