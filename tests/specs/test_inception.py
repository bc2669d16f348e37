"""GoogLeNet as in torchvision, Inception v2, v3, v4 and Inception-ResNet v2 against the counts of others.

The paper's GoogLeNet stands in test_zoo.py. Every layer of these was compared with the reference that is named, in
order: shapes, parameters, and running statistics or multiply-accumulates.
"""

import pytest

import archcalc

TORCHVISION = "torchvision"


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def rows(report, *columns, depth=None):
    """The rows of a table by the name of the layer."""
    table = report.table(columns, depth=depth, everything=True)
    return {name: values[0] if len(values) == 1 else values for name, *values in table.rows}


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        # torchvision 0.28, googlenet: its num_params, the model with both auxiliary classifiers, 1.498 GFLOPS
        ("googlenet", {"form": "torchvision"}, {"params": 6_624_904, "macs": 1_498_376_192, "depth": 22}),
        ("googlenet", {"form": "torchvision", "aux": True}, {"params": 13_004_888, "macs": 1_506_748_416}),
        # Caffe's and PyTorch's BN-Inception (pretrained-models.pytorch, bninception), with biases
        ("inception_v2", {}, {"params": 11_295_240, "macs": 2_032_600_064}),
        # The appendix of the paper: "increases the maximum depth of the network by 9 weight layers", from 22 to
        # 31; and 3 more, as the number of 28x28 modules goes from 2 to 3.
        ("inception_v2", {}, {"depth": 34}),
        # The paper's first convolution is separable; no biases. By hand: 11,295,240 - 10,016 biases
        # - 9,408 + 147 * 8 + 24 * 64 weights in the first layer.
        ("inception_v2", {"form": "paper"}, {"params": 11_278_528, "depth": 35}),
        # torchvision 0.28, inception_v3: num_params, the model without its auxiliary classifier, 5.713 GFLOPS
        ("inception_v3", {"aux": True}, {"params": 27_161_264, "macs": 5_718_899_296}),
        ("inception_v3", {}, {"params": 23_834_568, "macs": 5_713_216_096, "depth": 48}),
        # The same with 120 classes: 880 * 2,049 fewer, with the auxiliary classifier 880 * 769 fewer again
        ("inception_v3", {"classes": 120}, {"params": 22_031_448}),
        ("inception_v3", {"classes": 120, "aux": True}, {"params": 24_681_424}),
        # timm 1.0, inception_v4 and inception_resnet_v2
        ("inception_v4", {}, {"params": 42_679_816, "macs": 12_253_974_624}),
        ("inception_resnet_v2", {"form": "timm"}, {"params": 55_843_464, "macs": 13_155_794_016}),
        # Keras 3, trainable_weights
        ("inception_v3", {"form": "keras"}, {"params": 23_817_352}),
        ("inception_resnet_v2", {}, {"params": 55_813_192, "macs": 13_155_794_016}),
    ],
)
def test_totals(name, settings, expected):
    totals = analyze(name, **settings).totals
    assert {total: totals[total] for total in expected} == expected


@pytest.mark.parametrize(
    ("name", "settings", "classifier", "expected"),
    [
        # The Keras table of lecture CS409 unit 7, lines 224 and 225
        ("inception_v3", {"form": "keras"}, 0, 23_851_784),
        ("inception_resnet_v2", {"form": "keras"}, 0, 55_873_736),
        # TensorFlow slim, inception_v2_test.py and inception_v3_test.py, testModelHasExpectedNumberOfParameters:
        # all variables but those of the classifier, 1,000 * (1,024 + 1) and 1,000 * (2,048 + 1)
        ("inception_v2", {"form": "slim"}, 1_025_000, 10_173_112),
        ("inception_v3", {"form": "keras"}, 2_049_000, 21_802_784),
    ],
)
def test_params_and_running_statistics(name, settings, classifier, expected):
    totals = analyze(name, **settings).totals
    assert totals["params"] + totals["buffers"] - classifier == expected


# --- GoogLeNet


@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        # torchvision 0.28, the sums over the submodules
        ("inception_3a", [256, 28, 28], 155_872),
        ("inception_3b", [480, 28, 28], 340_224),
        ("inception_4a", [512, 14, 14], 364_512),
        ("inception_4d", [528, 14, 14], 573_312),
        ("inception_4e", [832, 14, 14], 803_840),
        ("pool4", [832, 7, 7], 0),
        ("inception_5b", [1024, 7, 7], 1_347_040),
        ("fc", [1000], 1_025_000),
        ("aux_4a", [1000], 3_188_968),
        ("aux_4d", [1000], 3_191_016),
    ],
)
def test_googlenet_of_torchvision(layer, output, params):
    found = rows(analyze("googlenet", form=TORCHVISION, aux=True), "output", "params", depth=1)
    assert found[layer] == [output, params]


def test_googlenet_of_torchvision_has_no_5x5():
    layers = analyze("googlenet", form=TORCHVISION).layers
    kernels = {str(layer["attributes"]["kernel"]) for layer in layers if layer["op"] == "conv"}
    assert kernels == {"1", "3", "7"}


# --- Inception v2


# Ioffe and Szegedy 2015, figure 5: the output sizes; the channels behind (4c), (4d) and (4e) are printed as in
# TensorFlow slim, but the widths of the figure make those of Caffe.
@pytest.mark.parametrize(
    ("layer", "printed", "caffe"),
    [
        ("pool1", [64, 56, 56], [64, 56, 56]),
        ("conv2", [192, 56, 56], [192, 56, 56]),
        ("pool2", [192, 28, 28], [192, 28, 28]),
        ("inception_3a", [256, 28, 28], [256, 28, 28]),
        ("inception_3b", [320, 28, 28], [320, 28, 28]),
        ("inception_3c", [576, 14, 14], [576, 14, 14]),
        ("inception_4a", [576, 14, 14], [576, 14, 14]),
        ("inception_4b", [576, 14, 14], [576, 14, 14]),
        ("inception_4c", [576, 14, 14], [608, 14, 14]),
        ("inception_4d", [576, 14, 14], [608, 14, 14]),
        ("inception_4e", [1024, 7, 7], [1056, 7, 7]),
        ("inception_5a", [1024, 7, 7], [1024, 7, 7]),
        ("inception_5b", [1024, 7, 7], [1024, 7, 7]),
        ("global_avg_pool", [1024], [1024]),
    ],
)
def test_inception_v2_stage(layer, printed, caffe):
    found = [rows(analyze("inception_v2", form=form), "output", depth=1)[layer] for form in ("slim", "caffe", "paper")]
    assert found == [printed, caffe, caffe]


# --- Inception v3


@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        # Sizes: Szegedy et al. 2016, Table 1 (there the input of a row). Parameters: torchvision 0.28.
        ("conv_1a", [32, 149, 149], 928),
        ("conv_2a", [32, 147, 147], 9_280),
        ("conv_2b", [64, 147, 147], 18_560),
        ("pool_2", [64, 73, 73], 0),
        ("conv_3b", [80, 73, 73], 5_280),  # 71x71 in the paper, where this is 3x3
        ("conv_4a", [192, 71, 71], 138_624),
        ("pool_4", [192, 35, 35], 0),
        ("mixed_5b", [256, 35, 35], 255_904),
        ("mixed_5c", [288, 35, 35], 277_472),
        ("mixed_5d", [288, 35, 35], 285_152),
        ("mixed_6a", [768, 17, 17], 1_153_280),
        ("mixed_6b", [768, 17, 17], 1_297_408),
        ("mixed_6c", [768, 17, 17], 1_691_008),
        ("mixed_6d", [768, 17, 17], 1_691_008),
        ("mixed_6e", [768, 17, 17], 2_141_952),
        ("aux", [1000], 3_326_696),
        ("mixed_7a", [1280, 8, 8], 1_698_304),
        ("mixed_7b", [2048, 8, 8], 5_044_608),
        ("mixed_7c", [2048, 8, 8], 6_076_800),
        ("fc", [1000], 2_049_000),
    ],
)
def test_inception_v3_stage(layer, output, params):
    assert rows(analyze("inception_v3", aux=True), "output", "params", depth=1)[layer] == [output, params]


@pytest.mark.parametrize(
    ("layer", "output"),
    [
        # The comments in the forward of torchvision's InceptionAux
        ("aux.classifier.pool", [768, 5, 5]),
        ("aux.classifier.conv0.conv", [128, 5, 5]),
        ("aux.classifier.conv1.conv", [768, 1, 1]),
        ("aux.classifier.global_avg_pool", [768]),
    ],
)
def test_inception_v3_head(layer, output):
    assert rows(analyze("inception_v3", aux=True), "output")[layer] == output


# --- Inception v4 and Inception-ResNet v2


# Szegedy et al. 2017, figure 9 (there the sizes), and timm's sums over the modules
@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        ("stem", [384, 35, 35], 605_728),
        ("inception_a", [384, 35, 35], 4 * 317_632),
        ("reduction_a", [1024, 17, 17], 2_306_112),
        ("inception_b", [1024, 17, 17], 7 * 2_936_256),
        ("reduction_b", [1536, 8, 8], 2_747_392),
        ("inception_c", [1536, 8, 8], 3 * 4_553_088),
        ("global_avg_pool", [1536], 0),
        ("fc", [1000], 1_537_000),
    ],
)
def test_inception_v4_stage(layer, output, params):
    assert rows(analyze("inception_v4"), "output", "params", depth=1)[layer] == [output, params]


# Figure 3: the sizes beside the concatenations of the stem
@pytest.mark.parametrize(
    ("layer", "output"),
    [("mixed_3a", [160, 73, 73]), ("mixed_4a", [192, 71, 71]), ("mixed_5a", [384, 35, 35])],
)
def test_inception_v4_stem(layer, output):
    assert rows(analyze("inception_v4"), "output")[f"stem.{layer}"] == output


@pytest.mark.parametrize(
    ("form", "layer", "output"),
    [
        # The comments of Keras' inception_resnet_v2.py
        ("keras", "stem", [320, 35, 35]),
        ("keras", "block35", [320, 35, 35]),
        ("keras", "mixed_6a", [1088, 17, 17]),
        ("keras", "block17", [1088, 17, 17]),
        ("keras", "mixed_7a", [2080, 8, 8]),
        ("keras", "block8_last", [2080, 8, 8]),
        ("keras", "conv_7b", [1536, 8, 8]),
        # The stem of figure 3; the 1152 (misprinted 1154) of figure 17; 1152 + 384 + 288 + 320
        ("paper", "stem_v4", [384, 35, 35]),
        ("paper", "block17", [1152, 17, 17]),
        ("paper", "block8_last", [2144, 8, 8]),
        ("paper", "global_avg_pool", [2144]),
    ],
)
def test_inception_resnet_v2_stage(form, layer, output):
    assert rows(analyze("inception_resnet_v2", form=form), "output", depth=1)[layer] == output


# Figure 15: 5 x, 10 x and 5 x; Keras: 10, 20 and 10. Each ends in a convolution with a bias.
@pytest.mark.parametrize(("form", "modules"), [("paper", 20), ("keras", 40), ("timm", 40)])
def test_inception_resnet_v2_modules(form, modules):
    layers = analyze("inception_resnet_v2", form=form).layers
    assert sum(layer["op"] == "scale" for layer in layers) == modules
    assert sum(layer["op"] == "conv" and layer["attributes"].get("bias", True) for layer in layers) == modules
