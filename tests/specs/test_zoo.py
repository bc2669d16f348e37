"""Every network of the zoo against the paper that it stands beside, or against a count by others."""

from pathlib import Path

import pytest

import archcalc
from archcalc.spec.locate import zoo_folder, zoo_names

MAX_LINES = 120  # a spec must stay readable beside its paper


def analyze(name, batch=1, **settings):
    return archcalc.analyze(archcalc.load(name, **settings), batch=batch)


def rows(report, *columns, depth=None):
    """The rows of a table by the name of the layer."""
    table = report.table(columns, depth=depth, everything=True)
    return {name: values[0] if len(values) == 1 else values for name, *values in table.rows}


# --- all of them


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "lenet5", "mobilenet_v1", "resnet50", "vgg16"])
def test_zoo_has(name):
    assert name in zoo_names()


@pytest.mark.parametrize("name", zoo_names())
def test_spec_is_short_and_names_its_source(name):
    lines = Path(zoo_folder(), f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_LINES
    assert archcalc.load(name).source.strip()


@pytest.mark.parametrize("name", zoo_names())
def test_default_table_can_be_made(name):
    assert analyze(name).table().rows


# --- LeNet-5


# LeCun et al. 1998, section II.B. Where the network of the lectures differs, the paper's figure is beside it.
@pytest.mark.parametrize(
    ("layer", "output", "params", "connections"),
    [
        ("c1", [6, 28, 28], 156, 122_304),
        ("s2", [6, 14, 14], 0, 0),  # 12 and 5,880: the paper trains a factor and a bias for each map
        ("c3", [16, 10, 10], 2_416, 241_600),  # 1,516 and 151,600: there a map sees 3, 4 or 6 of the 6 below
        ("s4", [16, 5, 5], 0, 0),  # 32 and 2,000, as for S2
        ("c5", [120], 48_120, 48_120),  # "48,120 trainable connections"
        ("f6", [84], 10_164, 10_164),  # "10,164 trainable parameters"
        ("output", [10], 850, 850),  # the paper has 84 fixed values a class and no bias
    ],
)
def test_lenet5_layer(layer, output, params, connections):
    assert rows(analyze("lenet5"), "output", "params", "connections")[layer] == [output, params, connections]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("params", 61_706),  # 156 + 2,416 + 48,120 + 10,164 + 850; what implementations of it report
        ("weights", 61_470),
        ("macs", 416_520),  # 117,600 + 240,000 + 48,000 + 10,080 + 840
        ("depth", 5),
    ],
)
def test_lenet5_totals(total, expected):
    assert analyze("lenet5").totals[total] == expected


def test_lenet5_by_batch():
    # 64 times 416,520 and 9,118; the parameters stay.
    totals = analyze("lenet5", batch=64).totals
    assert (totals["macs"], totals["activations"], totals["params"]) == (26_657_280, 583_552, 61_706)


# --- AlexNet


# Lecture CS409 unit 7, lines 82-109; there H x W x C.
@pytest.mark.parametrize(
    ("layer", "output"),
    [
        ("input", [3, 227, 227]),
        ("conv1", [96, 55, 55]),
        ("pool1", [96, 27, 27]),
        ("norm1", [96, 27, 27]),
        ("conv2", [256, 27, 27]),
        ("pool2", [256, 13, 13]),
        ("norm2", [256, 13, 13]),
        ("conv3", [384, 13, 13]),
        ("conv4", [384, 13, 13]),
        ("conv5", [256, 13, 13]),
        ("pool5", [256, 6, 6]),  # MAX POOL3
        ("fc6", [4096]),
        ("fc7", [4096]),
        ("fc8", [1000]),
    ],
)
def test_alexnet_shape(layer, output):
    assert rows(analyze("alexnet"), "output")[layer] == output


@pytest.mark.parametrize(
    ("groups", "total", "expected"),
    [
        # One tower. Hand sum of 34,944 + 614,656 + 885,120 + 1,327,488 + 884,992 + 37,752,832 + 16,781,312
        # + 4,097,000; the one-column AlexNet of imgclsmob ("alexnet") has as many.
        (1, "params", 62_378_344),
        (1, "macs", 1_135_256_096),
        (1, "connections", 1_135_915_368),
        # Two GPUs, as in the paper ("60 million parameters") and in Caffe's bvlc_alexnet: 307,456, 663,936
        # and 442,624 in conv2, conv4 and conv5.
        (2, "params", 60_965_224),
        (2, "macs", 724_406_816),
        # The abstract's 630 million connections do not follow from this network: the convolutions have
        # 666 million by themselves, taps on padding included, and 613 million without those.
        (2, "connections", 725_066_088),
        # "eight learned layers", section 3.5
        (2, "depth", 8),
        # "650,000 neurons": 659,272, cut off after two digits. Groups do not change them.
        (1, "neurons", 659_272),
        (2, "neurons", 659_272),
    ],
)
def test_alexnet_totals(groups, total, expected):
    assert analyze("alexnet", groups=groups).totals[total] == expected


# Krizhevsky et al. 2012, caption of figure 2: 253,440-186,624-64,896-64,896-43,264-4096-4096-1000.
@pytest.mark.parametrize(
    ("layer", "neurons"),
    [
        # The caption's 253,440 is 55 x 48 x 96; the figure itself, 55 x 55 x 48 on each of two GPUs, gives this.
        ("conv1", 290_400),
        ("conv2", 186_624),
        ("conv3", 64_896),
        ("conv4", 64_896),
        ("conv5", 43_264),
        ("fc6", 4_096),
        ("fc7", 4_096),
        ("fc8", 1_000),
    ],
)
def test_alexnet_neurons(layer, neurons):
    assert rows(analyze("alexnet", groups=2), "neurons")[layer] == neurons


def test_alexnet_by_batch():
    # The paper trains with batches of 128: 128 times 724,406,816 and 1,049,571.
    totals = analyze("alexnet", groups=2, batch=128).totals
    assert (totals["macs"], totals["activations"]) == (92_724_072_448, 134_345_088)
    assert totals["params"] == 60_965_224


def test_alexnet_receptive_field():
    # google-research/receptive_field (Araujo, Norris and Sim, Distill 2019): alexnet_v2 195, stride 32, padding 64.
    pool5 = next(layer for layer in analyze("alexnet").layers if layer["name"] == "pool5")
    assert (pool5["receptive_field"], pool5["jump"], pool5["start"]) == ([195, 195], [32, 32], [-64, -64])


# --- GoogLeNet


# Szegedy et al. 2015, Table 1: output and, in millions, "ops". The multiply-accumulates round to the printed
# figure unless a comment says otherwise. The printed "params" are kept apart below, as few of them follow.
# Weights are hand sums over the columns of the table; params add one bias a filter.
@pytest.mark.parametrize(
    ("layer", "output", "weights", "params", "macs"),
    [
        ("conv1", [64, 112, 112], 9_408, 9_472, 118_013_952),  # 34M printed: a 7x7x3 kernel cannot have so few
        ("pool1", [64, 56, 56], 0, 0, 0),
        ("conv2_reduce", [64, 56, 56], 4_096, 4_160, 12_845_056),  # 360M with conv2
        ("conv2", [192, 56, 56], 110_592, 110_784, 346_816_512),
        ("pool2", [192, 28, 28], 0, 0, 0),
        ("inception_3a", [256, 28, 28], 163_328, 163_696, 128_049_152),  # 128M
        ("inception_3b", [480, 28, 28], 388_096, 388_736, 304_267_264),  # 304M
        ("pool3", [480, 14, 14], 0, 0, 0),
        ("inception_4a", [512, 14, 14], 375_552, 376_176, 73_608_192),  # 73M: cut off, not rounded
        ("inception_4b", [512, 14, 14], 448_512, 449_160, 87_908_352),  # 88M
        ("inception_4c", [512, 14, 14], 509_440, 510_104, 99_850_240),  # 100M
        ("inception_4d", [528, 14, 14], 604_672, 605_376, 118_515_712),  # 119M
        ("inception_4e", [832, 14, 14], 867_328, 868_352, 169_996_288),  # 170M
        ("pool4", [832, 7, 7], 0, 0, 0),
        ("inception_5a", [832, 7, 7], 1_042_432, 1_043_456, 51_079_168),  # 54M printed
        ("inception_5b", [1024, 7, 7], 1_442_816, 1_444_080, 70_697_984),  # 71M
        ("global_avg_pool", [1024], 0, 0, 0),
        ("fc", [1000], 1_024_000, 1_025_000, 1_024_000),  # 1M
    ],
)
def test_googlenet_module(layer, output, weights, params, macs):
    found = rows(analyze("googlenet"), "output", "weights", "params", "macs", depth=1)[layer]
    assert found == [output, weights, params, macs]


@pytest.mark.parametrize(
    ("module", "printed"),
    [
        # Table 1 prints, with K = 1024: 112K for both convolutions of conv2 and 159K for (3a), and 1000K
        # for linear; here they are exact. The others (2.7K, 380K, 364K, 437K, 463K, 580K, 840K, 1072K,
        # 1388K) are 0.2 to 7 % away from what the widths of the same row make; for conv1, 9.2K would be right.
        (["conv2_reduce", "conv2"], 112),
        (["inception_3a"], 159),
        (["fc"], 1000),
    ],
)
def test_googlenet_weights_in_units_of_1024(module, printed):
    weights = rows(analyze("googlenet"), "weights", depth=1)
    assert sum(weights[layer] for layer in module) // 1024 == printed


@pytest.mark.parametrize(
    ("aux", "total", "expected"),
    [
        # Caffe's bvlc_googlenet without its training heads, as caffejs and netscope count it.
        (False, "params", 6_998_552),
        (False, "weights", 6_990_272),
        (False, "macs", 1_582_671_872),  # "a computational budget of 1.5 billion multiply-adds", section 1
        # "22 layers deep when counting only layers with parameters", section 5
        (False, "depth", 22),
        (True, "depth", 22),
        # Hand count: 65,664 + 2,098,176 + 1,025,000 on (4a), 67,712 + 2,098,176 + 1,025,000 on (4d).
        (True, "params", 13_378_280),
        (True, "macs", 1_591_044_096),
    ],
)
def test_googlenet_totals(aux, total, expected):
    assert analyze("googlenet", aux=aux).totals[total] == expected


# Section 5: "resulting in a 4x4x512 output for the (4a), and 4x4x528 for the (4d) stage"
@pytest.mark.parametrize(
    ("layer", "output"),
    [
        ("aux_4a.classifier.pool", [512, 4, 4]),
        ("aux_4d.classifier.pool", [528, 4, 4]),
        ("aux_4a.classifier.conv", [128, 4, 4]),
        ("aux_4a.classifier.fc", [1024]),
        ("aux_4d.classifier.output", [1000]),
    ],
)
def test_googlenet_heads(layer, output):
    assert rows(analyze("googlenet", aux=True), "output")[layer] == output


def test_googlenet_outputs():
    # The main path first, then the heads.
    graph = archcalc.load("googlenet", aux=True)
    assert [graph.layers[index].path for index in graph.outputs] == [
        "softmax",
        "aux_4a.classifier.softmax",
        "aux_4d.classifier.softmax",
    ]


# --- ResNet-50


# He et al. 2016, Table 1: the sizes. Params by stage: torchvision's conv1 + bn1, layer1 to layer4, fc.
@pytest.mark.parametrize("stride_in", ["1x1", "3x3"])
@pytest.mark.parametrize(
    ("stage", "output", "params"),
    [
        ("conv1", [64, 112, 112], 9_536),
        ("pool1", [64, 56, 56], 0),
        ("conv2", [256, 56, 56], 215_808),
        ("conv3", [512, 28, 28], 1_219_584),
        ("conv4", [1024, 14, 14], 7_098_368),
        ("conv5", [2048, 7, 7], 14_964_736),
        ("fc", [1000], 2_049_000),
    ],
)
def test_resnet50_stage(stride_in, stage, output, params):
    assert rows(analyze("resnet50", stride_in=stride_in), "output", "params", depth=1)[stage] == [output, params]


@pytest.mark.parametrize(
    ("stride_in", "total", "expected"),
    [
        # torchvision.models.resnet50: 25,557,032 trainable, and 53,120 running statistics. Keras' 25,636,712
        # (lecture CS409 unit 7, line 218) adds the statistics and 26,560 biases of convolutions.
        ("3x3", "params", 25_557_032),
        ("1x1", "params", 25_557_032),
        ("3x3", "buffers", 53_120),
        # What NNI's counter gives for torchvision's resnet50.
        ("3x3", "macs", 4_089_184_256),
        # Table 1 prints 3.8 x 10^9 FLOPs (multiply-adds): cut off, not rounded. By hand, the stride in the
        # 3x3 costs 3 times 77,070,336 more: the first 1x1 of conv3, conv4 and conv5 at four times the size.
        ("1x1", "macs", 3_857_973_248),
        ("3x3", "depth", 50),
        ("1x1", "depth", 50),
    ],
)
def test_resnet50_totals(stride_in, total, expected):
    assert analyze("resnet50", stride_in=stride_in).totals[total] == expected


@pytest.mark.parametrize(
    ("stride_in", "first", "second"),
    [("1x1", [128, 28, 28], [128, 28, 28]), ("3x3", [128, 56, 56], [128, 28, 28])],
)
def test_resnet50_stride(stride_in, first, second):
    found = rows(analyze("resnet50", stride_in=stride_in), "output")
    assert found["conv3.0.add.0.a.conv"] == first
    assert found["conv3.0.add.0.b.conv"] == second


def test_resnet50_projects_once_a_stage():
    # Option B: projections only where dimensions increase, that is in the first block of each stage.
    paths = [layer.path for layer in archcalc.load("resnet50").layers]
    assert [path for path in paths if path.endswith("projection.conv")] == [
        "conv2.0.add.1.projection.conv",
        "conv3.0.add.1.projection.conv",
        "conv4.0.add.1.projection.conv",
        "conv5.0.add.1.projection.conv",
    ]


@pytest.mark.parametrize(
    ("stride_in", "size"),
    [
        # google-research/receptive_field (Distill 2019): resnet_v1_50 483. It has its strides at the end of the
        # stage before, but as here, all 3x3 of a stage come after the stride.
        ("1x1", 483),
        # By hand: the first 3x3 of conv3, conv4 and conv5 come before the stride, and see 8, 16 and 32 less.
        ("3x3", 427),
    ],
)
def test_resnet50_receptive_field(stride_in, size):
    last = next(layer for layer in analyze("resnet50", stride_in=stride_in).layers if layer["name"] == "conv5.2.add")
    assert (last["receptive_field"], last["jump"]) == ([size, size], [32, 32])


def test_resnet50_knows_two_places_for_the_stride():
    with pytest.raises(archcalc.ArchcalcError, match="expected one of: 1x1, 3x3"):
        archcalc.load("resnet50", stride_in="2x2")


# --- MobileNet v1


# Howard et al. 2017, Table 6 (alpha) and Table 7 (resolution), which print millions of multiply-adds and of
# parameters. At 160 the paper prints 290, slim's list 291; slim's 317 for 0.75 is wrong, the paper's 325 right.
@pytest.mark.parametrize(
    ("alpha", "resolution", "params", "macs"),
    [
        (1.0, 224, 4_231_976, 568_740_352),  # 4.2, 569
        (0.75, 224, 2_585_560, 325_400_448),  # 2.6, 325
        (0.5, 224, 1_331_592, 149_497_088),  # 1.3, 149
        (0.25, 224, 470_072, 41_030_272),  # 0.5, 41
        (1.0, 192, 4_231_976, 418_121_728),  # 4.2, 418
        (1.0, 160, 4_231_976, 290_675_200),  # 4.2, 290: cut off
        (1.0, 128, 4_231_976, 186_400_768),  # 4.2, 186
        # TensorFlow slim, mobilenet_v1.py: "Total: 1,800,144 106,002,432" for the convolutions, and here
        # 768,000 for the classifier, its 1,000 biases and two values for each of 8,208 normalised channels.
        (0.75, 128, 2_585_560, 106_770_432),
    ],
)
def test_mobilenet_variants(alpha, resolution, params, macs):
    totals = analyze("mobilenet_v1", alpha=alpha, resolution=resolution).totals
    assert (totals["params"], totals["macs"]) == (params, macs)


# 0.3 times 32, 64, 128, 256, 512 and 1024 is 9.6, 19.2, 38.4, 76.8, 153.6 and 307.2: rounded down, as in slim.
@pytest.mark.parametrize(
    ("layer", "channels"),
    [
        ("conv1.conv", 9),
        ("conv2.pointwise.conv", 19),
        ("conv3.pointwise.conv", 38),
        ("conv5.pointwise.conv", 76),
        ("conv7.pointwise.conv", 153),
        ("conv14.pointwise.conv", 307),
    ],
)
def test_mobilenet_width_is_rounded_down(layer, channels):
    assert archcalc.load("mobilenet_v1", alpha=0.3).layer(layer).output.channels == channels


# TensorFlow slim, docstring of nets/mobilenet_v1.py: weights and macs of every layer at alpha 1, 224.
@pytest.mark.parametrize(
    ("block", "depthwise", "pointwise"),
    [
        ("conv2", [288, 3_612_672], [2_048, 25_690_112]),
        ("conv3", [576, 1_806_336], [8_192, 25_690_112]),
        ("conv4", [1_152, 3_612_672], [16_384, 51_380_224]),
        ("conv5", [1_152, 903_168], [32_768, 25_690_112]),
        ("conv6", [2_304, 1_806_336], [65_536, 51_380_224]),
        ("conv7", [2_304, 451_584], [131_072, 25_690_112]),
        ("conv8", [4_608, 903_168], [262_144, 51_380_224]),
        ("conv9", [4_608, 903_168], [262_144, 51_380_224]),
        ("conv10", [4_608, 903_168], [262_144, 51_380_224]),
        ("conv11", [4_608, 903_168], [262_144, 51_380_224]),
        ("conv12", [4_608, 903_168], [262_144, 51_380_224]),
        ("conv13", [4_608, 225_792], [524_288, 25_690_112]),
        ("conv14", [9_216, 451_584], [1_048_576, 51_380_224]),
    ],
)
def test_mobilenet_block(block, depthwise, pointwise):
    found = rows(analyze("mobilenet_v1"), "weights", "macs")
    assert found[f"{block}.depthwise"] == depthwise
    assert found[f"{block}.pointwise.conv"] == pointwise


# Table 2: the share of each type of layer in multiply-adds and parameters, in percent. The parameters are
# those without normalisation and bias. It prints 1.19 for the first convolution, a slip: its column would
# add up to 99.29.
@pytest.mark.parametrize(
    ("ending", "macs", "weights"),
    [
        ("pointwise.conv", 94.86, 74.59),
        ("depthwise", 3.06, 1.06),
        ("conv1.conv", 1.91, 0.02),
        ("fc", 0.18, 24.33),
    ],
)
def test_mobilenet_shares(ending, macs, weights):
    report = analyze("mobilenet_v1")
    of_type = [layer for layer in report.layers if layer["name"].endswith(ending)]
    shares = [sum(layer[what] for layer in of_type) / report.totals[what] for what in ("macs", "weights")]
    assert [round(100 * share, 2) for share in shares] == [macs, weights]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        # Keras' MobileNet has 4,253,864 (lecture CS409 unit 7, line 226): 4,231,976 and these.
        ("buffers", 21_888),
        # "Counting depthwise and pointwise convolutions as separate layers, MobileNet has 28 layers", 3.2
        ("depth", 28),
        # 864 + 44,640 + 3,139,584 + 1,024,000: slim's 3,185,088 and the classifier.
        ("weights", 4_209_088),
    ],
)
def test_mobilenet_totals(total, expected):
    assert analyze("mobilenet_v1").totals[total] == expected


def test_mobilenet_receptive_field():
    # google-research/receptive_field (Araujo, Norris and Sim, Distill 2019): mobilenet_v1 315, stride 32. Its
    # padding, 126, is another: TensorFlow pads a stride of 2 at the end only.
    last = next(layer for layer in analyze("mobilenet_v1").layers if layer["name"] == "conv14.pointwise.conv")
    assert (last["receptive_field"], last["jump"], last["output"]) == ([315, 315], [32, 32], [1024, 7, 7])


def test_mobilenet_by_batch():
    totals = analyze("mobilenet_v1", batch=32).totals
    assert (totals["macs"], totals["params"], totals["depth"]) == (18_199_691_264, 4_231_976, 28)


def test_stem_has_the_path_of_the_documentation():
    assert archcalc.load("mobilenet_v1", alpha=0.5).layer("conv1.conv").output.shape == (16, 112, 112)
