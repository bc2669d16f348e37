"""How numbers are written for people."""

from __future__ import annotations

import pytest

from archcalc.render.numbers import bytes_text, cell, human


# The first column of numbers is the exact value, the second what the VGG-16 table of the lecture CS409,
# unit 7, prints for it; then hand-rounded ones: halves go up, and a carry may change the unit.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (150_528, "150K"), (3_211_264, "3.2M"), (802_816, "800K"), (1_605_632, "1.6M"), (401_408, "400K"),
        (200_704, "200K"), (100_352, "100K"), (25_088, "25K"), (4096, "4096"), (1000, "1000"),
        (0, "0"), (9_999, "9999"), (10_000, "10K"), (10_499, "10K"), (10_500, "11K"), (99_499, "99K"),
        (99_500, "100K"), (994_999, "990K"), (995_000, "1.0M"), (1_050_000, "1.1M"), (15_470_264_320, "15G"),
        (9_950_000_000, "10G"), (4_089_184_256, "4.1G"), (10**15, "1,000T"), (-25_088, "-25K"),
    ],
)  # fmt: skip
def test_human(value: int, text: str) -> None:
    assert human(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (60_950_432, "60,950,432 B = 60.95 MB = 58.13 MiB"),  # VGG-16, by hand: / 10**6, / 2**20
        (0, "0 B = 0.00 kB = 0.00 KiB"),
        (1_000_000, "1,000,000 B = 1.00 MB = 0.95 MiB"),
        (999_999, "999,999 B = 1,000.00 kB = 976.56 KiB"),
    ],
)
def test_bytes(value: int, text: str) -> None:
    assert bytes_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1728, "1,728"), (10**30, "1" + ",000" * 10), (None, ""), (True, "true"), ("global", "global"), ([], "-"),
        ([64, 112, 96], "64x112x96"), (["a", "b.0"], "a, b.0"), ({"kernel": 3, "bias": False}, "kernel=3 bias=false"),
    ],
)  # fmt: skip
def test_cell(value: object, text: str) -> None:
    assert cell(value) == text
