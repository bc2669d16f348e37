"""What cheaper forms of convolutions save: the numbers of lectures, and formulas against numbers."""

from __future__ import annotations

import random

import pytest
import sympy

import archcalc


def conv(channels, size, filters, kernel, **others):
    arguments = {"filters": filters, "kernel": kernel, "padding": kernel // 2, **others}
    written = ", ".join(f"{name}: {value}".lower() for name, value in arguments.items())
    return archcalc.loads(f"input: [{channels}, {size}, {size}]\nlayers: [{{conv: {{{written}}}, name: conv}}]")


def by_form(found):
    return {one["form"].partition(",")[0]: one for one in found.layers}


def test_the_separable_convolution_of_a_lecture():
    """Lecture Modern Computer Vision (Ratan), lines 535 and 545: 614,400 and 29,376 operations."""
    forms = by_form(archcalc.savings(conv(3, 8, 128, 5)))
    assert (forms["dense"]["macs"], forms["separable"]["macs"]) == (614_400, 29_376)
    assert forms["separable"]["saving"] == "20.9x"
    assert forms["separable"]["formula"] == "1/C_out + 1/K**2"
    assert "grouped" not in forms  # two groups of three channels


def test_the_bottleneck_of_a_lecture():
    """The same, lines 647 to 661: 120M, and 2.4M + 10M = 12.4M behind a 1x1 to 16 channels."""
    forms = by_form(archcalc.savings(conv(192, 28, 32, 5)))
    assert (forms["dense"]["macs"], forms["bottleneck"]["macs"]) == (120_422_400, 12_443_648)
    assert forms["bottleneck"]["saving"] == "9.68x"
    assert forms["bottleneck"]["form"] == "bottleneck, r=16"
    assert forms["bottleneck"]["formula"] == "r/(C_out*K**2) + r/C_in"
    # 192*16 + 16 and 16*32*25 + 32, by hand
    assert forms["bottleneck"]["params"] == 3_088 + 12_832
    assert forms["grouped"]["formula"] == "1/G"


def test_params_of_a_separable_convolution():
    """Without a bias between the two: 25*3 and 3*128 + 128, by hand."""
    assert by_form(archcalc.savings(conv(3, 8, 128, 5)))["separable"]["params"] == 75 + 512


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_formulas_against_numbers(stride):
    pick = random.Random(stride)
    for _ in range(50):
        groups, width, kernel = pick.randint(2, 5), pick.randint(1, 9), pick.choice([3, 5, 7])
        channels, filters = groups * pick.randint(1, 9), groups * pick.randint(1, 9)
        size = stride * pick.randint(8, 20)
        graph = conv(channels, size, filters, kernel, stride=stride)
        assert graph.layers[-1].output.size == (size // stride,) * 2
        values = {"C_in": channels, "C_out": filters, "K": kernel, "G": groups, "r": width}
        forms = by_form(archcalc.savings(graph, groups=groups, width=width))
        for form in ("grouped", "separable", "bottleneck"):
            part = sympy.Rational(forms[form]["macs"], forms["dense"]["macs"])
            assert sympy.sympify(forms[form]["formula"]).subs(values) == part, (form, values)
            biases = filters + (width if form == "bottleneck" else 0)
            weights = sympy.Rational(forms[form]["params"] - biases, forms["dense"]["params"] - filters)
            assert sympy.sympify(forms[form]["params_formula"]).subs(values) == weights, (form, values)


def test_networks():
    found = archcalc.savings("resnet50")
    assert found.totals["dense"]["macs"] == sum(one["macs"] for one in found.layers if one["form"] == "dense")
    # By hand: the first, and 3 + 4 + 6 + 3 of 3x3, each with 9*64*64*56*56 whatever the stage.
    assert found.totals["dense"]["macs"] == 16 * 9 * 64 * 64 * 56 * 56 + 118_013_952
    assert sum(one["form"] == "dense" for one in found.layers) == 17
    assert "all of them" in str(found)


def test_kernels_that_are_not_square():
    found = archcalc.loads("input: [4, 9, 9]\nlayers: [{conv: {filters: 6, kernel: [1, 3], padding: half}}]")
    assert by_form(archcalc.savings(found))["separable"]["formula"] == "1/(K1*K2) + 1/C_out"


@pytest.mark.parametrize(
    ("spec", "values", "message"),
    [
        ("lenet5", {"groups": 0}, "groups is 0, expected a whole number of at least 1"),
        ("lenet5", {"width": -1}, "width is -1"),
        ("perceptron", {}, "has no dense convolution larger than 1x1"),
        ("lenet5", {"alpha": 1}, "there is no var 'alpha'"),
    ],
)
def test_wrong_input(spec, values, message):
    with pytest.raises(archcalc.ArchcalcError, match=message):
        archcalc.savings(spec, **values)


def test_symbols_are_refused():
    graph = archcalc.load("blocks/basic", C=archcalc.algebra.symbols.symbol("C"))
    with pytest.raises(archcalc.ArchcalcError, match="no whole numbers"):
        archcalc.savings(graph)


def test_shared_weights_are_counted_once():
    """RetinaNet's towers run on five levels with one set of weights."""
    found = archcalc.savings("retinanet")
    assert found.totals["dense"]["params"] < archcalc.analyze("retinanet").totals["params"]
    with pytest.raises(archcalc.ArchcalcError, match="standardised weights"):
        archcalc.savings("nfnet_f0")
