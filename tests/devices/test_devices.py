"""Device files: those that come with archcalc against their data sheets, and what is wrong with others."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from archcalc.analysis.dtypes import BITS
from archcalc.analysis.quantities import read_quantity, written_quantity
from archcalc.devices import device_names, find_device, read_device
from archcalc.errors import ArchcalcError

GOOD = "name: a\nsource: b\npeak: {float32: 2 TFLOP/s}\nbandwidth: 3 GB/s\n"


@pytest.mark.parametrize("name", device_names())
def test_every_file_is_sound(name: str) -> None:
    device = find_device(name)
    assert device.name
    assert len(device.source) > 20
    assert set(device.peak) <= set(BITS)
    # Between a Jetson and a rack: a slip of a prefix would be found.
    assert all(10**11 <= rate <= 10**16 for rate in device.peak.values())
    assert 10**10 <= device.bandwidth <= 10**13
    # Narrower values are never slower.
    rates = [
        device.peak[dtype] for dtype in ("float64", "float32", "tf32", "bfloat16", "float8") if dtype in device.peak
    ]
    assert rates == sorted(rates)


@pytest.mark.parametrize(
    ("name", "dtype", "rate", "bandwidth"),
    [
        # Data sheets, dense rates.
        ("nvidia-v100-sxm2", "float32", 15_700_000_000_000, 900_000_000_000),
        ("nvidia-a100-sxm-80gb", "tf32", 156_000_000_000_000, 2_039_000_000_000),
        ("nvidia-h200-sxm", "float16", 989_500_000_000_000, 4_800_000_000_000),
        ("google-tpu-v3", "bfloat16", 123_000_000_000_000, 900_000_000_000),
        # 64 cores x 3.4 GHz x 2 units x 8 values x 2.
        ("amd-epyc-7742", "float32", 6_963_200_000_000, 204_800_000_000),
    ],
)
def test_published_numbers(name: str, dtype: str, rate: int, bandwidth: int) -> None:
    device = find_device(name)
    assert (device.rate(dtype), device.bandwidth, device.overhead) == (rate, bandwidth, None)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("15.7 TFLOP/s", "FLOP/s", 15_700_000_000_000),
        ("624 TOP/s", "FLOP/s", 624_000_000_000_000),
        ("1e3 FLOP/s", "FLOP/s", 1000),
        ("0.1 B/s", "B/s", Fraction(1, 10)),
        ("900GB/s", "B/s", 900_000_000_000),
        ("1 GiB/s", "B/s", 1_073_741_824),
        ("2 us", "s", Fraction(1, 500_000)),
        ("1.5 ms", "s", Fraction(3, 2000)),
    ],
)
def test_quantities_are_exact(text: str, unit: str, expected: object) -> None:
    assert read_quantity(text, unit) == expected


@pytest.mark.parametrize(
    "text", ["15.7", "TFLOP/s", "15.7 TFLOPS", "15.7 TB/s", "-1 TFLOP/s", "0 TFLOP/s", "0.0 TFLOP/s", "inf FLOP/s",
             "nan FLOP/s", "1 tflop/s", "1,000 GFLOP/s", "1e999 FLOP/s", "", "\u0661 TFLOP/s", "1" * 31 + " FLOP/s"],
)  # fmt: skip
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ArchcalcError, match=r"found '.*', expected .*such as 15\.7 TFLOP/s"):
        read_quantity(text, "FLOP/s")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (Fraction(1, 8), "B/s", "0.125 B/s"),
        (999, "B/s", "999 B/s"),
        (123_456_789, "FLOP/s", "123.5 MFLOP/s"),
        (1024, "B/s", "1.024 kB/s"),
        (Fraction(1, 10**12), "s", "0.001 ns"),
        (3, "s", "3 s"),
    ],
)
def test_quantities_are_written_with_four_digits(amount: object, unit: str, expected: str) -> None:
    assert written_quantity(amount, unit) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "bandwith: 1 GB/s\n", "d.yaml:5:1: a device has no 'bandwith'; did you mean 'bandwidth'?"),
        (GOOD.replace("float32", "float31"), "d.yaml:3:8: peak has no 'float31'; did you mean 'float32'?"),
        (
            GOOD.replace("2 TFLOP/s", "2"),
            "d.yaml:3:17: found '2', expected a positive number and its unit, such as 15.7 TFLOP/s",
        ),
        (GOOD.replace("3 GB/s", "0 GB/s"), "d.yaml:4:12: found '0 GB/s', expected more than nothing, such as 900 GB/s"),
        (
            GOOD + "overhead: -2 us\n",
            "d.yaml:5:11: found '-2 us', expected a positive number and its unit, such as 2 us",
        ),
        (GOOD.replace("name: a\n", ""), "d.yaml:1:1: the key 'name' is missing"),
        (GOOD.replace("source: b", "source:"), "d.yaml:2:8: found nothing, expected source as text"),
        (GOOD.replace("{float32: 2 TFLOP/s}", "2 TFLOP/s"), "d.yaml:3:7: found '2 TFLOP/s', expected a rate for each"),
        (GOOD.replace("{float32: 2 TFLOP/s}", "{}"), "d.yaml:3:7: found a mapping, expected a rate for each dtype"),
        (GOOD + "notes: one\n", "d.yaml:5:8: found 'one', expected a list of notes"),
        (GOOD + "notes: [[]]\n", "d.yaml:5:9: found a list, expected a note as text"),
        (GOOD + "name: twice\n", "d.yaml:5:1: the key 'name' stands here twice"),
        ("[1]", "d.yaml:1:1: found a list, expected a device; its keys: name, source, peak"),
        (GOOD.replace("3 GB/s", "[3]"), "d.yaml:4:12: found 'a list', expected a positive number"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(ArchcalcError) as caught:
        read_device(text, "d.yaml")
    assert str(caught.value).startswith(message)


def test_all_mistakes_at_once() -> None:
    with pytest.raises(ArchcalcError) as caught:
        read_device(GOOD.replace("2 TFLOP/s", "2").replace("3 GB/s", "3 TB"), "d.yaml")
    assert [error.where.line for error in caught.value.errors] == [3, 4]  # type: ignore[union-attr]


def test_a_path_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nvidia-v100-sxm2").write_text(GOOD, encoding="utf-8")
    assert find_device("nvidia-v100-sxm2").bandwidth == 3 * 10**9
    Path("google-tpu-v3").mkdir()
    assert find_device("google-tpu-v3").bandwidth == 900 * 10**9


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nvidia-v100-sxm", "there is no file 'nvidia-v100-sxm' and no device of that name; did you mean 'nvidia-v100"),
        ("zzz", "there is no file 'zzz' and no device of that name; there are: amd-epyc-7742, "),
        ("no/such.yaml", "there is no file 'no/such.yaml'"),
        ("", "'' is no device, expected a file or a name"),
        ("a\0b", "is no device, expected a file or a name"),
        (3, "'3' is no device, expected a file or a name"),
        ("/", "cannot read '/': Is a directory"),
    ],
)
def test_unknown_devices(name: str, message: str) -> None:
    with pytest.raises(ArchcalcError) as caught:
        find_device(name)
    assert message in str(caught.value)
