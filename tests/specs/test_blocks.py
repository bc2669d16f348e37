"""The named blocks: numbers for their defaults, and closed forms when symbols stand for their vars."""

from pathlib import Path

import pytest

import archcalc
from archcalc.spec.locate import zoo_folder

FILES = sorted(Path(zoo_folder(), "blocks").glob("*.yaml"))
MAX_LINES = 120


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_block_is_a_short_spec_that_names_its_source(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    graph = archcalc.load(path)
    assert graph.source.strip()
    assert archcalc.analyze(graph).table().rows


@pytest.mark.parametrize(
    ("name", "settings", "total", "expected"),
    [
        # Szegedy et al. 2015, Table 1, inception (3a): 128M operations; the sum over the columns of the row.
        ("inception", {}, "macs", 128_049_152),
        ("inception", {}, "params", 163_696),
        # By hand: 784 * 192 * (64 + 9 * 128 + 25 * 32)
        ("inception_naive", {}, "macs", 303_464_448),
        # Iandola et al. 2016, Table 1, fire2: 11,920 parameters "#parameter before pruning".
        ("fire", {}, "params", 11_920),
        # By hand: 18 * 64**2 and 17 * 64**2 for each of 56 * 56 positions.
        ("basic", {}, "macs", 231_211_008),
        ("bottleneck", {}, "macs", 218_365_952),
        # torchvision's resnet18, layer1.0, and resnet50, layer1.1: parameters.
        ("basic", {}, "params", 73_984),
        ("bottleneck", {}, "params", 70_400),
        # 70,144 and 69,888 a position; torchvision's resnext50_32x4d, layer1.1, has 71,168 parameters for G=32, c=4.
        ("resnext", {}, "params", 71_168),
        ("resnext", {}, "macs", 219_971_584),
        ("resnext", {"G": 4, "c": 24}, "macs", 219_168_768),
        # torchvision's densenet121, features.denseblock1
        ("dense_bottleneck", {}, "params", 335_040),
        # Hu et al. 2018, equation 3: 2 / 16 * 256**2
        ("se", {}, "params", 8_192),
        # Lecture Modern Computer Vision (Ratan), lines 535 and 545: 614,400 and 29,376.
        ("separable", {}, "macs", 29_376),
        # conv2 of AlexNet: 223,948,800 with two groups; the double with one.
        ("grouped", {}, "macs", 223_948_800),
        ("grouped", {"G": 1}, "macs", 447_897_600),
        # torchvision's vit_b_16, encoder.layers.encoder_layer_0
        ("transformer", {}, "params", 7_087_872),
        # torchvision's mobilenet_v2, features.3: 24 -> 144 -> 24
        ("inverted_bottleneck", {}, "params", 8_832),
    ],
)
def test_numbers(name, settings, total, expected):
    assert archcalc.analyze(archcalc.load(f"blocks/{name}", **settings)).totals[total] == expected


@pytest.mark.parametrize(
    ("name", "settings", "field"),
    [
        ("chain", {}, [7, 7]),  # L * (K - 1) + 1 pixels
        ("chain", {"L": 5, "K": 5, "H": 64, "W": 64}, [21, 21]),
        ("dilated_chain", {}, [15, 15]),  # Yu and Koltun, figure 1c
        ("dilated_chain", {"L": 2}, [7, 7]),  # figure 1b
    ],
)
def test_receptive_field(name, settings, field):
    assert archcalc.analyze(archcalc.load(f"blocks/{name}", **settings)).layers[-1]["receptive_field"] == field


@pytest.mark.parametrize(
    ("name", "symbols", "total", "expected"),
    [
        # Lecture CMP784-05: 17HWC^2 of a residual block, and C_out C_in K^2 HW / G of a grouped convolution; the others
        # by hand from the figures of the papers.
        ("bottleneck", "C H W", "macs", "17*C**2*H*W"),
        ("basic", "C H W", "macs", "18*C**2*H*W"),
        ("resnext", "C H W G c", "macs", "G*H*W*c*(8*C + 9*c)"),
        ("grouped", "C_in C_out H W K G", "macs", "C_in*C_out*H*K**2*W/G"),
        ("separable", "C_in C_out H W K", "macs", "C_in*H*W*(C_out + K**2)"),
        ("inverted_bottleneck", "C H W t K", "macs", "C*H*W*t*(2*C + K**2)"),
        ("fire", "C H W s1x1 e1x1 e3x3", "macs", "H*W*s1x1*(C + e1x1 + 9*e3x3)"),
        ("dense", "C H W k", "macs", "45*H*W*k*(C + 2*k)"),
        ("se", "C", "params", "2*C*floor(C/16)"),
        ("transformer", "C N", "macs", "2*C*N*(6*C + N)"),
        ("transformer", "C N", "params", "C*(12*C + 13)"),
        ("chain", "C H W K", "macs", "3*C**2*H*K**2*W"),
    ],
)
def test_closed_forms(name, symbols, total, expected):
    sympy = pytest.importorskip("sympy")
    from archcalc.algebra.symbols import symbol

    graph = archcalc.load(f"blocks/{name}", **{name: symbol(name) for name in symbols.split()})
    assert str(sympy.factor(archcalc.analyze(graph).totals[total])) == expected
