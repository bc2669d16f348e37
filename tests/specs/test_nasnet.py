"""NASNet-A and PNASNet-5 against their papers, Keras and timm."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


@pytest.mark.parametrize(
    ("name", "settings", "params", "macs"),
    [
        # Keras 3, trainable_weights; Zoph et al. 2018, Table 3: 5.3 million parameters, 564 million
        # multiply-accumulates
        ("nasnet_a_mobile", {}, 5_289_978, 563_638_816),
        # timm 1.0, nasnetalarge; Table 2: 23.8 billion
        ("nasnet_a_large", {}, 88_753_150, 23_783_414_658),
        # timm 1.0, pnasnet5large; Liu et al. 2018, Table 5: 86.1 million, and 25.0 billion, which is 0.3 % more
        ("pnasnet5_large", {}, 86_057_668, 24_937_395_792),
        # Liu et al. 2018, Table 4, N = 3, F = 54: 5.1 million and 588 million, which is 0.2 % less
        ("pnasnet5_large", {"cells": 3, "filters": 54, "stem": 32, "resolution": 224}, 5_065_209, 589_394_320),
    ],
)
def test_totals(name, settings, params, macs):
    totals = analyze(name, **settings).totals
    assert (totals["params"], totals["macs"]) == (params, macs)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The Keras table of lecture CS409 unit 7, lines 237 and 238
        ("nasnet_a_mobile", 5_326_716),
        ("nasnet_a_large", 88_949_818),  # 88.9 million in Table 2 of the paper
    ],
)
def test_params_of_keras(name, expected):
    totals = analyze(name).totals
    assert totals["params"] + totals["buffers"] == expected


@pytest.mark.parametrize(
    ("name", "layer", "output", "params"),
    [
        # Keras 3: the shapes at the ends of the cells, and sums over their layers
        ("nasnet_a_mobile", "conv0", [32, 111, 111], 864),
        ("nasnet_a_mobile", "cell_0", [44, 56, 56], 8_534),
        ("nasnet_a_mobile", "cell_1", [88, 28, 28], 13_948),
        ("nasnet_a_mobile", "cell_5", [264, 28, 28], 50_424),
        ("nasnet_a_mobile", "cell_6", [352, 14, 14], 153_648),
        ("nasnet_a_mobile", "cell_10", [528, 14, 14], 186_032),
        ("nasnet_a_mobile", "cell_11", [704, 7, 7], 555_104),
        ("nasnet_a_mobile", "cell_15", [1056, 7, 7], 712_800),
        ("nasnet_a_large", "conv0", [96, 165, 165], 2_592),
        ("nasnet_a_large", "cell_0", [168, 83, 83], 49_230),
        ("nasnet_a_large", "cell_1", [336, 42, 42], 121_128),
        ("nasnet_a_large", "cell_7", [1008, 42, 42], 650_832),
        ("nasnet_a_large", "cell_8", [1344, 21, 21], 1_919_904),
        ("nasnet_a_large", "cell_14", [2016, 21, 21], 2_543_520),
        ("nasnet_a_large", "cell_15", [2688, 11, 11], 7_452_480),
        ("nasnet_a_large", "cell_21", [4032, 11, 11], 10_054_464),
        ("nasnet_a_large", "predictions", [1000], 4_033_000),
        # timm 1.0: the channels are those of the arguments in pnasnet.py
        ("pnasnet5_large", "conv0", [96, 165, 165], 2_592),
        ("pnasnet5_large", "cell_0", [270, 83, 83], 69_468),
        ("pnasnet5_large", "cell_1", [540, 42, 42], 221_616),
        ("pnasnet5_large", "cell_5", [1080, 42, 42], 1_086_912),
        ("pnasnet5_large", "cell_6", [2160, 21, 21], 3_481_056),
        ("pnasnet5_large", "cell_10", [4320, 11, 11], 13_680_576),
        ("pnasnet5_large", "cell_13", [4320, 11, 11], 16_664_832),
        ("pnasnet5_large", "fc", [1000], 4_321_000),
    ],
)
def test_cell(name, layer, output, params):
    table = analyze(name).table(("output", "params"), depth=1, everything=True)
    assert {found: values for found, *values in table.rows}[layer] == [output, params]


# Which results a cell reads, the newer first. With skip_reduction (Large), the first cell behind a reduction reads
# as the older one what the reduction had as its older one.
@pytest.mark.parametrize(
    ("name", "cell", "sources"),
    [
        ("nasnet_a_mobile", "cell_0", ["stem_0"]),
        ("nasnet_a_mobile", "cell_1", ["cell_0", "stem_0"]),
        ("nasnet_a_mobile", "cell_2", ["cell_1", "cell_0"]),
        ("nasnet_a_mobile", "cell_6", ["cell_5", "cell_4"]),
        ("nasnet_a_mobile", "cell_7", ["cell_6", "cell_5"]),
        ("nasnet_a_mobile", "cell_8", ["cell_7", "cell_6"]),
        ("nasnet_a_large", "cell_8", ["cell_7", "cell_6"]),
        ("nasnet_a_large", "cell_9", ["cell_8", "cell_6"]),
        ("nasnet_a_large", "cell_10", ["cell_9", "cell_8"]),
        ("nasnet_a_large", "cell_15", ["cell_14", "cell_13"]),
        ("nasnet_a_large", "cell_16", ["cell_15", "cell_13"]),
        ("pnasnet5_large", "cell_0", ["stem_0"]),
        ("pnasnet5_large", "cell_6", ["cell_5", "cell_4"]),
        ("pnasnet5_large", "cell_7", ["cell_6", "cell_5"]),
    ],
)
def test_wiring(name, cell, sources):
    inside = f"{cell}."
    found = {
        source.split(".")[0]
        for layer in analyze(name).layers
        if layer["name"].startswith(inside)
        for source in layer["inputs"]
        if not source.startswith(inside)
    }
    assert found == set(sources)
