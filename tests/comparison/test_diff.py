"""`archcalc.diff`: layers matched by structure, and differences that add up."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc import ArchcalcError
from archcalc.spec.locate import zoo_names


def rows(difference, everything=False):
    """Name and change of each row."""
    return [(row[0], row[2]) for row in difference.table(everything).rows]


def shown_sum(difference, name, everything=False):
    """What the rows of a column add up to; 0 if there is nothing to show but the totals."""
    table = difference.table(everything)
    names = [column.name for column in table.columns]
    return sum(row[names.index(name)] for row in table.rows) if name in names else 0


def sequential(*layers):
    return archcalc.loads("input: [8, 16, 16]\nlayers:\n" + "".join(f"- {layer}\n" for layer in layers))


def conv(filters, kernel=3):
    return f"conv: {{filters: {filters}, kernel: {kernel}, padding: half}}"


# ---------------------------------------------------------------------------------------------
# What the zoo's networks differ by.


def test_resnet50_of_the_paper_and_of_torchvision():
    # He et al., CVPR 2016, Table 1: 3.8e9; torchvision 0.28 gives resnet50 4.09 GFLOPS (1 a MAC). By hand: a 1x1
    # convolution of 256 -> 128 on 56x56 in place of 28x28 is 256*128*(3136 - 784) = 77,070,336 more; so twice again.
    found = archcalc.diff(archcalc.load("resnet50", stride_in="1x1"), archcalc.load("resnet50", stride_in="3x3"))
    assert found.totals["macs"] == {"a": 3_857_973_248, "b": 4_089_184_256, "difference": 231_211_008}
    assert found.totals["params"]["difference"] == 0
    assert rows(found) == [
        (f"conv{stage}.0.add.0.{name}.conv", f"stride {before} -> {after}")
        for stage in (3, 4, 5)
        for name, before, after in (("a", 2, 1), ("b", 1, 2))
    ]
    assert [row[-1] for row in found.table().rows] == [77_070_336, 0] * 3
    assert "macs: +231,211,008 by 3 conv (stride 2 -> 1)" in found.table().notes


def test_batch_normalisation_is_added_and_nothing_else():
    found = archcalc.diff("vgg16", archcalc.load("vgg16", batch_norm=True))
    assert {change for _, change in rows(found)} == {"added"}
    assert len(rows(found)) == found.count("added") == 13
    assert found.count("equal") == 41
    assert found.totals["params"]["difference"] == 2 * 4_224  # gamma and beta of the channels of 13 convolutions


def test_whole_blocks_are_one_row():
    # ResNet-34 has 3, 4, 6 and 3 units, ResNet-18 two of each: He et al., Table 1.
    found = archcalc.diff("resnet18", "resnet34")
    names = ["conv2.2", "conv3.2", "conv3.3", "conv4.2", "conv4.3", "conv4.4", "conv4.5", "conv5.2"]
    assert rows(found) == [(name, "added: 7 layers") for name in names]
    back = archcalc.diff("resnet34", "resnet18")
    assert rows(back) == [(name, "removed: 7 layers") for name in names]
    assert back.totals["params"]["difference"] == 11_689_512 - 21_797_672


def test_another_resolution_is_one_change_and_what_follows():
    found = archcalc.diff("resnet50", archcalc.load("resnet50", resolution=256))
    changes = rows(found)
    assert changes[0] == ("input", "shape 3x224x224 -> 3x256x256")
    assert changes[1:3] == [("conv1", "follows: 2 layers"), ("conv2", "follows: 32 layers")]
    assert found.count("changed") == 1
    assert len(changes) == 6


def test_networks_that_have_next_to_nothing_in_common():
    found = archcalc.diff("vgg16", "resnet50")
    changes = dict(rows(found))
    assert changes["conv1_1"] == "removed"
    assert changes["conv5"] == "added: 32 layers"
    assert found.totals["macs"]["difference"] == 4_089_184_256 - 15_470_264_320


def test_a_network_and_itself():
    found = archcalc.diff("resnet50", "resnet50")
    assert found.is_equal
    assert found.table().notes[0] == "no difference: all 176 layers are equal"
    assert "stride_in=3x3 (of 1x1, 3x3)" in found.table().notes[1]
    assert found.table(everything=True).rows == ()
    for shown in (str(found), found._repr_html_()):
        assert "4,089,184,256" in shown
    assert json.loads(found.to_json())["layers"] == []
    assert len(found.to_frame()) == 0


# ---------------------------------------------------------------------------------------------
# Which layers correspond.


def test_a_layer_put_in_leaves_the_others_what_they_are():
    # The language numbers layers of one name: what was conv_2 is conv_3 now, and the same layer.
    a = sequential(conv(8), "relu", conv(16), "relu", conv(32), "relu")
    b = sequential(conv(8), "relu", conv(16), "relu", conv(16), "relu", conv(32), "relu")
    found = archcalc.diff(a, b)
    assert rows(found) == [("conv_3", "added")]
    assert found.count("added") == 2  # a relu too, which adds 0


def test_all_of_them_wider():
    a = sequential(conv(32), "relu", conv(64), "relu", "global_avg_pool")
    b = sequential(conv(64), "relu", conv(128), "relu", "global_avg_pool")
    assert rows(archcalc.diff(a, b)) == [("conv", "filters 32 -> 64"), ("conv_2", "filters 64 -> 128")]


def test_other_names_for_the_same_layers():
    a = sequential(f"{{{conv(8)}, name: first}}", "relu", f"{{{conv(16)}, name: second}}", "relu")
    b = sequential(f"{{{conv(8)}, name: c1}}", "relu", f"{{{conv(24)}, name: c2}}", "relu")
    found = archcalc.diff(a, b)
    assert rows(found) == [("c2", "filters 16 -> 24")]
    assert found.table().notes[-1] == "layers that only have another name in B: 1"


def test_one_op_for_another():
    a = sequential(conv(8), "relu", conv(16))
    b = sequential(conv(8), "gelu", conv(16))
    assert rows(archcalc.diff(a, b)) == [("gelu", "op relu -> gelu")]


def test_an_int_and_a_list_of_it_are_one_attribute():
    assert archcalc.diff(sequential(conv(8, 3)), sequential(conv(8, "[3, 3]"))).is_equal
    assert rows(archcalc.diff(sequential(conv(8, 3)), sequential(conv(8, "[3, 1]")))) == [("conv", "kernel 3 -> 3x1")]


def test_other_wiring_of_the_same_layers():
    layers = "input: [8]\nlayers:\n- {linear: 8, name: a}\n- {linear: 8, name: b}\n- {linear: 8, name: c}\n"
    mine = archcalc.loads(layers + "- {add: , from: [a, c]}\n")
    other = archcalc.loads(layers + "- {add: , from: [b, c]}\n")
    assert rows(archcalc.diff(mine, other)) == [("add", "inputs a, c -> b, c")]


def test_other_outputs_of_the_same_layers():
    layers = """input: [8]
layers:
- {linear: 8, name: a}
- head: [{linear: 2}]
  name: side
- {linear: 2, from: a, name: b}
"""
    mine, other = archcalc.loads(layers), archcalc.loads(layers.replace("head", "sequence"))
    assert rows(archcalc.diff(mine, other)) == [("side.linear", "output of the network true -> false")]


def test_layers_in_another_order():
    # Two of the three stay where they are; the third went elsewhere, and the first has another input now.
    a, b = (
        archcalc.loads("input: [8]\nlayers:\n" + "".join(f"- {{linear: 8, name: {name}}}\n" for name in order))
        for order in ("pqr", "rpq")
    )
    found = archcalc.diff(a, b)
    kinds = [(change.kind, change.layer.path) for change in found.changes if change.layer.path != "input"]
    assert kinds[0] == ("added", "r")
    assert [path for _, path in kinds] == ["r", "p", "q", "r"]
    assert kinds[-1] == ("removed", "r")
    assert found.totals["params"]["difference"] == 0


def test_layers_that_add_nothing_are_named_if_they_store_anything():
    a = sequential(conv(8), "dropout", "max_pool: {kernel: 3, stride: 1, padding: 1}", conv(4))
    found = archcalc.diff(a, sequential(conv(8), conv(4)))
    assert rows(found) == [("max_pool", "removed")]
    assert found.table().notes[-1] == "not listed, as they add 0 to every difference here: 1 layer (--json lists them)"


def test_of_what_is_too_long_to_align_the_ends_are(monkeypatch):
    monkeypatch.setattr("archcalc.comparison.matching.MAX_ALIKE", 0)
    a, b = (
        sequential(*(line for count in filters for line in (conv(count), "relu")))
        for filters in ((8, 9, 10, 11), (8, 9, 7, 10, 11))
    )
    assert rows(archcalc.diff(a, b)) == [("conv_3", "added"), ("conv_4", "follows")]  # it reads 7 channels, not 9


def test_shared_weights_count_once():
    spec = "input: [8]\nlayers:\n- {linear: 8, name: a}\n- {linear: 8, name: b}\n"
    found = archcalc.diff(archcalc.loads(spec), archcalc.loads(spec.replace("name: b", "name: b, shares: a")))
    assert rows(found) == [("b", "shares none -> a")]
    assert found.totals["params"] == {"a": 144, "b": 72, "difference": -72}


def test_regions_are_part_of_a_shape():
    found = archcalc.diff(archcalc.load("faster_rcnn"), archcalc.load("fast_rcnn"), ["macs"])
    assert sum(sum(change.differences) for change in found.changes) == found.totals["macs"]["difference"]


# ---------------------------------------------------------------------------------------------
# Properties.

SMALL = [name for name in zoo_names() if name not in ("nasnet_a_large", "resnet1202", "pnasnet5_large")]
ADDED = ("params", "macs", "activations", "buffers", "saved_bytes")


@settings(max_examples=25)
@given(st.sampled_from(SMALL), st.sampled_from(SMALL), st.sampled_from([1, 3]))
def test_the_differences_add_up(a, b, batch):
    found = archcalc.diff(a, b, ADDED, batch=batch)
    for name in ADDED:
        expected = [archcalc.analyze(network, batch=batch).analysis.total(name) for network in (a, b)]
        assert found.totals[name] == {"a": expected[0], "b": expected[1], "difference": expected[1] - expected[0]}
        for whole in (True, False):
            assert shown_sum(found, name, whole) == expected[1] - expected[0]
    # Every layer of either is in one change, once, and in its order.
    for graph, mine in ((found.a.graph, "a"), (found.b.graph, "b")):
        paths = [getattr(change, mine).path for change in found.changes if getattr(change, mine) is not None]
        assert paths == [layer.path for layer in graph.layers]


@settings(max_examples=40)
@given(
    st.fixed_dictionaries(
        {}, optional={"stride_in": st.sampled_from(["1x1", "3x3"]), "se": st.sampled_from([0, 16]),
                      "shortcut": st.sampled_from(["A", "B", "C"]), "resolution": st.integers(32, 256),
                      "depths": st.lists(st.integers(1, 4), min_size=4, max_size=4), "classes": st.integers(1, 9)},
    )
)  # fmt: skip
def test_the_differences_add_up_for_any_vars(values):
    other = archcalc.load("resnet50", **values)
    found = archcalc.diff("resnet50", other, ["params", "macs"])
    expected = archcalc.analyze(other).totals
    assert shown_sum(found, "params") == expected["params"] - 25_557_032
    assert shown_sum(found, "macs") == expected["macs"] - 4_089_184_256
    back = archcalc.diff(other, "resnet50", ["params", "macs"])
    assert [found.count(kind) for kind in ("added", "removed")] == [back.count(kind) for kind in ("removed", "added")]


@pytest.mark.parametrize("name", ["resnet50", "siamese", "mask_rcnn", "densenet121", "lenet5", "nasnet_a_mobile"])
def test_a_network_is_equal_to_itself(name):
    assert archcalc.diff(name, name).is_equal


def test_large_networks_take_no_time():
    begin = time.perf_counter()
    large = archcalc.load("nasnet_a_large")
    found = archcalc.diff(large, archcalc.load("nasnet_a_large", resolution=299))
    assert len(found.changes) == 1264
    assert len(str(found).splitlines()) < 50
    assert shown_sum(found, "macs") == found.totals["macs"]["difference"] < 0
    # Unlike, without names, and thousands of layers: what cannot be aligned in time is removed and added.
    a = sequential(*(line for i in range(800) for line in (conv(8 + i * 3 % 7), "relu")))
    b = sequential(*(line for i in range(700) for line in (conv(8 + i * 2 % 5), "relu")))
    assert str(archcalc.diff(a, b))
    assert time.perf_counter() - begin < 20  # seconds; 2 of them on the slowest machine it was tried on


# ---------------------------------------------------------------------------------------------


def test_json():
    found = archcalc.diff("lenet5", archcalc.load("lenet5", classes=12), labels=("ten", "twelve"))
    parsed = json.loads(found.to_json())
    assert (parsed["a"]["spec"], parsed["b"]["spec"]) == ("ten", "twelve")
    assert parsed["b"]["vars"] == {"classes": 12}
    assert parsed["totals"]["params"] == {"a": 61_706, "b": 61_876, "difference": 170}  # 2 units of 84 and a bias
    (fc, softmax) = parsed["layers"]
    assert fc["what"] == {"units": [10, 12]}
    assert fc["output"] == [[10], [12]]
    assert fc["params"] == {"a": 850, "b": 1020, "difference": 170}
    assert softmax["change"] == "follows"
    assert parsed["equal"] == len(found.changes) - 2


def test_fractions_are_exact_until_they_are_shown():
    found = archcalc.diff("lenet5", "vgg16", ["bound_ms"], device="nvidia-v100-sxm2")
    assert sum(change.differences[0] for change in found.changes) == found.totals["bound_ms"]["difference"]
    assert "+2." in str(found)
    assert isinstance(json.loads(found.to_json())["totals"]["bound_ms"]["difference"], float)


def test_frame():
    frame = archcalc.diff("resnet18", "resnet34").to_frame()
    assert len(frame) == 56
    assert frame["params"].sum() == 21_797_672 - 11_689_512


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["depth"], "the column 'depth' has no total that is a sum over the layers; these have one: params"),
        (["output"], "the column 'output' has no total that is a sum"),
        (["paramz"], "there is no column 'paramz'; did you mean 'params'?"),
        ("params", "found the columns 'params', expected a list of names"),
        ([3], "found the columns [3], expected a list of names"),
        (3, "found the columns 3, expected a list of names"),
    ],
)
def test_wrong_columns(columns, message):
    with pytest.raises(ArchcalcError) as caught:
        archcalc.diff("vgg16", "vgg19", columns)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("labels", ["ab", ("a",), ("a", "b", "c"), 2])
def test_labels_are_two(labels):
    with pytest.raises(ArchcalcError, match="expected two names"):
        archcalc.diff("lenet5", "lenet5", labels=labels)


def test_a_residual_network_is_a_plain_one_with_shortcuts():
    """He et al. 2016, Figure 3: the same 34 layers with weights; what is added are sums and three projections."""
    layers = json.loads(archcalc.diff("plain34", "resnet34").to_json())["layers"]
    assert {layer["change"] for layer in layers} == {"added"}
    assert sorted(layer["op"] for layer in layers) == ["add"] * 16 + ["batch_norm"] * 3 + ["conv"] * 3
