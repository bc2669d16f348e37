"""Xception against its paper and Keras."""

import pytest

import archcalc


def report():
    return archcalc.analyze(archcalc.load("xception"))


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("params", 22_855_952),  # Chollet, CVPR 2017, Table 3
        ("macs", 8_357_403_496),  # timm 1.0, legacy_xception
        # "36 convolutional layers", 34 of them separable, which are two here, and the classifier
        ("depth", 71),
    ],
)
def test_totals(total, expected):
    assert report().totals[total] == expected


def test_params_of_keras():
    # The Keras table of lecture CS409 unit 7, line 215: 22,910,480
    totals = report().totals
    assert totals["params"] + totals["buffers"] == 22_910_480


@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        # Figure 5: 19x19x728 in the middle, 2048-dimensional vectors at the end; Keras 3: params and sizes
        ("block1_conv1", [32, 149, 149], 928),
        ("block1_conv2", [64, 147, 147], 18_560),
        ("block2", [128, 74, 74], 35_264),
        ("block3", [256, 37, 37], 136_064),
        ("block4", [728, 19, 19], 915_944),
        ("block5", [728, 19, 19], 1_613_976),
        ("block12", [728, 19, 19], 1_613_976),
        ("block13", [1024, 10, 10], 2_039_584),
        ("block14_sepconv1", [1536, 10, 10], 1_585_152),
        ("block14_sepconv2", [2048, 10, 10], 3_163_648),
        ("global_avg_pool", [2048], 0),
        ("predictions", [1000], 2_049_000),
    ],
)
def test_stage(layer, output, params):
    table = report().table(("output", "params"), depth=1, everything=True)
    assert {name: values for name, *values in table.rows}[layer] == [output, params]
