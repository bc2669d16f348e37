"""Networks executed: everything observed is what is computed, and a wrong formula is found out."""

import json
from dataclasses import replace

import pytest

import archcalc
from archcalc.analysis import liveness
from archcalc.errors import ArchcalcError
from archcalc.graph.op import IN_PLACE, Weight, Work
from archcalc.graph.tensor import Tensor
from archcalc.ops import find
from archcalc.verification.execution import needed_bytes
from archcalc.verification.fields import compare_fields

BRANCHES = """
input: {image: [3, 21, 30], gate: [8]}
layers:
  - {conv: {filters: 8, kernel: [3, 2], stride: 2, padding: same, dilation: [2, 1]}, name: stem}
  - batch_norm
  - {relu: , name: first}
  - add:
      - - {conv: {filters: 8, kernel: 3, padding: 1, groups: 4}}
        - {depthwise_conv: {kernel: 5, padding: half}}
        - relu
      - []
  - {multiply: , from: [add, gate], name: gated}
  - {concat: , from: [gated, first], name: both}
  - {max_pool: {kernel: 3, stride: 2, ceil_mode: true}}
  - {conv_transpose: {filters: 6, kernel: [3, 4], stride: 2, padding: 1, output_padding: [1, 0], groups: 2}}
  - {upsample: {factor: [1, 2], mode: bilinear}}
  - {head: [{adaptive_avg_pool: [3, 4]}, flatten, {linear: 5}, softmax], name: side}
  - {slice: {begin: 1, end: 5}}
  - {avg_pool: {kernel: [2, 3], padding: [[0, 1], 1], count_include_pad: true}}
  - global_max_pool
  - {linear: 7}
""".replace("from: [add, gate]", "from: [sum, gate]").replace("      - []\n", "      - []\n    name: sum\n")

SEQUENCES = """
input: {words: [1, 11], image: [6, 5, 4]}
layers:
  - {embedding: {vocabulary: 9, width: 12}, from: words}
  - {positional_embedding: , name: text}
  - {lstm: {units: 6, bidirectional: true, layers: 2}}
  - {gru: {units: 12}}
  - {layer_norm: , name: normed}
  - {attention: {heads: 3}}
  - {add: , from: [attention, normed], name: sum}
  - {attention: {heads: 2, width: 8, value_width: 6, out: 10}, from: [sum, image], name: crossed}
  - gelu
  - {linear: 4}
  - {softmax: , name: scores}
  - {matmul: {transpose_b: true}, from: [scores, scores]}
"""
SEQUENCES = SEQUENCES.replace("  - {attention: {heads: 3}}", "  - {attention: {heads: 3}, name: attention}")

REGIONS = """
input: {left: [2, 12, 16], right: [2, 12, 16]}
blocks:
  tower: {layers: [{conv: {filters: 6, kernel: 3}}, batch_norm, relu]}
layers:
  - {tower: , from: left, name: a}
  - {tower: , from: right, name: b, shares: a}
  - {roi_align: {regions: 3, size: [2, 3]}, from: [a, b]}
  - {conv: {filters: 4, kernel: 2}}
  - flatten
  - {linear: 8, name: cell}
  - {linear: 8, repeat: 2, shares: cell}
  - {head: [{roi_pool: {regions: 2, size: 3}}, {conv: [2, 3]}], from: b, name: mask}
"""


@pytest.mark.parametrize("text", [BRANCHES, SEQUENCES, REGIONS], ids=["branches", "sequences", "regions"])
@pytest.mark.parametrize("exhaustive", [True, False], ids=["exhaustive", "fast"])
@pytest.mark.parametrize("batch", [1, 3])
def test_everything_observed_is_what_is_computed(text, exhaustive, batch):
    graph = archcalc.loads(text)
    found = archcalc.verify(graph, batch=batch, exhaustive=exhaustive)
    assert found.differences == []
    assert found.is_equal
    totals = archcalc.analyze(graph, batch=batch).totals
    assert found.totals["macs_executed"] == found.totals["macs"] == totals["macs"]
    assert found.totals["stored_observed"] == totals["activations"]
    assert 0 <= found.totals["macs_on_padding"] < found.totals["macs"]


@pytest.mark.parametrize("name", ["lenet5", "mobilenet_v1"])
def test_networks_of_the_zoo(name):
    sizes = {"resolution": 64} if name == "mobilenet_v1" else {}
    found = archcalc.verify(archcalc.load(name, **sizes))
    assert found.is_equal
    assert found.totals["weights_read"] == found.totals["weights"]


def test_taps_on_padding_are_told_apart():
    """A 3x3 kernel with a margin of 1 on 4 x 5 positions: 9 taps each, of which 4*3 - 2 by 5*3 - 2 are inside."""
    found = archcalc.verify(archcalc.loads("input: [2, 4, 5]\nlayers: [{conv: [3, 3, 1, 1]}]"))
    assert found.totals["macs_executed"] == 9 * 20 * 6
    assert found.totals["macs_executed"] - found.totals["macs_on_padding"] == 10 * 13 * 6


# What goes wrong in formulas, planted: (op, member, the wrong one, what the message names).
WRONG = [
    ("conv", "work", lambda self, y, x: Work(mac=y.elements * x.channels * 6), "mac operations"),  # forgotten groups
    ("conv", "work", lambda self, y, x: Work(mac=y.elements * 6 * 2), "add operations"),  # forgotten bias
    (
        "conv",
        "weights",
        lambda self, x: (Weight("kernel", (self.filters, x.channels, 3, 2), "weight"), Weight("bias", (6,), "bias")),
        "values of 'kernel'",
    ),
    ("conv", "output", lambda self, x: Tensor(self.filters, (x.size[1] // 2, x.size[0] // 2)), "output shape"),
    ("conv", "output", lambda self, x: Tensor(self.filters, (5, 6)), "output shape"),  # one stride too few
    ("relu", "work", lambda self, y, x: Work(), "compare operations"),
    ("conv", "storage", IN_PLACE, "stored values"),
]
SMALL = "input: [4, 9, 12]\nlayers: [{conv: {filters: 6, kernel: [3, 2], stride: 2, groups: 2}}, relu]"


@pytest.mark.parametrize(("op", "member", "wrong", "named"), WRONG, ids=[f"{w[0]}-{w[1]}-{w[3]}" for w in WRONG])
def test_a_wrong_formula_is_found_out(monkeypatch, op, member, wrong, named):
    assert archcalc.verify(archcalc.loads(SMALL)).is_equal
    monkeypatch.setattr(find(op), member, wrong)
    found = archcalc.verify(archcalc.loads(SMALL))
    assert not found.is_equal
    assert any(f"{op}: {named}: computed" in difference for difference in found.differences)


@pytest.mark.parametrize(
    "change",
    [
        lambda window: window._replace(size=tuple(n + 1 for n in window.size)),
        lambda window: window._replace(before=tuple(n + 1 for n in window.before)),
        lambda window: window._replace(stride=tuple(reversed(window.stride))),
    ],
    ids=["size", "before", "stride"],
)
def test_a_wrong_window_is_found_out(monkeypatch, change):
    text = "input: [2, 13, 18]\nlayers: [{conv: {filters: 3, kernel: [3, 2], stride: [1, 2]}}, {max_pool: 2}]"
    assert archcalc.verify(archcalc.loads(text)).is_equal
    conv = find("conv")
    right = conv.window
    monkeypatch.setattr(conv, "window", lambda self, y, x: change(right(self, y, x)))
    found = archcalc.verify(archcalc.loads(text))
    named = [difference.split(":")[1].strip() for difference in found.differences]
    assert [what for what in named if what == "receptive field"] == ["receptive field"] * 2


PATCHES = """
input: [3, 8, 12]
layers:
  - {conv: [5, 4, 4]}
  - {reshape: {shape: [5, 6]}}
  - {class_token: 2}
  - {crop: {cropping: [[1, 0]]}}
  - layer_norm
"""


def test_positions_put_in_or_left_out_keep_the_fields_of_the_others():
    # Patches as a sequence, as in a transformer: each sees its own 4x4 pixels, whatever is put before it.
    found = archcalc.verify(archcalc.loads(PATCHES))
    assert found.differences == []
    assert [layer["field_observed"] for layer in found.layers[1:]] == [[4, 4]] * 5


def test_a_layer_that_is_said_to_share_has_to_have_weights_of_that_shape():
    graph = archcalc.loads(REGIONS)
    layers = list(graph.layers)
    place = next(index for index, layer in enumerate(layers) if layer.path == "b.conv")
    shrunk = (Weight("kernel", (6, 2, 3, 2), "weight"), layers[place].weights[1])
    layers[place] = layers[place]._replace(weights=shrunk)
    found = archcalc.verify(replace(graph, layers=tuple(layers)))
    assert found.differences == ["b.conv: values of 'kernel': computed 72, observed 108"]


def test_a_pattern_selects_layers_and_nothing_else_is_run():
    found = archcalc.verify("vgg16", layers="conv5_*")
    assert [layer["name"] for layer in found.layers] == ["conv5_1", "conv5_2", "conv5_3"]
    assert found.totals["macs_executed"] == 3 * 462_422_016  # the lecture's table: 462M each
    assert found.is_equal


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": "conv9"}, "no layer matches 'conv9'"),
        ({"batch": 10**9}, "executing this network takes"),
        ({"batch": 0}, "the batch is 0, expected a whole number of at least 1"),
        ({"batch": "2"}, "the batch is the text '2', expected a whole number of at least 1"),
        ({"batch": True}, "the batch is true, expected a whole number of at least 1"),
    ],
)
def test_what_cannot_be_executed(arguments, message):
    with pytest.raises(ArchcalcError, match=message):
        archcalc.verify("lenet5", **arguments)


def test_the_scores_of_attention_are_memory_too():
    # 60,000 x 60,000 scores in each of 4 heads are 57.6 GB; everything else is below 4 MB.
    graph = archcalc.loads("input: [8, 60000]\nlayers: [{attention: {heads: 4}}]")
    scores = 4 * 4 * 60_000**2
    assert scores < needed_bytes(graph, 1, {0, 1}) < scores + 4_000_000
    assert needed_bytes(graph, 2, {0, 1}) > 2 * scores


def test_a_network_of_symbols_cannot_be_executed():
    from archcalc.algebra.symbols import symbol

    with pytest.raises(ArchcalcError, match="one network has to have one number each"):
        archcalc.verify(archcalc.loads("input: [C, 9, 9]\nvars: {C: 3}\nlayers: [{conv: [4, 3]}]", C=symbol("C")))


def test_memory_is_let_go_as_soon_as_it_is_not_needed():
    """Ten layers of 8 x 32 x 32 values: never more than an input, an output, weights and what a branch waits for."""
    chain = "input: [8, 32, 32]\nlayers: [{conv: {filters: 8, kernel: 3, padding: 1, bias: false}, repeat: 10}]"
    assert archcalc.verify(archcalc.loads(chain)).peak_bytes == 2 * 8 * 32 * 32 * 4 + 8 * 8 * 9 * 4


ALIVE = """
input: [4, 6, 5]
layers:
  - {conv: {filters: 8, kernel: 3, padding: half}, name: stem}
  - {head: [global_avg_pool, {linear: 3}], name: side}
  - add:
      - - relu
        - {conv: {filters: 8, kernel: 1}}
        - batch_norm
      - []
  - relu
  - {roi_align: {regions: 3, size: 2}}
  - {slice: {part: 1, parts: 2}}
  - {transpose: [1, 0, 2]}
  - {gelu: }
  - flatten
  - {reshape: [2, 8]}
  - {dropout: 0.1}
"""


def test_what_is_alive_is_observed():
    """Branches, an output that stays, work in place that has to copy, views and regions, in a batch."""
    found = archcalc.verify(archcalc.loads(ALIVE), batch=3)
    assert found.differences == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        # all in place write outputs of their own: relu would read 8*6*5 values and write as many, in a batch of 3
        (
            {"_overwrites": lambda graph, index, mode: False},
            "relu: bytes alive: computed 5,796, observed 2,916",
        ),
        # views as tensors of their own
        ({"VIEW": "none"}, "flatten: bytes alive: computed"),
    ],
)
def test_a_wrong_liveness_is_found_out(monkeypatch, wrong, named):
    for name, value in wrong.items():
        monkeypatch.setattr(liveness, name, value)
    differences = archcalc.verify(archcalc.loads(ALIVE), batch=3).differences
    assert any(difference.startswith(named) for difference in differences), differences


def test_progress_is_told():
    told = []
    archcalc.verify("lenet5", progress=lambda done, total, path: told.append((done, total, path)))
    assert [done for done, _, _ in told] == list(range(15))
    assert {total for _, total, _ in told} == {14}
    assert told[-1][2] == "softmax"


def test_json():
    parsed = json.loads(archcalc.verify("lenet5").to_json())
    assert parsed["is_equal"] is True
    assert parsed["differences"] == []
    assert parsed["totals"]["macs_executed"] == 416_520
    assert parsed["layers"][1]["macs_on_padding"] == 0
    assert parsed["peak_bytes"] > 0


DEEP = """
input: [3, 16, 16]
layers:
  - {conv: {filters: 4, kernel: 3, padding: 1}, repeat: 8}
  - {conv: {filters: 4, kernel: 3, padding: 4, dilation: 4}, name: last}
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda window: window._replace(
            size=tuple(n + 8 for n in window.size), before=tuple(n + 4 for n in window.before)
        ),
        lambda window: window._replace(spacing=(1, 1)),
        lambda window: "chosen",
    ],
    ids=["size", "spacing", "word"],
)
def test_a_wrong_window_is_found_out_where_every_field_meets_padding(monkeypatch, change):
    assert archcalc.verify(archcalc.loads(DEEP)).is_equal
    conv = find("conv")
    right = conv.window
    monkeypatch.setattr(
        conv, "window", lambda self, y, x: (change if self.dilation == 4 else lambda window: window)(right(self, y, x))
    )
    found = archcalc.verify(archcalc.loads(DEEP))
    assert not found.is_equal
    assert any(difference.startswith("last: own window: computed") for difference in found.differences)


def test_fields_of_very_many_positions_are_not_followed():
    # 900,000 positions by 3,000 of the input would be a table of 2.7 GB.
    graph = archcalc.loads("input: [1, 3000]\nlayers: [{upsample: 300, name: up}]")
    fields = compare_fields(graph)
    assert [field.is_equal for field in fields] == [True, None]


def test_shared_weights_are_counted_once():
    found = archcalc.verify(archcalc.loads(REGIONS))
    owned = archcalc.analyze(archcalc.loads(REGIONS)).totals
    assert found.totals["weights_read"] == found.totals["weights"] == owned["params"] + owned["buffers"]


def test_fields_that_were_seen_in_part_are_told():
    text = "input: [1, 9, 9]\nlayers: [{conv: {filters: 1, kernel: 9, padding: half}, repeat: 2}]"
    notes = archcalc.verify(archcalc.loads(text)).table().notes
    # the second field is 17 positions, of which 9 are there: no position has all of them
    assert "receptive fields that reach into padding everywhere, compared inside the image: 1" in notes


def test_an_input_that_nothing_reads_is_not_alive():
    text = "input: {a: [2, 3, 1], b: [3, 3, 1]}\nlayers: [{concat: , from: [a, a], name: x}, {leaky_relu: , from: x}]"
    assert archcalc.verify(archcalc.loads(text)).is_equal
