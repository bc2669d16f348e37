"""Quantities over one network, or several, and what they refuse."""

from fractions import Fraction

import pytest

import archcalc
from archcalc.checking.quantity import QuantityError, evaluate

LENET, VGG = archcalc.analyze("lenet5"), archcalc.analyze("vgg16")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("totals.params", 138_357_544),
        ('layers["conv1_1"].output', [64, 224, 224]),
        ('hwc(layers["conv1_1"].output)', [224, 224, 64]),
        ('layers["conv1_1"].output[1]', 224),
        ('sum(layers["conv*"].params) + sum(layers["fc*"].params) == totals.params', True),
        ('receptive_field("pool5")', [212, 212]),
        ('jump("pool5")[0]', 32),
        ('start("conv1_1")', [-1, -1]),
        ('len(layers["conv*"].macs)', 13),
        ('layers["fc6"].params * 1000 // totals.params / 1000', Fraction(742, 1000)),
        ("0.1 + 0.2 == 0.3", True),
        ("2**10 - 1", 1023),
        ("max(1, 2) if not False else 0", 2),
        ("1 < 2 <= 2 != 3", True),
        ("round(2.5) + floor(-0.5) + ceil(0.5) + abs(-3)", 3 - 1 + 1 + 3),
        ("all([True, 1 > 0]) and not any([False])", True),
        ("sqrt(16) == 4 and log2(8) == 3", True),
        ("-totals.depth", -16),
        ("[1, 2][1]", 2),
        ("7 % 4", 3),
    ],
)
def test_of_one_network(text, value):
    found = evaluate(text, {"": VGG})
    assert found == value
    assert type(found) is type(value)


def test_a_block_is_its_layers_together():
    resnet = archcalc.analyze("resnet50")
    # two 3x3 and 1x1 layers and a projection of the first bottleneck: 64*64 + 9*64*64 + 64*256 + 64*256 weights
    assert evaluate('layers["conv2.0"].weights', {"": resnet}) == 64 * 64 + 9 * 64 * 64 + 2 * 64 * 256
    assert evaluate('layers["conv2.0"].output', {"": resnet}) == [256, 56, 56]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vgg.params - lenet.params", 138_357_544 - 61_706),
        ('vgg.layers["fc8"].params / lenet.layers["output"].params', Fraction(4_097_000, 850)),
        ('vgg.receptive_field("pool1")', [6, 6]),
        ("vgg.macs > lenet.macs", True),
    ],
)
def test_of_two_networks(text, value):
    assert evaluate(text, {"vgg": VGG, "lenet": LENET}) == value


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("totals.parms", "there is no column 'parms'", 0),
        ("1 + totals.receptive_field", "the column 'receptive_field' has no total", 4),
        ('layers["conv9"].params', "no layer 'conv9' in VGG-16", 0),
        ("params", "unknown name 'params'", 0),
        ("totals.params / 0", "division by zero", 0),
        ("1 +", "this is no expression", None),
        ("", "this is no expression", None),
        ("(" * 240 + ")" * 240, "this is no expression", None),
        ("x" * 501, "a quantity of 501 characters", 0),
        ("__import__('os')", "'__import__' is no function", 0),
        ("totals.__class__", "there is no column '__class__'", 0),
        ("(1).real", "nothing here has 'real'", 0),
        ("[x for x in [1]]", "this is not allowed in a quantity", 0),
        ("lambda: 1", "this is not allowed in a quantity", 0),
        ("2 ** 1000", "a power other than a whole number up to 64", 0),
        ("2 ** 0.5", "a power other than a whole number up to 64", 0),
        ("[1] * 10", "only numbers can be multiplied", 0),
        ("'a' * 10**9", "only numbers can be multiplied", 0),
        ("1 << 2", "this operation is not allowed", 0),
        ("1 is 1", "this comparison is not allowed", 0),
        ("~1", "this sign is not allowed", 0),
        ("sum(1, key=2)", "arguments have no names here", 0),
        ("max()", "this cannot be computed", 0),
        ("1 + 'a'", "this cannot be computed", 0),
        ("[1][5]", "this cannot be computed", 0),
        ("None", "expected a number or a text", 0),
        ("1j", "expected a number or a text", 0),
        ("sum", "unknown name 'sum'", 0),
    ],
)
def test_refused(text, message, offset):
    with pytest.raises(QuantityError) as caught:
        evaluate(text, {"": VGG})
    assert message in caught.value.message
    assert offset is None or caught.value.offset == offset


def test_many_signs():
    assert evaluate("-" * 400 + "1", {"": VGG}) == 1
