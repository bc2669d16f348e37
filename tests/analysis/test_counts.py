"""Parameters, work, activations, neurons and depth of a small network, every number counted by hand."""

import re

import pytest

import archcalc
from archcalc.analysis import MODULES, Analysis, Settings
from archcalc.analysis.device import Device
from archcalc.errors import ArchcalcError, Place
from archcalc.graph.graph import Graph, Input, Layer
from archcalc.graph.tensor import Tensor
from archcalc.ops import find

DEVICE = Device("a toy", "made up", {"float32": 1_000_000}, 1_000_000)
TEXT = """
input: [3, 8, 10]
layers:
  - {conv: {filters: 4, kernel: 3, padding: 1}, name: conv}       # 4 x 8 x 10
  - {batch_norm: , name: norm}
  - {relu: , name: relu}
  - {max_pool: 2, name: pool}                                     # 4 x 4 x 5
  - add:
      - []
      - - {conv: {filters: 4, kernel: 1, bias: false}, name: one}
    name: sum
  - {dropout: , name: drop}
  - {flatten: , name: flat}                                       # 80
  - {linear: 10, name: linear}
  - {softmax: , name: softmax}
"""

# fmt: off
COLUMNS = ("params", "weights", "biases", "buffers", "activations", "neurons", "connections", "depth")
COUNTS = {
    # 4 filters of 3*3*3 = 108 weights and 4 biases; 320 outputs; 108*80 = 8640 products, 320 biases added.
    "input":   (0, 0, 0, 0, 240, 0, 0, 0),
    "conv":    (112, 108, 4, 0, 320, 320, 8960, 1),
    # gamma and beta are trained, mean and variance kept; the output is stored.
    "norm":    (8, 0, 0, 8, 320, 0, 0, 1),
    "relu":    (0, 0, 0, 0, 0, 0, 0, 1),
    "pool":    (0, 0, 0, 0, 80, 0, 0, 1),
    # 16 weights at 20 positions.
    "sum.1.one": (16, 16, 0, 0, 80, 80, 320, 2),
    "sum":     (0, 0, 0, 0, 80, 0, 0, 2),
    "drop":    (0, 0, 0, 0, 0, 0, 0, 2),
    "flat":    (0, 0, 0, 0, 0, 0, 0, 2),
    "linear":  (810, 800, 10, 0, 10, 10, 810, 3),
    "softmax": (0, 0, 0, 0, 0, 0, 0, 3),
}
TOTALS = (946, 924, 14, 8, 1130, 410, 10090, 3)

KINDS = ("macs", "adds", "muls", "divs", "compares", "exps")
WORK = {
    "input":   (0, 0, 0, 0, 0, 0),
    "conv":    (8640, 320, 0, 0, 0, 0),
    "norm":    (0, 320, 320, 0, 0, 0),
    "relu":    (0, 0, 0, 0, 320, 0),
    "pool":    (0, 0, 0, 0, 240, 0),  # 80 windows of 4
    "sum.1.one": (320, 0, 0, 0, 0, 0),
    "sum":     (0, 80, 0, 0, 0, 0),
    "drop":    (0, 0, 0, 0, 0, 0),
    "flat":    (0, 0, 0, 0, 0, 0),
    "linear":  (800, 10, 0, 0, 0, 0),
    "softmax": (0, 9, 0, 10, 0, 10),
}
WORK_TOTALS = (9760, 739, 320, 10, 560, 10)
# fmt: on


def analyse(graph, columns, settings):
    analysis = Analysis(graph, settings)
    analysis.require(columns)
    return analysis


@pytest.fixture(scope="module")
def graph():
    return archcalc.loads(TEXT)


def table(graph, columns, **settings):
    analysed = analyse(graph, columns, Settings(**settings))
    paths = [layer.path for layer in graph.layers]
    return dict(zip(paths, zip(*(analysed.values[name] for name in columns), strict=True), strict=True)), analysed


def test_counts(graph):
    rows, analysed = table(graph, COLUMNS)
    merged = dict(zip(rows, COUNTS.values(), strict=True))
    assert list(rows.values()) == list(merged.values())
    assert tuple(analysed.total(name) for name in COLUMNS) == TOTALS


def test_work(graph):
    rows, analysed = table(graph, KINDS)
    assert list(rows.values()) == list(WORK.values())
    assert tuple(analysed.total(name) for name in KINDS) == WORK_TOTALS


def test_names_of_the_layers(graph):
    last_names = [layer.path.rpartition(".")[2] for layer in graph.layers]
    assert last_names == [path.rpartition(".")[2] for path in COUNTS]


@pytest.mark.parametrize(
    ("dtype", "total"),
    [("float64", 9040), ("float32", 4520), ("float16", 2260), ("bfloat16", 2260), ("int8", 1130)],
)
def test_bytes(graph, dtype, total):
    assert table(graph, ("activation_bytes",), dtype=dtype)[1].total("activation_bytes") == total


@pytest.mark.parametrize(
    ("column", "total"),
    [("params", 946), ("weights", 924), ("biases", 14), ("buffers", 8), ("depth", 3), ("macs", 29280), ("adds", 2217),
     ("muls", 960), ("divs", 30), ("compares", 1680), ("exps", 30), ("activations", 3390), ("activation_bytes", 13560),
     ("flops", 29280), ("neurons", 410), ("connections", 10090)],
)  # fmt: skip
def test_a_batch_of_three(graph, column, total):
    """What is per example triples; what belongs to the network does not."""
    assert table(graph, (column,), batch=3)[1].total(column) == total


@pytest.mark.parametrize(("convention", "total", "unit"), [("macs", 9760, "MAC"), ("flops", 19520, "FLOP")])
def test_conventions(graph, convention, total, unit):
    analysed = table(graph, ("flops",), convention=convention)[1]
    assert analysed.total("flops") == total
    assert analysed.columns["flops"].unit == unit
    assert convention in analysed.columns["flops"].heading


def test_the_unit_of_macs_is_the_mac_whatever_the_convention(graph):
    analysed = table(graph, ("macs",), convention="flops")[1]
    assert (analysed.columns["macs"].unit, analysed.total("macs")) == ("MAC", 9760)


@pytest.mark.parametrize(
    ("columns", "settings", "message"),
    [
        (("macz",), {}, "there is no column 'macz'; did you mean 'macs'?"),
        (("activations",), {"dtype": "float23"}, "there is no dtype 'float23'; did you mean 'float32'?"),
        (("flops",), {"convention": "mac"}, "there is no convention 'mac'; did you mean 'macs'?"),
    ],
)
def test_errors(graph, columns, settings, message):
    with pytest.raises(ArchcalcError, match=re.escape(message)):
        analyse(graph, columns, Settings(**settings))


@pytest.mark.parametrize("column", MODULES)
def test_every_column_alone(graph, column):
    """A column asks by itself for those that it needs, has a value a layer, and says what it is."""
    analysed = analyse(graph, [column], Settings(device=DEVICE))
    assert len(analysed.values[column]) == len(graph.layers)
    description = analysed.columns[column]
    assert description.name == column
    assert description.doc.strip()


def test_all_columns_together(graph):
    assert set(analyse(graph, [*MODULES, *MODULES], Settings(device=DEVICE)).columns) == set(MODULES)


def test_columns_without_a_total_have_none(graph):
    analysed = analyse(graph, ["name", "output", "receptive_field", "jump", "start"], Settings())
    assert [analysed.total(name) for name in analysed.values] == [None] * len(analysed.values)


def test_the_longest_path_counts():
    """Three layers with weights on one branch, one on the other; batch_norm has no WEIGHT."""
    text = """
    input: [2, 6, 5]
    layers:
      - add:
          - - conv: [2, 1]
            - batch_norm
            - conv: [2, 1]
            - conv: [2, 1]
          - - conv: [2, 1]
      - global_avg_pool
      - linear: 3
    """
    assert archcalc.analyze(archcalc.loads(text)).totals["depth"] == 4


def test_counts_are_exact_at_any_size():
    # 10**15 positions times 10**15 inputs and outputs.
    text = "input: [1000000000000000, 1000000000000000]\nlayers: [{conv: {filters: 1000000000000000, kernel: 1}}]"
    totals = archcalc.analyze(archcalc.loads(text)).totals
    assert totals["macs"] == 10**45
    assert totals["params"] == 1000000000000001000000000000000
    assert totals["activations"] == 2 * 10**30


# ---------------------------------------------------------------------------------------------
# Regions: what follows a region op is done once for every region.


def by_hand(regions):
    """[2, 6, 5] -> conv, on one image -> conv on regions of [4, 4, 3], the region op itself left out -> relu."""
    where = Place("by hand", 1, 1)
    image, cut = Tensor(2, (6, 5)), Tensor(4, (4, 3), regions)
    first, second = (find("conv")(filters=n, kernel=3) for n in (4, 5))
    relu = find("relu")()
    layers = (
        Layer("input", "input", Input(image), (), image, (), where),
        Layer("first", "conv", first, (0,), first.output(image), first.weights(image), where),
        Layer("cut", "identity", find("identity")(), (1,), cut, (), where),
        Layer("second", "conv", second, (2,), second.output(cut), second.weights(cut), where),
        Layer("relu", "relu", relu, (3,), second.output(cut), (), where),
    )
    return Graph("by hand", "", {}, {}, layers, (4,), {}, {})


@pytest.mark.parametrize(
    ("regions", "batch", "macs", "activations", "compares"),
    [
        # first: 4*18 weights at 4*3 positions; second: 5*36 weights at 2*1 positions, 10 outputs.
        (1, 1, [0, 864, 0, 360, 0], [60, 48, 0, 10, 0], 10),
        (7, 1, [0, 864, 0, 2520, 0], [60, 48, 0, 70, 0], 70),
        (7, 2, [0, 1728, 0, 5040, 0], [120, 96, 0, 140, 0], 140),
    ],
)
def test_regions(regions, batch, macs, activations, compares):
    analysed = analyse(by_hand(regions), ["macs", "activations", "compares", "params", "regions"], Settings(batch))
    assert analysed.values["macs"] == macs
    assert analysed.values["activations"] == activations
    assert analysed.values["compares"][-1] == compares
    assert analysed.values["params"] == [0, 76, 0, 185, 0]
    assert analysed.values["regions"] == [1, 1, regions, regions, regions]


@pytest.mark.parametrize(("regions", "neurons", "connections"), [(1, 58, 1282), (7, 118, 3502)])
def test_neurons_of_regions(regions, neurons, connections):
    """48 + 10 a region; 864 + 48 and 360 + 10 a region."""
    analysed = analyse(by_hand(regions), ["neurons", "connections"], Settings())
    assert (analysed.total("neurons"), analysed.total("connections")) == (neurons, connections)


@pytest.mark.parametrize(
    ("shape", "layer", "connections"),
    [
        # 3*5 weights and 5 biases at each of 4 positions.
        ([3, 4], "{conv: [5, 1]}", 4 * (15 + 5)),
        # Four gates of 5 units, each with 3 inputs and 5 of its own outputs, 4 steps; no other addition counts.
        ([3, 4], "{lstm: 5}", 4 * 4 * 5 * (3 + 5)),
        # Four projections of 2*2 weights at 4 positions, two products over 4*4 pairs of 2 channels.
        ([2, 4], "attention", 4 * 16 + 2 * 32),
    ],
)
def test_connections_are_products_and_biases_of_outputs(shape, layer, connections):
    assert analyse(archcalc.loads(f"input: {shape}\nlayers: [{layer}]"), ["connections"], Settings()).total(
        "connections"
    ) == connections  # fmt: skip
