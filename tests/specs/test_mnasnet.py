"""MNASNet against its paper, torchvision and timm."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


# torchvision: num_params, and _ops of 0.104, 0.215, 0.314 and 0.526 GFLOPS.
@pytest.mark.parametrize(
    ("alpha", "params", "macs"),
    [
        (0.5, 2_218_512, 104_455_968),
        (0.75, 3_170_208, 215_493_104),
        (1.0, 4_383_312, 314_415_872),
        (1.3, 6_282_256, 526_362_432),
    ],
)
def test_b1(alpha, params, macs):
    totals = analyze("mnasnet", alpha=alpha).totals
    assert (totals["params"], totals["macs"]) == (params, macs)


def test_a1():
    # Tan et al. 2019, Table 1: 3.9M and 312M. timm's semnasnet_100: 3,887,038.
    totals = analyze("mnasnet_a1").totals
    assert (totals["params"], totals["macs"]) == (3_887_038, 311_579_072)


# Figure 7 for A1. Params: torchvision's layers.8 to layers.13 for B1, timm's blocks.1 to blocks.6 for A1.
@pytest.mark.parametrize(
    ("name", "stack", "output", "params"),
    [
        ("mnasnet", "stem", [16, 112, 112], 1_824),
        ("mnasnet", "stack1", [24, 56, 56], 11_472),
        ("mnasnet", "stack2", [40, 28, 28], 33_096),
        ("mnasnet", "stack3", [80, 14, 14], 217_680),
        ("mnasnet", "stack4", [96, 14, 14], 209_184),
        ("mnasnet", "stack5", [192, 7, 7], 1_611_456),
        ("mnasnet", "stack6", [320, 7, 7], 605_440),
        ("mnasnet_a1", "stack1", [24, 56, 56], 13_968),
        ("mnasnet_a1", "stack2", [40, 28, 28], 39_098),
        ("mnasnet_a1", "stack3", [80, 14, 14], 281_680),
        ("mnasnet_a1", "stack4", [112, 14, 14], 316_144),
        ("mnasnet_a1", "stack5", [160, 7, 7], 1_067_244),
        ("mnasnet_a1", "stack6", [320, 7, 7], 473_920),
    ],
)
def test_stack(name, stack, output, params):
    rows = analyze(name).table(("output", "params"), depth=1, everything=True).rows
    assert {row: values for row, *values in rows}[stack] == [output, params]
