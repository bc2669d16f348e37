"""Numbers as they are printed: read, and compared to the printed precision. Counted by hand."""

from fractions import Fraction

import pytest

from archcalc.checking.printed import Printed, is_exact, read_printed, reads_the_same, written
from archcalc.errors import ArchcalcError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("138M", 138_000_000),
        ("138,357,544", 138_357_544),
        ("3.86 billion", 3_860_000_000),
        ("~60 million", 60_000_000),
        ("≈ 1.3M", 1_300_000),
        ("93MB", 93_000_000),
        ("93 MiB", 93 * 2**20),
        ("1.19%", Fraction(119, 10000)),
        ("20.9x", Fraction(209, 10)),
        ("-3", -3),
        ("0.001", Fraction(1, 1000)),
        ("12G", 12_000_000_000),
        ("1024K", 1_024_000),
    ],
)
def test_value(text, value):
    assert read_printed(text).value == value


@pytest.mark.parametrize(
    ("text", "shape"), [("55x55x96", [55, 55, 96]), ("224 x 224", [224, 224]), ("7*7*512", [7, 7, 512])]
)
def test_shape(text, shape):
    assert read_printed(text) == shape


@pytest.mark.parametrize("text", ["yes", "convolutional", "1-2", "", "1,23"])
def test_text(text):
    assert read_printed(text) == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("5 quux",), "'5 quux' has the unit 'quux', which is not known"),
        (("93MB", "Mib"), "there is no unit 'Mib'"),
        (("61M", None, 1), "'61M' cannot be meant to 1 digits"),
        (("60M", None, 3), "'60M' cannot be meant to 3 digits"),
        (("9" * 5000,), "found 5,000 characters, '9999999999...', expected a number of at most 1000"),
    ],
)
def test_not_read(arguments, message):
    with pytest.raises(ArchcalcError, match=message):
        read_printed(*arguments)


@pytest.mark.parametrize(
    ("value", "text", "same"),
    [
        (138_357_544, "138M", True),
        (138_500_000, "138M", True),  # in the middle: either
        (138_500_001, "138M", False),
        (137_500_000, "138M", True),
        (15_470_264_320, "15.5 billion", True),
        (15_470_264_320, "15.47G", True),
        (15_470_264_320, "15.4G", False),
        (Fraction(209_150, 10_000), "20.9x", True),
        (4096, "4096", True),
        (4096, "4.1K", True),
        (-3, "-3", True),
        ([64, 112], "64x112", True),
        ([112, 64], "64x112", False),
        (64, "64x112", False),
        (True, "true", True),
        (True, "1", False),
        (None, "0", False),
        ("global", "global", True),
    ],
)
def test_reads_the_same(value, text, same):
    assert reads_the_same(value, read_printed(text)) is same


@pytest.mark.parametrize(
    ("value", "text", "rounding", "same"),
    [
        (138_999_999, "138M", "truncate", True),
        (138_999_999, "138M", "nearest", False),
        (-1_900, "-1K", "truncate", True),
    ],
)
def test_rounding(value, text, rounding, same):
    assert reads_the_same(value, read_printed(text), rounding) is same


@pytest.mark.parametrize(
    ("value", "digits", "same"), [(62_378_344, 1, True), (66_000_000, 1, False), (62_378_344, None, False)]
)
def test_digits_that_are_meant(value, digits, same):
    assert reads_the_same(value, read_printed("60M", None, digits)) is same


def test_a_unit_in_place_of_the_printed_one():
    assert reads_the_same(60_950_432, read_printed("58MB", "MiB"))  # 58.13 * 2**20
    assert not reads_the_same(60_950_432, read_printed("58MB"))


@pytest.mark.parametrize(("value", "text", "exact"), [(138_000_000, "138M", True), (138_357_544, "138M", False)])
def test_is_exact(value, text, exact):
    assert is_exact(value, read_printed(text)) is exact


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**40, f"{10**40:,}"),
        (Fraction(6, 3), "2"),
        (Fraction(10, 3), "3.33333"),
        ([[1, 2], 3.5], "1x2, 3.5"),
        (1e9, "1e+09"),
        ("global", "global"),
    ],
)
def test_written(value, text):
    assert written(value) == text


def test_steps():
    assert read_printed("3.86G").step == 10_000_000
    assert Printed(120, 0, "M", 1).step == 10_000_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.38e8", 138_000_000),
        ("1.38 x 10^8", 138_000_000),
        ("1.38\u00d710^8", 138_000_000),
        ("10\u00d7", 10),
        ("\u22122", -2),
        ("138 357 544", 138_357_544),
        ("10X", 10),
        ("60 bytes", 60),
    ],
)
def test_other_ways_of_writing(text, value):
    assert read_printed(text).value == value


@pytest.mark.parametrize(
    ("value", "text", "same"),
    [
        (Fraction(-5, 2), "-3", True),
        (Fraction(-5, 2), "-2", True),
        (1_250_000, "1.2M", True),
        ([4096], "4096", True),
        ([4096], "1x1x4096", True),
        ([3, 1, 1], "3x1x1", True),
        ([3, 2], "3", False),
        (["conv", 1], "conv, 1", True),
        ([True, False], "true, false", True),
        (1.7320508075688772**2, "3", True),
    ],
)
def test_more_that_reads_the_same(value, text, same):
    assert reads_the_same(value, read_printed(text)) is same


@pytest.mark.parametrize(("text", "digits", "zeros"), [("0.05", 1, 0), ("0.050", 2, 0), ("0.050", 1, 1)])
def test_digits_behind_the_point(text, digits, zeros):
    assert read_printed(text, None, digits).zeros == zeros


def test_a_unit_that_cannot_be_meant():
    with pytest.raises(ArchcalcError, match="'5KB' cannot be meant in MiB"):
        read_printed("5KB", "MiB")
