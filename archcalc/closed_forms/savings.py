"""What cheaper forms of every dense convolution would save: grouped, depthwise-separable, and behind a 1x1.

Each form is made of ops, and read by the formulas of those ops: with numbers for what it costs, with symbols for
the formula of its saving.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Graph
from archcalc.graph.op import BUFFER
from archcalc.graph.table import Column, Table
from archcalc.graph.tensor import Tensor
from archcalc.ops import find
from archcalc.record import Record
from archcalc.render.shown import Shown
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Any

DENSE, GROUPED, SEPARABLE, BOTTLENECK = "dense", "grouped", "separable", "bottleneck"
ALL = "all of them"
COLUMNS = (
    Column("name", "layer", "dotted path of the convolution"),
    Column("form", "form", "the convolution itself, or what could stand in its place"),
    Column("macs", "macs", "multiply-accumulates, for one example", "MAC"),
    Column("params", "params", "trainable values"),
    Column("saving", "saving", "how many times fewer MACs than the dense form"),
    Column("formula", "macs are", "its MACs as a part of the dense form's"),
    Column("params_formula", "weights are", "its weights as a part of the dense form's"),
)


class Form(Record):
    """One form of one convolution, or of all: its costs, and formulas of its parts of the dense one's."""

    name: str
    form: str
    macs: int
    params: int
    dense: int  # MACs of the dense form
    formulas: tuple[str, str] = ("", "")  # of its MACs, and of its weights

    @property
    def saving(self) -> str:
        """How many times fewer MACs than the dense form, to three digits.

        >>> Form("", "", 29_376, 0, 614_400).saving, Form("", "", 12_443_648, 0, 120_422_400).saving
        ('20.9x', '9.68x')
        """
        times = Fraction(self.dense, self.macs)
        digits = 3 - len(str(int(times)))
        scaled = round(times * 10 ** max(digits, 0))
        text = str(scaled).rjust(max(digits, 0) + 1, "0")
        return f"{text[:-digits]}.{text[-digits:]}x" if digits > 0 else f"{text}x"


class Savings(Shown):
    """The forms of all dense convolutions of a network; `layers` is a dict each, `totals` those of all together."""

    def __init__(self, graph: Graph, forms: Sequence[Form], groups: int):
        self.graph = graph
        self.groups = groups
        self._forms = forms
        self._sums = _sums(forms)

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict a form of a convolution."""
        return self.table()._replace(rows=tuple(map(_row, self._forms))).records()

    @property
    def totals(self) -> dict[str, dict[str, int]]:
        """MACs and params of all dense convolutions together, by the form they have; dense where it is impossible."""
        return {one.form: {"macs": one.macs, "params": one.params} for one in self._sums}

    def table(self) -> Table:
        """A row a form of a convolution, and the sums."""
        facts = {"name": self.graph.name, "source": self.graph.source, "groups": self.groups, "totals": self.totals}
        units = "MACs are multiply-accumulates for one example; C_in and C_out are channels, K the kernel's size"
        notes = (
            f"{ALL}: dense where a form is impossible",
            f"grouped: G={self.groups} groups; separable: depthwise, then 1x1; bottleneck: a 1x1 to r channels before",
            "the formulas hold for strides that divide the sizes, and for padding that keeps them",
        )
        return Table(facts, COLUMNS, tuple(map(_row, (*self._forms, *self._sums))), notes=notes, units=units)

    def to_json(self) -> str:
        """One JSON object with everything."""
        from archcalc.render.json import render

        return render(self.table()._replace(rows=tuple(map(_row, self._forms))))


def savings(
    spec: Graph | str | PathLike[str], /, *, groups: int = 2, width: int | None = None, **values: Any
) -> Savings:
    """Every dense convolution of a network beside its grouped, separable and bottlenecked forms.

    `groups` is the number of groups; `width` the channels behind the 1x1 of the bottleneck, half of the filters
    if it is not given. Convolutions of 1x1, and grouped ones, are left out. Raises ArchcalcError.

    >>> [form["saving"] for form in savings("vgg16").layers[:3]]  # of 3 channels
    ['1.00x', '7.89x', '0.09x']
    """
    for name, value in (("groups", groups), ("width", 1 if width is None else width)):
        if type(value) is not int or value < 1:
            raise ArchcalcError(f"{name} is {value}, expected a whole number of at least 1")
    if isinstance(spec, Graph) and values:
        raise ArchcalcError("a network that is loaded has its values", hint="give the path of its spec")
    graph = spec if isinstance(spec, Graph) else load(spec, **values)
    forms: list[Form] = []
    kinds = {layer.op_name for layer in graph.layers}
    for layer in graph.layers:
        if layer.op_name == "conv":
            of_layer = _forms(layer.path, layer.op, graph.input_tensors(layer)[0], groups, width)
            is_shared = layer.owner is not None
            forms += [one._replace(params=0) if is_shared else one for one in of_layer]
    if not forms:
        hint = "those with standardised weights (ws_conv) are left out" if "ws_conv" in kinds else None
        raise ArchcalcError(f"{graph.name} has no dense convolution larger than 1x1", hint=hint)
    return Savings(graph, forms, groups)


def _row(one: Form) -> tuple[Any, ...]:
    return one.name, one.form, one.macs, one.params, one.saving, *one.formulas


def _forms(path: str, op: Any, x: Tensor, groups: int, width: int | None) -> list[Form]:
    """The forms of one convolution, the dense one first; none if it is grouped or 1x1."""
    kernel, strides = (_per_axis(value, x) for value in (op.kernel, op.stride))
    sizes = (op.filters, op.groups, x.regions, *x.shape, *kernel, *strides)
    if not all(type(size) is int for size in sizes):
        raise ArchcalcError(f"{path} has sizes that are no whole numbers: savings are of numbers")
    if op.groups != 1 or all(size == 1 for size in kernel):
        return []
    reduced = max(1, op.filters // 2) if width is None else width
    dense = _costs([op], x)
    result = [Form(path, DENSE, *dense, dense[0])]
    for form, ops in _equivalents(op, groups, reduced).items():
        if form == GROUPED and (x.channels % groups or op.filters % groups or groups == 1):
            continue
        shown = {GROUPED: f"{form}, G={groups}", BOTTLENECK: f"{form}, r={reduced}"}.get(form, form)
        result.append(Form(path, shown, *_costs(ops, x), dense[0], _formulas(form, len(set(kernel)) == 1, strides)))
    return result


def _equivalents(op: Any, groups: Any, reduced: Any) -> dict[str, list[Any]]:
    """What could stand in the place of a convolution, as lists of ops."""
    conv, depthwise = find("conv"), find("depthwise_conv")
    windows = {"kernel": op.kernel, "stride": op.stride, "padding": op.padding, "dilation": op.dilation}
    return {
        GROUPED: [replace(op, groups=groups)],
        SEPARABLE: [depthwise(**windows, bias=False), conv(filters=op.filters, kernel=1, bias=op.bias)],
        BOTTLENECK: [conv(filters=reduced, kernel=1, bias=op.bias), op],
    }


def _costs(ops: Sequence[Any], x: Tensor) -> tuple[Any, Any]:
    """MACs and params of ops one behind the other."""
    macs: Any = 0
    params: Any = 0
    for op in ops:
        output = op.output(x)
        macs += op.work(output, x).mac * output.regions
        params += sum(weight.elements for weight in op.weights(x) if weight.role != BUFFER)
        x = output
    return macs, params


@lru_cache
def _formulas(form: str, is_square: bool, strides: tuple[int, ...]) -> tuple[str, str]:
    """The MACs, and the weights, of a form as parts of the dense one's, with symbols for channels and kernel."""
    from archcalc.algebra.symbols import symbol
    from archcalc.closed_forms.simple import divided, in_parts

    axes = range(1, len(strides) + 1)
    x = Tensor(symbol("C_in"), tuple(symbol(f"size{axis}") for axis in axes))
    kernel = tuple(symbol("K" if is_square else f"K{axis}") for axis in axes)
    padding = tuple((size - stride, 0) for size, stride in zip(kernel, strides, strict=True))  # outputs: size / stride
    dense = find("conv")(filters=symbol("C_out"), kernel=kernel, stride=strides, padding=padding, bias=False)
    ops = _equivalents(dense, symbol("G"), symbol("r"))[form]
    pairs = zip(_costs(ops, x), _costs([dense], x), strict=True)
    macs, weights = (in_parts(divided(cost) / divided(of_dense)) for cost, of_dense in pairs)
    return macs, weights


def _per_axis(value: Any, x: Tensor) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * len(x.size)


def _sums(forms: Sequence[Form]) -> list[Form]:
    """Each form for all convolutions together; the dense one where a form is impossible."""
    by_layer: dict[str, dict[str, Form]] = {}
    for one in forms:
        by_layer.setdefault(one.name, {})[one.form.partition(",")[0]] = one
    result = []
    for form in (DENSE, GROUPED, SEPARABLE, BOTTLENECK):
        chosen = [found.get(form, found[DENSE]) for found in by_layer.values()]
        macs, params, dense = (sum(getattr(one, name) for one in chosen) for name in ("macs", "params", "dense"))
        result.append(Form(ALL, form, macs, params, dense))
    return result
