"""The networks of the first years of deep learning, against their papers and what others count for them."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def rows(report, *columns, depth=None):
    """The rows of a table by the name of the layer."""
    table = report.table(columns, depth=depth, everything=True)
    return {name: values[0] if len(values) == 1 else values for name, *values in table.rows}


@pytest.mark.parametrize(
    ("name", "settings", "total", "expected"),
    [
        # torchvision 0.28: num_params 61,100,840 of alexnet, _ops 0.714.
        ("alexnet_owt", {}, "params", 61_100_840),
        ("alexnet_owt", {}, "macs", 714_188_480),
        # By hand, with 128 more filters in conv4: 128 * (9 * 384 + 1) in conv4 itself and 9 * 128 * 256 in conv5.
        ("alexnet_owt", {"widths": [64, 192, 384, 384, 256]}, "params", 61_838_248),
        ("perceptron", {}, "params", 401),  # a weight for each of the 20 x 20 photocells, and the threshold
        # As AlexNet's 60,965,224 (Caffe's bvlc_alexnet), whatever comes first, norm or pool.
        ("alexnet", {"groups": 2, "norm_first": True}, "params", 60_965_224),
        ("alexnet", {"groups": 2, "norm_first": True}, "macs", 724_406_816),
        # By hand: 14,208 + 614,656 + 885,120 + 1,327,488 + 884,992 + 37,752,832 + 16,781,312 + 4,097,000
        ("zfnet", {}, "params", 62_357_608),
        # By hand: 14,208 + 614,656 + 1,180,160 + 4,719,616 + 4,719,104 + 75,501,568 + 16,781,312 + 4,097,000
        ("zfnet", {"wide": True}, "params", 107_627_624),
        ("zfnet", {}, "depth", 8),  # "8 layer convnet model", figure 3
        # imgclsmob: nin_cifar10 966,986. Its 222.97M operations have more in them than convolutions.
        ("nin_cifar10", {}, "params", 966_986),
        ("nin_cifar10", {}, "macs", 222_486_528),
        ("nin_cifar10", {}, "depth", 9),
        # Caffe Model Zoo, nin_imagenet: "a snapshot of size 29MB"; 4 * 7,595,176 bytes are 28.97 MiB.
        ("nin", {}, "params", 7_595_176),
        ("nin", {}, "depth", 12),
        # By hand: 1,216 + 8,020 + 10,020 + 3,210
        ("convnetjs_cifar10", {}, "params", 22_466),
        # By hand: 8,224 + 32,832 + 36,928 + 1,606,144 and 513 an action; the 4 of Breakout, as in many programs.
        ("dqn", {}, "params", 1_693_362),
        ("dqn", {"actions": 4}, "params", 1_686_180),
        # By hand, beside Keras' summary of C3D_Sport1M_keras: 27,655,936 + 33,558,528 + 16,781,312 + 1,995,239
        ("c3d", {}, "params", 79_991_015),
        ("c3d", {"classes": 101}, "params", 78_409_573),
        ("c3d", {}, "macs", 38_548_959_232),  # "38.5 GFLOPs" in papers on action recognition
        # By hand: 5,629,500 + 90,100 + 120,100 + 150,100 + 602
        ("kim_cnn", {}, "params", 5_990_402),
        # Hand sum: 2048 * 512 + 12,000 * 512 + 4 * 512 * 1025 + 513 * 12,000; one bias a gate more for PyTorch.
        ("show_and_tell", {}, "params", 15_447_776),
        ("show_and_tell", {"two_biases": True}, "params", 15_449_824),
        # What programs for Koch et al. print: 38,951,745 (6,464 + 401,536 + 262,272 + 524,544 + 37,752,832 + 4,097).
        ("siamese", {}, "params", 38_951_745),
        ("siamese", {}, "depth", 6),
        # Keras' summary for the code of the post: "Total params: 4,385".
        ("conv_autoencoder", {}, "params", 4_385),
        # By hand: 785,000 + 500,500 + 125,250 + 7,530 + 7,750 + 125,500 + 501,000 + 784,784
        ("autoencoder", {}, "params", 2_837_314),
        # By hand: 392,500 + 2 * 10,020 + 10,500 + 392,784; and PyTorch's example: 652,824.
        ("vae", {}, "params", 815_824),
        ("vae", {"hidden": 400}, "params", 652_824),
        ("vae", {}, "macs", 814_000),
    ],
)
def test_totals(name, settings, total, expected):
    assert analyze(name, **settings).totals[total] == expected


# The sizes that the figures and tables of the papers print, channels first.
SHAPES = {
    # Zeiler and Fergus, figure 3: 110, 55, 26, 13, 6.
    "zfnet": {
        "conv1": [96, 110, 110],
        "pool1": [96, 55, 55],
        "conv2": [256, 26, 26],
        "pool2": [256, 13, 13],
        "conv5": [256, 13, 13],
        "pool5": [256, 6, 6],
    },
    # torchvision's alexnet: 55, 27, 13, 6.
    "alexnet_owt": {"conv1": [64, 55, 55], "conv2": [192, 27, 27], "conv5": [256, 13, 13], "pool5": [256, 6, 6]},
    # mavenlin's models: 54, 27, 13, 6 and 32, 16, 8.
    "nin": {"mlpconv1": [96, 54, 54], "pool1": [96, 27, 27], "pool3": [384, 6, 6], "mlpconv4": [1000, 6, 6]},
    "nin_cifar10": {"mlpconv1": [96, 32, 32], "pool1": [96, 16, 16], "pool2": [192, 8, 8], "mlpconv3": [10, 8, 8]},
    # Mnih et al., Methods: 32 filters of 8x8 with stride 4, 64 of 4x4 with stride 2, 64 of 3x3, 512 units.
    "dqn": {"conv1": [32, 20, 20], "conv2": [64, 9, 9], "conv3": [64, 7, 7], "fc4": [512], "q": [18]},
    # C3D_Sport1M_keras, summary.
    "c3d": {
        "pool1": [64, 16, 56, 56],
        "pool2": [128, 8, 28, 28],
        "pool3": [256, 4, 14, 14],
        "pool4": [512, 2, 7, 7],
        "pool5": [512, 1, 4, 4],
    },
    # Koch et al., figure 4.
    "siamese": {
        "first.conv1": [64, 96, 96],
        "first.pool1": [64, 48, 48],
        "first.conv2": [128, 42, 42],
        "second.pool2": [128, 21, 21],
        "second.conv3": [128, 18, 18],
        "second.pool3": [128, 9, 9],
        "second.conv4": [256, 6, 6],
        "second.fc": [4096],
        "same": [1],
    },
    "show_and_tell": {"sequence": [512, 21], "lstm": [512, 21], "logits": [12000, 21]},
    "conv_autoencoder": {"code": [8, 4, 4], "decoder3.conv": [16, 14, 14], "decoded": [1, 28, 28]},
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name):
    found = rows(analyze(name), "output") | rows(analyze(name), "output", depth=1)
    assert {layer: found[layer] for layer in SHAPES[name]} == SHAPES[name]


# --- LeNet-5 of 1998


# LeCun et al. 1998, section II.B. C1 "122,304 connections", S2 "12 trainable parameters", C3 "1,516 trainable
# parameters and 151,600 connections", S4 "32", C5 "48,120 trainable connections", F6 "10,164".
@pytest.mark.parametrize(
    ("layer", "output", "params", "connections"),
    [
        ("c1", [6, 28, 28], 156, 122_304),
        ("s2", [6, 14, 14], 12, 0),
        ("c3", [16, 10, 10], 1_516, 151_600),
        ("s4", [16, 5, 5], 32, 0),
        ("c5", [120, 1, 1], 48_120, 48_120),
        ("f6", [84], 10_164, 10_164),
        ("output", [10], 0, 0),
    ],
)
def test_lenet5_1998_layer(layer, output, params, connections):
    found = rows(analyze("lenet5_1998"), "output", "params", "connections", depth=1)
    assert found[layer] == [output, params, connections]


def test_lenet5_1998_totals():
    # Page 8: "LeNet-5 contains 340,908 connections, but only 60,000 trainable free parameters": 5,880 of S2, 2,000 of
    # S4 and 840 of the output are none here.
    totals = analyze("lenet5_1998").totals
    assert totals["params"] == 60_000
    assert totals["connections"] == 340_908 - 5_880 - 2_000 - 840
    assert totals["buffers"] == 840


# LeCun et al. 1998, Table I: the rows are the maps of S2, a mark for each of the 16 maps of C3 that sees it.
TABLE_I = """
X...XXX..XXXX.XX
XX...XXX..XXXX.X
XXX...XXX..X.XXX
.XXX..XXXX..X.XX
..XXX..XXXX.XX.X
...XXX..XXXX.XXX
"""


def test_lenet5_1998_connects_c3_as_table_1():
    graph = archcalc.load("lenet5_1998")
    seen = {0: list(range(6))}  # of each map of C3, the maps of S2 that come to it
    maps = {}
    for index, layer in enumerate(graph.layers):
        if layer.op_name == "slice":
            maps[index] = list(range(layer.op.begin, layer.op.end))
        elif layer.op_name == "concat":
            maps[index] = [number for source in layer.inputs for number in maps.get(source, [])]
        elif layer.op_name == "conv" and layer.path.startswith("c3."):
            seen[int(layer.path.split(".")[1])] = maps[layer.inputs[0]]
    found = ["".join("X" if row in seen[column] else "." for column in range(16)) for row in range(6)]
    assert found == TABLE_I.split()


# --- x-vectors


# Snyder et al. 2018, Table 1: "total context" and "input x output".
@pytest.mark.parametrize(
    ("layer", "context", "weights"),
    [
        ("frame1", 5, 120 * 512),
        ("frame2", 9, 1536 * 512),
        ("frame3", 15, 1536 * 512),
        ("frame4", 15, 512 * 512),
        ("frame5", 15, 512 * 1500),
        ("segment6", None, 3000 * 512),
        ("segment7", None, 512 * 512),
        ("softmax_layer", None, 512 * 7205),
    ],
)
def test_xvector_layer(layer, context, weights):
    found = rows(analyze("xvector"), "receptive_field", "weights")[layer]
    assert found == [[context] if context else "global", weights]


def test_xvector_params():
    # "4.2 million parameters" without segment7 and the softmax layer, section 2.1.
    found = rows(analyze("xvector"), "params")
    assert sum(found.values()) - found["segment7"] - found["softmax_layer"] == 4_204_508


# --- a graph that shares, and one that has heads


def test_siamese_counts_parameters_once_and_work_twice():
    found = rows(analyze("siamese"), "params", "macs")
    assert found["first.conv2"] == [401_536, 708_083_712]
    assert found["second.conv2"] == [0, 708_083_712]


def test_vae_has_three_outputs():
    graph = archcalc.load("vae")
    assert [graph.layers[index].path for index in graph.outputs] == ["sigmoid", "mean.linear", "log_variance.linear"]
