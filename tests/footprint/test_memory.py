"""Memory term by term: papers, hand counts, and what must hold of any network."""

import json

import pytest

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.footprint.fitting import limit_bytes

MIB = 2**20

SMALL = """
input: [3, 4, 5]
layers:
  - {conv: {filters: 2, kernel: 1}, name: c}
  - {batch_norm: , name: n}
  - relu
  - {linear: 7, name: d}
"""
# 3*2 + 2, 2*2, and 2*7 + 7 trained values; 2*2 running statistics.
PARAMS, BUFFERS = 8 + 4 + 21, 4


@pytest.mark.parametrize(
    ("optimizer", "dtype", "weights", "expected"),
    [
        # bytes a parameter: itself, gradient, state, master
        ("sgd", "float32", None, (4, 4, 0, 0)),
        ("momentum", "float32", None, (4, 4, 4, 0)),
        ("adam", "float32", None, (4, 4, 8, 0)),
        ("adamw", "float64", None, (8, 8, 16, 0)),
        ("sgd", "float16", None, (2, 2, 0, 4)),
        # "16 bytes a parameter": Rajbhandari et al., ZeRO, SC 2020, section 3.1: 2 + 2, and K = 12 of Adam in mixed
        # precision: parameters, momentum and variance in float32
        ("adam", "bfloat16", None, (2, 2, 8, 4)),
        ("adamw", "bfloat16", "float8", (1, 1, 8, 4)),
        ("momentum", "bfloat16", "float32", (4, 4, 4, 0)),
    ],
)
def test_bytes_a_parameter(optimizer, dtype, weights, expected):
    terms = archcalc.memory(archcalc.loads(SMALL), optimizer=optimizer, dtype=dtype, weights=weights).terms
    names = ("parameters", "gradients", "optimizer_state", "master_weights")
    assert tuple(terms[name] for name in names) == tuple(PARAMS * each for each in expected)
    assert terms["buffers"] == BUFFERS * expected[0]


def test_zero_of_gpt2():
    """ZeRO, section 3.1: 1.5 billion parameters in mixed precision with Adam take at least 24 GB."""
    graph = archcalc.loads("input: [1500]\nlayers: [{linear: {units: 1000000, bias: false}}]")
    terms = archcalc.memory(graph, optimizer="adam", dtype="float16").terms
    names = ("parameters", "gradients", "optimizer_state", "master_weights")
    assert sum(terms[name] for name in names) == 24 * 10**9


# Iandola et al., SqueezeNet, arXiv:1602.07360, 2016, Table 2; its MB are MiB. Of the rows with Deep Compression the
# bits a weight are those that the size comes to: what pruning to 33% and Huffman codes save does not follow from the
# table's "8 bit" and "6 bit".
@pytest.mark.parametrize(
    ("name", "weights", "size_bytes", "printed"),
    [
        ("squeezenet1_0", "float32", 4_993_696, 4.8),
        ("squeezenet1_0", "4.43", 691_315, 0.66),
        ("squeezenet1_0", "3.16", 493_128, 0.47),
        # 8 and 6 bits alone, all weights kept, come to more than that
        ("squeezenet1_0", "int8", 1_248_424, 1.19),
        ("squeezenet1_0", 6, 936_318, 0.89),
    ],
)
def test_squeezenet_table(name, weights, size_bytes, printed):
    found = archcalc.memory(name, weights=weights).terms["file"]
    assert abs(found - size_bytes) <= 26  # a byte for each layer with weights that ends within a byte
    assert found >= size_bytes
    assert round(found / MIB, len(str(printed).partition(".")[2])) == printed


def test_alexnet_of_the_squeezenet_table():
    """Table 2 gives it 240MB: two digits of the bytes in MB, where its 4.8MB of SqueezeNet are MiB (4.99 MB)."""
    found = archcalc.memory(archcalc.load("alexnet", groups=2)).terms["file"]
    assert found == 243_860_896
    assert round(found / 10**6, -1) == 240


def test_the_memory_column_of_the_lecture():
    """The rows of the VGG-16 table add up to 15,237,608 values."""
    assert archcalc.memory("vgg16").terms["activations"] == 60_950_432


def test_terms_by_hand():
    """Batch 3; values: input 60, conv 40, norm 4 statistics a batch, relu 40, linear 7*20."""
    found = archcalc.memory(archcalc.loads(SMALL), batch=3, optimizer="momentum", dtype="float16")
    assert found.terms == {
        "parameters": 2 * 33,
        "buffers": 2 * 4,
        "file": 2 * 37,
        "activations": 2 * 3 * (60 + 40 + 40 + 140),
        "peak": 2 * 3 * (40 + 140),
        "peak_best_order": 2 * 3 * (40 + 140),
        "peak_copying": 2 * 3 * (40 + 140),
        "peak_fused": 2 * 3 * (40 + 140),
        "inference": 2 * 37 + 2 * 3 * 180,
        "gradients": 2 * 33,
        "optimizer_state": 4 * 33,
        "master_weights": 4 * 33,
        "saved": 2 * 3 * (60 + 40 + 40) + 4 * 4,
        "recomputed": 0,
        "training": 2 * 37 + 2 * 33 + 8 * 33 + 2 * 3 * 180,  # the peak: more than the 856 B that are saved
    }
    assert found.at == dict.fromkeys(("peak", "peak_best_order", "peak_copying", "peak_fused", "inference"), "d")


BLOCKS = """
input: [10]
blocks:
  wide:
    args: {units: }
    layers: [{linear: units}, gelu, {linear: 10}]
layers:
  - {wide: [30], name: a}
  - {wide: [50], name: b}
  - {linear: 4, name: head}
"""


@pytest.mark.parametrize(
    ("checkpoint", "saved", "again", "where"),
    [
        # of a wide block: its input, what the GELU read and what it left
        ([], (10 + 30 + 30) + (10 + 50 + 50) + 10, 0, None),
        (["a"], 10 + (10 + 50 + 50) + 10, 60, "a"),
        (["b"], (10 + 30 + 30) + 10 + 10, 100, "b"),
        (["a", "b"], 10 + 10 + 10, 100, "b"),
        (["*"], 10 + 10 + 10, 100, "b"),
    ],
)
def test_checkpoints(checkpoint, saved, again, where):
    found = archcalc.memory(archcalc.loads(BLOCKS), optimizer="sgd", checkpoint=checkpoint)
    assert (found.terms["saved"], found.terms["recomputed"]) == (4 * saved, 4 * again)
    assert found.at.get("recomputed") == where


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "googlenet", "vit_s_16"])
def test_checkpoints_of_all_top_blocks_save(name):
    graph = archcalc.load(name)
    tops = [path for path in graph.groups if not any(path.startswith(f"{other}.") for other in graph.groups)]
    plain = archcalc.memory(graph, optimizer="sgd", batch=4).terms
    found = archcalc.memory(graph, optimizer="sgd", batch=4, checkpoint=tops).terms
    assert found["saved"] < plain["saved"]
    assert found["training"] <= plain["training"] * 1.1  # a single block over all makes everything again


@pytest.mark.parametrize(
    ("name", "settings", "limit"),
    [
        ("resnet18", {}, "1GiB"),
        ("resnet18", {"optimizer": "adam", "dtype": "bfloat16"}, "1GiB"),
        ("resnet18", {"optimizer": "sgd", "checkpoint": ["conv2.*"]}, "700MB"),
        ("lenet5", {"dtype": "int4"}, "1MB"),
    ],
)
def test_the_largest_batch_fits_and_the_next_does_not(name, settings, limit):
    term = "training" if "optimizer" in settings else "inference"
    batch = archcalc.memory(name, fits=limit, **settings).largest_batch
    assert batch > 1
    assert archcalc.memory(name, batch=batch, **settings).terms[term] <= limit_bytes(limit)
    assert archcalc.memory(name, batch=batch + 1, **settings).terms[term] > limit_bytes(limit)


def test_shared_weights_count_once():
    shared = archcalc.loads("input: [10]\nlayers: [{linear: 10, name: a}, tanh, {linear: 10, name: b, shares: a}]")
    assert archcalc.memory(shared).terms["parameters"] == 4 * 110


def test_the_result():
    found = archcalc.memory("lenet5", batch=2, optimizer="adam", fits="1GiB")
    assert list(found.to_frame()["bytes"]) == list(found.terms.values())
    assert "<table" in found._repr_html_()
    parsed = json.loads(found.to_json())
    assert [row["term"] for row in parsed["terms"]] == list(found.terms)
    assert parsed["fits"]["batch"] == found.largest_batch
    assert sorted(found.order) == sorted(layer.path for layer in archcalc.load("lenet5").layers)


def test_layers_add_up_to_the_terms():
    settings = {"optimizer": "sgd", "weights": "float16", "checkpoint": ["conv2.*"]}
    found = archcalc.memory("resnet18", batch=2, **settings)
    terms = {"param_bytes": "parameters", "buffer_bytes": "buffers", "activation_bytes": "activations"}
    for column, term in (terms | {"saved_bytes": "saved"}).items():
        assert sum(layer[column] for layer in found.layers) == found.terms[term]
    assert max(layer["peak_memory"] for layer in found.layers) == found.terms["peak"]
    assert json.loads(found.to_json())["layers"] == found.layers


def test_symbols_and_arrays_are_refused():
    import numpy as np

    from archcalc.algebra.symbols import symbol

    text = "input: [C]\nvars: {C: 4}\nlayers: [{linear: 10, name: a}]"
    for value in (symbol("C"), np.array([1, 2])):
        with pytest.raises(ArchcalcError, match=r"the size of input is .*: memory is of one network, in numbers"):
            archcalc.memory(archcalc.loads(text, C=value))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dtype": "float31"}, "there is no dtype 'float31'; did you mean 'float32'?"),
        ({"batch": 0}, "the batch is 0, expected a whole number of at least 1"),
        ({"batch": 1.5}, "found 1.5, expected a whole number"),
        ({"weights": float("nan")}, "weights are stored as"),
        ({"weights": True}, "weights are stored as"),
        ({"fits": True}, "the memory to fit in is 'True', expected more than 0, such as 24GiB or 80GB"),
        ({"fits": "2**90"}, "the memory to fit in is '2\\*\\*90', expected more than 0"),
        ({"fits": 2**81}, "expected at most 2\\*\\*80 bytes"),
        ({"fits": -1}, "the memory to fit in is '-1', expected more than 0"),
        ({"optimizer": "adan"}, "there is no optimizer 'adan'; did you mean 'adam'?"),
        ({"optimizer": "adam", "weights": "int4"}, "weights of int4 are not trained: they have no gradients"),
        ({"checkpoint": ["a"]}, "checkpoints are of training: an optimizer is missing"),
        ({"checkpoint": ["a"], "optimizer": "sgd"}, "there is no block 'a'; this network has none"),
    ],
)
def test_wrong_input(settings, message):
    with pytest.raises(ArchcalcError, match=message.replace("?", "\\?")):
        archcalc.memory("lenet5", **settings)


FROZEN = "input: [64, 32, 32]\nlayers: [{leaky_relu: }, global_avg_pool, {linear: {units: 4, bias: false}}]"


def test_training_takes_at_least_the_forward_pass():
    """Nothing in front of the linear layer is kept for backward, but it is alive while it runs."""
    found = archcalc.memory(archcalc.loads(FROZEN), batch=10, optimizer="sgd", fits="10MB")
    assert found.terms["training"] > found.terms["inference"]
    assert found.largest_batch <= 10_000_000 // (64 * 32 * 32 * 4)


# The other factor is kept for the gradient of what is trained, what is not trained is not; counted with PyTorch 2.13.
@pytest.mark.parametrize(
    ("layers", "batch", "size_bytes"),
    [
        ("{conv: {filters: 2, kernel: 1, bias: false}, from: b, name: c}, {multiply: , from: [a, c]}", 1, 960),
        ("{conv: {filters: 2, kernel: 1, bias: false}, from: b, name: c}, {multiply: , from: [a, b, c]}", 2, 1920),
    ],
)
def test_factors_that_are_not_trained(layers, batch, size_bytes):
    """`a` and `b` are 2x10x6 in `b`: 480 B each; conv keeps b, the product keeps a (or a*b)."""
    graph = archcalc.loads(f"input: {{a: [2, 10, 6], b: [2, 10, 6]}}\nlayers: [{layers}]")
    assert archcalc.memory(graph, batch=batch, optimizer="sgd").terms["saved"] == size_bytes


def test_packed_values_of_a_batch():
    """Three values of 4 bits, two examples: 3 B together, not 2 B each."""
    report = archcalc.analyze(archcalc.loads("input: [3]\nlayers: [relu]"), batch=2, dtype="int4")
    assert report.analysis.total("activation_bytes") == 3


@pytest.mark.parametrize("settings", [{"weights": [4]}, {"checkpoint": [3]}, {"checkpoint": "conv1"}])
def test_wrong_types(settings):
    with pytest.raises(archcalc.ArchcalcError):
        archcalc.memory("lenet5", optimizer="adam", **settings)
