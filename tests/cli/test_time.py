"""`archcalc time`, `devices`, `columns` and `calibrate` as a user meets them."""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.analysis import MODULES
from archcalc.cli import main

SMALL = """
name: small
source: made up
input: [6]
layers: [{linear: 6, name: fc}, {relu: , name: act}, {reshape: [2, 3], name: view}]
"""
DEVICE = """
name: toy
source: made up
peak: {float32: 1 kFLOP/s}
bandwidth: 100 B/s
overhead: 100 ms
"""
TABLE = """\
small (made up)
input 6, batch 1, dtype float32; shapes are channels x spatial sizes, per example
convention macs: one operation for each multiply-accumulate (MAC), nothing else, as in most papers; 1 MAC is 2 FLOP

layer    op      output      arithmetic [FLOP]    bytes moved [B]    intensity [FLOP/B]    bound [ms]  bound by
-------  ------  --------  -------------------  -----------------  --------------------  ------------  ----------
input    input   6                           0                  0                                   0
fc       linear  6                          78                216                 0.361         2,260  memory
act      relu    6                           6                 48                 0.125           580  memory
-------  ------  --------  -------------------  -----------------  --------------------  ------------  ----------
total                                       84                264                 0.318         2,840

device toy: 1 kFLOP/s at float32, 100 B/s, 100 ms overhead a layer (made up)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, of a network and of a device."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SMALL, encoding="utf-8")
    Path("toy.yaml").write_text(DEVICE, encoding="utf-8")
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(arguments) == status
    said = capsys.readouterr()
    return said.out if status == 0 else said.err


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "time", "small.yaml", "--device", "toy.yaml")
    assert text.startswith(TABLE)
    assert "bounds and estimates, no measurements" in text
    assert "fused layers" in text
    assert "1 reshape (--all lists them)" in text


def test_json_csv_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(shown(capsys, "time", "small.yaml", "--device", "toy.yaml", "--json"))
    assert found["device"] == "toy"
    assert found["totals"]["bound_ms"] == 2840
    assert [layer["bound_by"] for layer in found["layers"]] == [None, "memory", "memory", None]
    text = shown(capsys, "time", "small.yaml", "--device", "toy.yaml", "--format", "csv")
    assert "fc,linear,6,78,216,0.3611111111111111,2260.0,memory\n" in text
    assert shown(capsys, "time", "small.yaml", "--device", "toy.yaml", "-o", "out.md", "--format", "markdown") == ""
    assert "2,840" in Path("out.md").read_text(encoding="utf-8")


def test_columns_of_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "small.yaml", "--device", "toy.yaml", "--columns", "peak_memory,intensity,bound_ms")
    assert re.search(r"^fc +48 +0\.361 +2,260$", text, re.M)
    assert "bound_ms" in shown(capsys, "small.yaml", "--device", "toy.yaml", "--columns", "all", "--format", "csv")
    assert "bound_ms" not in shown(capsys, "small.yaml", "--columns", "all", "--format", "csv")
    assert re.search(r"^bound +2,840  ms", shown(capsys, "small.yaml", "--device", "toy.yaml"), re.M)
    assert re.search(r"^intensity +0\.318  FLOP/B", shown(capsys, "small.yaml", "--device", "toy.yaml"), re.M)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.yaml"], "a bound of the time needs a device; "),
        (["small.yaml", "--device", "toi.yaml"], "there is no file 'toi.yaml'"),
        (["small.yaml", "--device", "toy.yaml", "--dtype", "int8"], "'toy' gives no peak for int8; it has: float32"),
        (["small.yaml", "--device", "toy.yaml", "--dtype", "int9"], "there is no dtype 'int9'; did you mean 'int8'?"),
        (["small.yaml", "--device", "toy.yaml", "--batch", "0"], "the batch is 0, expected a whole number"),
        (["small.yaml", "--device", "toy.yaml", "--depth", "0"], "the depth is 0, expected a whole number"),
        (["small.yaml", "--device", "toy.yaml", "--json", "--depth", "1"], "JSON holds everything, exactly"),
        (["small.yaml", "--device", "toy.yaml", "--json", "--format", "csv"], "--json and --format csv contradict"),
        (["small.yaml", "--device", "small.yaml"], "small.yaml:4:1: a device has no 'input'; expected one of"),
    ],
)
def test_wrong_inputs(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in shown(capsys, "time", *arguments, status=2)


def test_devices(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "devices")
    assert re.search(r"^nvidia-v100-sxm2 .*float32=15\.7 TFLOP/s.* 900 GB/s .*data sheet", text, re.M)
    found = json.loads(shown(capsys, "devices", "--format", "json"))
    assert found["devices"][0]["name"] == "amd-epyc-7742"


def test_columns(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(shown(capsys, "columns", "--format", "json"))["columns"]
    assert [column["name"] for column in found] == list(MODULES)
    by_name = {column["name"]: column for column in found}
    assert by_name["peak_memory"]["total"] == "max"
    assert by_name["params"]["total"] == "sum"
    assert by_name["jump"]["total"] == "none"
    assert by_name["intensity"]["total"] == "arithmetic / bytes_moved"
    assert by_name["macs"]["grows"] == "batch"
    assert (by_name["bound_ms"]["unit"], by_name["bytes_moved"]["unit"]) == ("ms", "B")
    assert "never a measurement" in by_name["bound_ms"]["rule"]
    for column in found:
        assert column["heading"]
        assert "\n" not in column["rule"]
        assert len(column["rule"]) > 6, column["name"]
    assert "never a measurement" in shown(capsys, "columns")
    assert "| bound_ms" in shown(capsys, "columns", "--format", "markdown").replace("\\", "")


# ---------------------------------------------------------------------------------------------
# Calibration: measured in a moment, of next to nothing; what it measures is not looked at.


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from archcalc import calibration

    monkeypatch.setattr(calibration, "SECONDS", 1e-6)
    monkeypatch.setattr(calibration, "REPEATS", 2)
    monkeypatch.setattr(calibration, "CALLS", 1)
    monkeypatch.setattr(calibration, "ARRAY_BYTES", 4096)


@pytest.mark.usefixtures("quick")
def test_calibrate_writes_a_device_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "calibrate", "--threads", "1", "-o", "mine.yaml") == ""
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert "measured by archcalc calibrate on 20" in text
    assert ", 1 thread" in text
    table = shown(capsys, "time", "small.yaml", "--device", "mine.yaml")
    assert "measured by archcalc calibrate" in table
    assert "no measurements" in table
    assert set(archcalc.calibrate(1).peak) == {"float32", "float64"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "toy.yaml"], "'toy.yaml' is there already, and its numbers would be lost; choose another name"),
        (["-o", "nowhere/mine.yaml"], "cannot write 'nowhere/mine.yaml': its folder does not exist"),
        (["--threads", "0"], "the number of threads is 0, expected a whole number from 1 to "),
        (["--threads", "100000"], "the number of threads is 100000, expected a whole number from 1 to "),
    ],
)
def test_calibrate_refuses(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in shown(capsys, "calibrate", *arguments, status=2)
    assert Path("toy.yaml").read_text(encoding="utf-8") == DEVICE


def test_calibrate_without_numba(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    real: Callable[..., Any] = builtins.__import__

    def missing(name: str, *arguments: Any, **keywords: Any) -> Any:
        if name == "numba":
            raise ImportError("no", name="numba")
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", missing)
    text = shown(capsys, "calibrate", status=2)
    assert text == (
        "measuring this machine needs numba, which is not installed; install it with: pip install 'archcalc[verify]'\n"
    )


@pytest.mark.usefixtures("quick")
def test_an_interrupted_calibration_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from archcalc import calibration

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(calibration, "_memory", interrupted)
    assert main(["calibrate", "--threads", "1", "-o", "mine.yaml"]) == 130
    assert not Path("mine.yaml").exists()


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    assert "takes 402,653,184 B of it, 1,000 B are available" in shown(capsys, "calibrate", status=2)
