"""EfficientNet against its paper, torchvision, Keras and timm."""

import pytest

import archcalc

KERAS = {"form": "keras"}


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


# torchvision: num_params, and _ops, GFLOPS that are multiply-accumulates. Tan and Le, Table 2, prints 5.3M, 7.8M, 9.2M,
# 12M, 19M, 30M, 43M and 66M: the 9.2M of B2 only with its running statistics.
@pytest.mark.parametrize(
    ("name", "resolution", "params", "macs", "giga"),
    [
        ("efficientnet_b0", 224, 5_288_548, 385_814_752, 0.386),
        ("efficientnet_b1", 240, 7_794_184, 686_802_832, 0.687),
        ("efficientnet_b2", 288, 9_109_994, 1_087_529_456, 1.088),  # torchvision's weights are used at 288
        ("efficientnet_b3", 300, 12_233_232, 1_827_141_392, 1.827),
        ("efficientnet_b4", 380, 19_341_616, 4_393_771_024, 4.394),
        ("efficientnet_b5", 456, 30_389_784, 10_266_384_752, 10.266),
        ("efficientnet_b6", 528, 43_040_704, 19_067_593_536, 19.068),
        ("efficientnet_b7", 600, 66_347_960, 37_745_884_192, 37.746),
    ],
)
def test_torchvision(name, resolution, params, macs, giga):
    totals = analyze(name, resolution=resolution).totals
    assert (totals["params"], totals["macs"], round(totals["macs"] / 1e9, 3)) == (params, macs, giga)


# Lecture CS409 unit 7, lines 239 to 245, and keras.io/api/applications for B7: running statistics included.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("efficientnet_b0", 5_330_571),
        ("efficientnet_b1", 7_856_239),
        ("efficientnet_b2", 9_177_569),
        ("efficientnet_b3", 12_320_535),
        ("efficientnet_b4", 19_466_823),
        ("efficientnet_b5", 30_562_527),
        ("efficientnet_b6", 43_265_143),
        ("efficientnet_b7", 66_658_687),
    ],
)
def test_keras(name, expected):
    totals = analyze(name, **KERAS).totals
    assert totals["params"] + totals["buffers"] == expected


def test_keras_has_seven_values_more():
    # Mean and variance of three colours, and how many values they are of.
    plain, keras = analyze("efficientnet_b0"), analyze("efficientnet_b0", **KERAS)
    assert keras.totals["buffers"] - plain.totals["buffers"] == 7
    assert keras.totals["params"] == plain.totals["params"]


# Table 1: channels of every stage of B0, and its size, which is that of the next row (Table 1 gives what enters).
# Params: torchvision's features.0 to features.8 and classifier.
@pytest.mark.parametrize(
    ("stage", "output", "params"),
    [
        ("stage1", [32, 112, 112], 928),
        ("stage2", [16, 112, 112], 1_448),
        ("stage3", [24, 56, 56], 16_714),
        ("stage4", [40, 28, 28], 46_640),
        ("stage5", [80, 14, 14], 242_930),
        ("stage6", [112, 14, 14], 543_148),
        ("stage7", [192, 7, 7], 2_026_348),
        ("stage8", [320, 7, 7], 717_232),
        ("stage9", [1280, 7, 7], 412_160),
        ("fc", [1000], 1_281_000),
    ],
)
def test_b0_stage(stage, output, params):
    rows = analyze("efficientnet_b0").table(("output", "params"), depth=1, everything=True).rows
    assert {name: values for name, *values in rows}[stage] == [output, params]


# Depths are rounded up, widths to multiples of 8: layers and channels of the seven stages of blocks in torchvision.
@pytest.mark.parametrize(
    ("name", "layers", "channels"),
    [
        ("efficientnet_b0", [1, 2, 2, 3, 3, 4, 1], [16, 24, 40, 80, 112, 192, 320]),
        ("efficientnet_b1", [2, 3, 3, 4, 4, 5, 2], [16, 24, 40, 80, 112, 192, 320]),
        ("efficientnet_b4", [2, 4, 4, 6, 6, 8, 2], [24, 32, 56, 112, 160, 272, 448]),
        ("efficientnet_b7", [4, 7, 7, 10, 10, 13, 4], [32, 48, 80, 160, 224, 384, 640]),
    ],
)
def test_compound_scaling(name, layers, channels):
    ends = [layer for layer in archcalc.load(name).layers if layer.path.endswith("project.batch_norm")]
    stages = [f"stage{i}" for i in range(2, 9)]
    of_stage = [[layer for layer in ends if layer.path.startswith(stage)] for stage in stages]
    assert [len(blocks) for blocks in of_stage] == layers
    assert [blocks[-1].output.channels for blocks in of_stage] == channels


# timm's tf_efficientnet_l2 (width 4.3, depth 5.3); Xie et al. 2020 and the lecture by Ratan, line 1275: 480M.
@pytest.mark.parametrize("resolution", [475, 800])
def test_l2(resolution):
    assert analyze("efficientnet_l2", resolution=resolution).totals["params"] == 480_309_308


def test_squeeze_is_a_quarter_of_what_enters():
    # torchvision, features.2.0: 16 channels enter, 96 are inside, 4 are squeezed: 96*4 + 4 and 4*96 + 96.
    layers = {layer["name"]: layer["params"] for layer in analyze("efficientnet_b0").layers}
    block = "stage3.block.0.transform.se.multiply.1"
    assert (layers[f"{block}.squeeze"], layers[f"{block}.excite"]) == (388, 480)


def test_b6_wide():
    # 316.6M by the width that its paper gives (5.0); it prints 390M.
    assert analyze("efficientnet_b6_wide").totals["params"] == 316_649_180
