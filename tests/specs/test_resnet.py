"""Residual networks and what was made of them, against their papers and against counts by others.

Where a count is that of a framework, the layers have also been compared one by one, in order: output shapes and
params of every layer that trains anything, with torchvision 0.28, timm 1.0 and Keras 3.
"""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def totals(name, *columns, **settings):
    found = analyze(name, **settings).totals
    return [found[column] for column in columns]


# torchvision 0.28: parameters, and the GFLOPS of its table of weights (multiply-accumulates, in 1e9).
@pytest.mark.parametrize(
    ("name", "params", "macs", "gflops"),
    [
        ("resnet18", 11_689_512, 1_814_073_344, "1.814"),
        ("resnet34", 21_797_672, 3_663_761_408, "3.664"),
        ("resnet50", 25_557_032, 4_089_184_256, "4.089"),
        ("resnet101", 44_549_160, 7_801_405_440, "7.801"),
        ("resnet152", 60_192_808, 11_513_626_624, "11.514"),
        ("wide_resnet50_2", 68_883_240, 11_398_021_120, "11.398"),
        ("wide_resnet101_2", 126_886_696, 22_753_050_624, "22.753"),
        ("resnext50_32x4d", 25_028_904, 4_230_479_872, "4.230"),
        ("resnext101_32x8d", 88_791_336, 16_414_015_488, "16.414"),
        ("resnext101_64x4d", 83_455_272, 15_460_270_080, "15.460"),
    ],
)
def test_torchvision(name, params, macs, gflops):
    assert totals(name, "params", "macs") == [params, macs]
    assert f"{macs / 1e9:.3f}" == gflops


# Lecture CS409 unit 7, the table of keras.io/api/applications: params and running statistics together.
@pytest.mark.parametrize(
    ("name", "settings", "params", "parameters"),
    [
        ("resnet50", {"form": "keras"}, 25_583_592, 25_636_712),
        ("resnet101", {"form": "keras"}, 44_601_832, 44_707_176),
        ("resnet152", {"form": "keras"}, 60_268_520, 60_419_944),
        ("resnet50_v2", {}, 25_568_360, 25_613_800),
        ("resnet101_v2", {}, 44_577_896, 44_675_560),
        ("resnet152_v2", {}, 60_236_904, 60_380_648),
    ],
)
def test_keras(name, settings, params, parameters):
    trained, buffers = totals(name, "params", "buffers", **settings)
    assert (trained, trained + buffers) == (params, parameters)


# He et al. 2016, Table 1, FLOPs: multiply-adds, with the stride in the first 1x1; 3.8 is cut off, not rounded.
@pytest.mark.parametrize(
    ("name", "settings", "macs", "depth"),
    [
        ("resnet18", {}, 1_814_073_344, 18),  # 1.8e9
        ("resnet34", {"shortcut": "A"}, 3_644_493_824, 34),  # 3.6e9
        ("plain34", {}, 3_644_493_824, 34),  # 3.6e9, figure 3
        ("resnet50", {"form": "paper"}, 3_857_973_248, 50),  # 3.8e9
        ("resnet101", {"form": "paper"}, 7_570_194_432, 101),  # 7.6e9
        ("resnet152", {"form": "paper"}, 11_282_415_616, 152),  # 11.3e9
    ],
)
def test_table_1(name, settings, macs, depth):
    assert totals(name, "macs", "depth", **settings) == [macs, depth]


# Output sizes of Table 1, and the params of torchvision's conv1 with bn1, layer1 to layer4, and fc.
@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("resnet18", [9_536, 147_968, 525_568, 2_099_712, 8_393_728, 513_000]),
        ("resnet34", [9_536, 221_952, 1_116_416, 6_822_400, 13_114_368, 513_000]),
        ("resnet101", [9_536, 215_808, 1_219_584, 26_090_496, 14_964_736, 2_049_000]),
        ("resnet152", [9_536, 215_808, 2_339_840, 40_613_888, 14_964_736, 2_049_000]),
        ("resnext50_32x4d", [9_536, 205_824, 1_197_056, 7_022_592, 14_544_896, 2_049_000]),
        ("wide_resnet50_2", [9_536, 634_368, 3_482_624, 20_736_000, 41_971_712, 2_049_000]),
    ],
)
def test_stages(name, params):
    table = analyze(name).table(("output", "params"), depth=1)
    found = {row[0]: row[1:] for row in table.rows}
    stages = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc")
    assert [found[stage][1] for stage in stages] == params
    sizes = [[112, 112], [56, 56], [28, 28], [14, 14], [7, 7], []]
    assert [found[stage][0][1:] for stage in stages] == sizes


# The shortcuts of section 3.3. By hand, from option B, where torchvision counts: without the projections of conv3,
# conv4 and conv5 (8,448 + 33,280 + 132,096), and with those of the 13 units that keep their shape.
@pytest.mark.parametrize(
    ("shortcut", "params", "projections"),
    [("A", 21_623_848, 0), ("B", 21_797_672, 3), ("C", 22_716_840, 16)],
)
def test_resnet34_shortcuts(shortcut, params, projections):
    report = analyze("resnet34", shortcut=shortcut)
    names = [layer["name"] for layer in report.layers if layer["name"].endswith("projection.conv")]
    assert (report.totals["params"], len(names)) == (params, projections)


def test_zeros_of_option_a():
    # Every second pixel, then the channels twice; conv2 of the bottlenecks needs four times the channels.
    found = {layer.path: layer.output.shape for layer in archcalc.load("resnet50", shortcut="A").layers}
    assert found["conv2.0.add.1.zeros.double.0"] == (128, 56, 56)
    assert found["conv2.0.add.1.zeros.double.1"] == (256, 56, 56)
    assert found["conv3.0.add.1.zeros.subsample"] == (256, 28, 28)
    assert found["conv3.0.add.1.zeros.double.0"] == (512, 28, 28)


# He et al. 2016, Table 6: 0.27M, 0.46M, 0.66M, 0.85M, 1.7M and 19.4M params. With option B, imgclsmob's
# resnet20_cifar10 has 272,474, resnet56_cifar10 855,770 and resnet110_cifar10 1,730,714.
@pytest.mark.parametrize(
    ("name", "settings", "params", "depth"),
    [
        ("resnet20", {}, 269_722, 20),
        ("resnet20", {"depth": 32}, 464_154, 32),
        ("resnet20", {"depth": 44}, 658_586, 44),
        ("resnet56", {}, 853_018, 56),
        ("resnet110", {}, 1_727_962, 110),
        ("resnet1202", {}, 19_421_274, 1202),
        ("resnet20", {"shortcut": "B"}, 272_474, 20),
        ("resnet56", {"shortcut": "B"}, 855_770, 56),
        ("resnet110", {"shortcut": "B"}, 1_730_714, 110),
    ],
)
def test_cifar(name, settings, params, depth):
    assert totals(name, "params", "depth", **settings) == [params, depth]


@pytest.mark.parametrize(
    ("name", "settings", "params", "macs"),
    [
        # timm 1.0, resnetv2_50 and resnetv2_101: params, and multiply-accumulates summed over its layers.
        ("resnet50_v2", {"form": "torch"}, 25_549_352, 4_089_184_256),
        ("resnet101_v2", {"form": "torch"}, 44_541_480, 7_801_405_440),
        # timm, resnext101_32x4d. Xie et al. 2017, Table 1 for 50 layers: 25.0e6 params and 4.2e9 multiply-adds.
        ("resnext101_32x4d", {}, 44_177_704, 7_969_996_800),
        # timm, legacy_seresnet50 (stride in the first 1x1) and seresnet50. Hu et al. 2018 print 28.1M and 3.87e9;
        # see the test of its operations below.
        ("se_resnet50", {}, 28_088_024, 3_860_488_192),
        ("se_resnet50", {"form": "torchvision"}, 28_088_024, 4_091_699_200),
        # timm, legacy_seresnet101 and legacy_seresnext50_32x4d: a knob makes them of their plain networks.
        ("resnet101", {"form": "paper", "se": 16}, 49_326_872, 7_574_937_600),
        ("resnext50_32x4d", {"se": 16}, 27_559_896, 4_232_994_816),
        # timm, legacy_senet154
        ("senet154", {}, 115_088_984, 20_688_363_520),
    ],
)
def test_timm(name, settings, params, macs):
    assert totals(name, "params", "macs", **settings) == [params, macs]


def test_se_resnet50_operations():
    # Hu et al. 2018, Table 2 prints 3.86 GFLOPs for ResNet-50 and 3.87 for SE-ResNet-50: with what its pooling adds
    # up and its scaling multiplies, and without the sums and normalisations that both have.
    report = analyze("se_resnet50")
    macs, scaled = report.totals["macs"], 5_519_360  # by hand: 3*256*56*56 + 4*512*28*28 + 6*1024*14*14 + 3*2048*7*7
    gates = [layer for layer in report.layers if ".squeeze_excite." in layer["name"] and layer["op"] == "multiply"]
    assert (len(gates), sum(layer["activations"] for layer in gates)) == (16, scaled)
    assert f"{(macs + 2 * scaled) / 1e9:.2f}" == "3.87"


# Zagoruyko and Komodakis 2016, Table 4, in millions; imgclsmob's wrn28_10_cifar10 and wrn16_10_svhn have these.
@pytest.mark.parametrize(
    ("depth", "k", "params", "printed"),
    [
        (40, 1, 563_930, "0.6"),
        (40, 2, 2_243_546, "2.2"),
        (40, 4, 8_949_210, "8.9"),
        (40, 8, 35_748_314, "35.7"),
        (28, 10, 36_479_194, "36.5"),
        (28, 12, 52_517_850, "52.5"),
        (22, 8, 17_158_106, "17.2"),
        (22, 10, 26_797_914, "26.8"),
        (16, 8, 10_961_370, "11.0"),
        (16, 10, 17_116_634, "17.1"),
    ],
)
def test_wide_resnet_cifar(depth, k, params, printed):
    assert totals("wide_resnet28_10", "params", depth=depth, k=k) == [params]
    assert f"{params / 1e6:.1f}" == printed


def test_where_resnet_v2_halves_its_size():
    # Keras: conv2_block3_out, conv3_block4_out and conv4_block6_out are 28, 14 and 7; the Torch code has ResNet's.
    def sizes(form):
        table = analyze("resnet50_v2", form=form).table(("output",), depth=1)
        found = {row[0]: row[1] for row in table.rows}
        return [found[stage][1] for stage in ("conv2", "conv3", "conv4", "conv5")]

    assert sizes("keras") == [28, 14, 7, 7]
    assert sizes("torch") == [56, 28, 14, 7]


def test_resnet200():
    """The depths of ResNet-200: 200 layers with weights; without pre-activation they are timm's resnet200."""
    assert archcalc.analyze("resnet200_v2").totals["depth"] == 200
    plain = archcalc.analyze(archcalc.load("resnet50", depths=[3, 24, 36, 3]))
    assert plain.totals["params"] == 64_673_832  # timm 1.0.31
