"""Two networks layer by layer: which layers correspond, what changed in them, and what the changes add up to."""

from __future__ import annotations

from archcalc.comparison.matching import match
from archcalc.comparison.networks import (
    columns_of,
    default_columns,
    label_of,
    reports_of,
    settings_facts,
)
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Input
from archcalc.graph.op import attributes
from archcalc.graph.table import SUM
from archcalc.record import Record
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Any

    from archcalc.analysis.device import Device
    from archcalc.comparison.matching import Pair
    from archcalc.comparison.networks import Network
    from archcalc.graph.graph import Graph, Layer
    from archcalc.graph.table import Table
    from archcalc.report import Report

FORMAT_VERSION = 1
DEFAULT_COLUMNS = ("params", "macs")
# What became of a layer: of its own, or only because what flows into it did.
CHANGED, FOLLOWS, ADDED, REMOVED, EQUAL = "changed", "follows", "added", "removed", "equal"


class Change(Record):
    """What became of one layer; `a` or `b` is None if only the other network has it.

    `what` maps an attribute, or another property of the layer itself, to its two values; `values` has a pair of
    numbers for each column, 0 where there is no layer.
    """

    kind: str
    a: Layer | None
    b: Layer | None
    what: dict[str, tuple[Any, Any]]
    values: tuple[tuple[Any, Any], ...]

    @property
    def layer(self) -> Layer:
        """The layer as it is now, or was if it is gone."""
        layer = self.a if self.b is None else self.b
        assert layer is not None  # noqa: S101
        return layer

    @property
    def differences(self) -> tuple[Any, ...]:
        """By how much each column changes."""
        return tuple(after - before for before, after in self.values)


class Difference(Shown):
    """What is different between two networks A and B; `str()` is the table, in a notebook it shows itself as HTML.

    `changes` has a `Change` for every layer of either, in order, the equal ones too; `totals` maps each column to a
    dict of the totals `a` and `b` and their `difference`.

    >>> diff("resnet18", "resnet34").totals["params"]
    {'a': 11689512, 'b': 21797672, 'difference': 10108160}
    """

    def __init__(self, a: Report, b: Report, labels: tuple[str, str], columns: Sequence[str] | None = None):
        self.a, self.b = a, b
        if isinstance(labels, str) or not hasattr(labels, "__len__") or len(labels) != 2:
            raise ArchcalcError(f"found the labels {labels!r}, expected two names")
        self.labels = labels
        names = default_columns(a.settings, DEFAULT_COLUMNS) if columns is None else columns
        self.columns = columns_of(names, a, (SUM,), "total that is a sum over the layers")
        b.analysis.require(self.columns)
        self.changes = _changes(self)

    @property
    def totals(self) -> dict[str, dict[str, Any]]:
        """The totals of A and B by column, and what B has more."""
        pairs = {name: (self.a.analysis.total(name), self.b.analysis.total(name)) for name in self.columns}
        return {name: {"a": a, "b": b, "difference": b - a} for name, (a, b) in pairs.items()}

    @property
    def is_equal(self) -> bool:
        """Whether no layer is different."""
        return all(change.kind == EQUAL for change in self.changes)

    def count(self, kind: str) -> int:
        """How many layers were `changed`, `added`, `removed`, are `equal`, or differ as what they get does: `follows`.

        >>> diff("vgg16", "vgg19").count("added")
        6
        """
        return sum(change.kind == kind for change in self.changes)

    def table(self, everything: bool = False) -> Table:
        """A row for what changed, and the totals; with `everything` a row for every layer that differs.

        Else whole blocks that are new, or gone, or only follow from what flows into them, are one row.
        """
        from archcalc.comparison.difference_table import table

        return table(self, everything)

    def to_frame(self) -> Any:
        """A pandas DataFrame of every layer that differs, indexed by its path."""
        from archcalc.render.frame import render

        return render(self.table(everything=True))

    def to_json(self) -> str:
        """One JSON object: `a` and `b`, every layer that differs, the totals, and how many layers are equal."""
        from archcalc.comparison.difference_table import json_table
        from archcalc.render.json import render

        facts = {"format_version": FORMAT_VERSION, "a": _side(self.labels[0], self.a)}
        facts |= {"b": _side(self.labels[1], self.b), **settings_facts(self.a)}
        return render(json_table(self, facts))


def _side(label: str, report: Report) -> dict[str, Any]:
    facts = report.facts()
    return {"spec": label, **{name: facts[name] for name in ("name", "source", "input", "vars")}}


def _changes(difference: Difference) -> list[Change]:
    a, b = difference.a, difference.b
    pairs = match(a.graph, b.graph)
    columns = [(a.analysis.values[name], b.analysis.values[name]) for name in difference.columns]
    alike = _Alike(a.graph, b.graph, pairs)
    changes = []
    for i, j in pairs:
        values = tuple((0 if i is None else mine[i], 0 if j is None else other[j]) for mine, other in columns)
        before = None if i is None else a.graph.layers[i]
        after = None if j is None else b.graph.layers[j]
        what: dict[str, tuple[Any, Any]] = {}
        if i is None or j is None:
            kind = ADDED if i is None else REMOVED
        else:
            what = alike.what(i, j)
            is_same = a.graph.layers[i].output == b.graph.layers[j].output and all(x == y for x, y in values)
            kind = CHANGED if what else EQUAL if is_same else FOLLOWS
        changes.append(Change(kind, before, after, what, values))
    return changes


class _Alike:
    """Compares layers that correspond; what they refer to is the same if it corresponds too."""

    def __init__(self, a: Graph, b: Graph, pairs: Sequence[Pair]):
        self.a, self.b = a, b
        self.partner = {j: i for i, j in pairs if i is not None and j is not None}
        self.matched = set(self.partner.values())

    def what(self, i: int, j: int) -> dict[str, tuple[Any, Any]]:
        """What is different in two layers themselves, by name."""
        a, b = self.a.layers[i], self.b.layers[j]
        found: dict[str, tuple[Any, Any]] = {}
        if a.op_name != b.op_name:
            found["op"] = a.op_name, b.op_name
        elif isinstance(a.op, Input) and a.output != b.output:
            found["shape"] = list(a.output.shape), list(b.output.shape)
        else:
            mine, other = attributes(a.op), attributes(b.op)
            found |= {name: (mine[name], other[name]) for name in mine if not _is_same(mine[name], other[name])}
        if self._is_rewired(a, b):
            names = [
                [graph.layers[index].path for index in layer.inputs] for graph, layer in ((self.a, a), (self.b, b))
            ]
            found["inputs"] = names[0], names[1]
        if a.owner != (None if b.owner is None else self.partner.get(b.owner, -1)):
            owners = [
                None if x.owner is None else graph.layers[x.owner].path for graph, x in ((self.a, a), (self.b, b))
            ]
            found["shares"] = owners[0], owners[1]
        ends = i in self.a.outputs, j in self.b.outputs
        return {**found, "is_output": ends} if ends[0] != ends[1] else found

    def _is_rewired(self, a: Layer, b: Layer) -> bool:
        """Whether the inputs are others that both networks have; what is new or gone has a row of its own."""
        mine = [self._source(self.a, index, self.matched) for index in a.inputs]
        other = [self._source(self.b, index, self.partner) for index in b.inputs]
        if not self.matched.issuperset(mine) or not all(index in self.partner for index in other):
            return False
        return mine != [self.partner[index] for index in other]

    def _source(self, graph: Graph, index: int, matched: Any) -> int:
        """Where an input comes from, before whatever was put in, or taken out, on the way."""
        while index not in matched and len(graph.layers[index].inputs) == 1:
            index = graph.layers[index].inputs[0]
        return index


def _is_same(a: Any, b: Any) -> bool:
    """Whether two values of an attribute are equal; 3 and [3, 3] are, as one number stands for every axis."""
    if isinstance(a, tuple) != isinstance(b, tuple):
        each, one = (a, b) if isinstance(a, tuple) else (b, a)
        return all(_is_same(value, one) for value in each)
    return bool(a == b)


def diff(
    a: Network,
    b: Network,
    /,
    columns: Sequence[str] | None = None,
    *,
    labels: tuple[str, str] | None = None,
    batch: int = 1,
    dtype: str = "float32",
    convention: str = "macs",
    device: Device | str | PathLike[str] | None = None,
) -> Difference:
    """What is different between two networks: graphs, or paths or names of specs.

    `columns` are any whose total is a sum over the layers; `labels` what to call the two. Raises ArchcalcError.

    >>> from archcalc.spec import load
    >>> paper = load("resnet50", stride_in="1x1")
    >>> [change.layer.path for change in diff(paper, "resnet50", ["macs"]).changes if any(change.differences)]
    ['conv3.0.add.0.a.conv', 'conv4.0.add.0.a.conv', 'conv5.0.add.0.a.conv']
    """
    options = {"batch": batch, "dtype": dtype, "convention": convention, "device": device}
    reports = reports_of((a, b), options)
    return Difference(reports[0], reports[1], labels or (label_of(a), label_of(b)), columns)
