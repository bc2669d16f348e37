"""`archcalc SPEC --work`, against the table that it is named after.

`lecture_vgg16.txt` quotes the rows of the memory table of VGG-16 in the lecture CS 409, unit 7, CNNs, part 2. Its last
lines, "TOTAL memory: 24M * 4 bytes ~= 93MB / image (only forward! ~*2 for bwd)" and "TOTAL params: 138M parameters",
are not held against: the rows add up to 15.2M values, and so to 61 MB.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import archcalc
from archcalc.algebra.worked import Worked
from archcalc.analysis.derivations import derivations
from archcalc.cli import main
from archcalc.working import label, worked_table

LECTURE = Path(__file__).with_name("lecture_vgg16.txt").read_text(encoding="utf-8").splitlines()
ROW = re.compile(r"^[A-Z0-9_/x-]+: +\[")
COUNTS = (
    "activations", "activation_bytes", "weights", "biases", "params", "buffers",
    "macs", "adds", "muls", "divs", "compares", "exps", "flops", "neurons", "connections",
)  # fmt: skip


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def squeezed(line: str) -> str:
    return "".join(line.split())


def test_the_rows_of_the_lecture(capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(capsys, "vgg16", "--table", "--work")
    rows = [line for line in printed.splitlines() if ROW.match(line)]
    assert len(LECTURE) == len(rows) == 22
    assert [squeezed(row) for row in rows] == [squeezed(line) for line in LECTURE]
    assert "TOTAL memory: 15,237,608\nTOTAL weights: 138,344,128\n" in printed
    # What the lecture prints instead stands beside it, as the spec says it.
    assert "prints 24M values and 93 MB in its last line; its rows give 15.2M and 61 MB" in printed


def test_the_order_of_the_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(capsys, "vgg16", "--work", "--layout", "chw")
    row = next(line for line in printed.splitlines() if "[128x112x112]" in line)
    assert row.split("  ")[0] == "CONV3-128:"
    assert "memory: 128*112*112 = 1.6M" in row
    assert row.endswith("weights: 128*64*3*3 = 73,728")


def test_layout_of_any_table(capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(capsys, "vgg16", "--table", "--layout", "hwc")
    assert "input 224x224x3, batch 1, dtype float32; shapes are spatial sizes x channels, per example" in printed
    assert re.search(r"^conv2_1 +conv +112x112x128 +1,605,632 ", printed, re.MULTILINE)
    assert re.search(r"^fc8 +linear +1x1x1000 +1,000 ", printed, re.MULTILINE)
    assert "input 3x224x224" in shown(capsys, "vgg16", "--layout", "chw")
    assert "input 224x224x3" in shown(capsys, "vgg16", "--layout", "hwc")


def test_columns_batch_and_paths(capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(capsys, "resnet50", "--work", "--batch", "2", "--columns", "macs,receptive_field,params")
    row = next(line for line in printed.splitlines() if line.startswith("conv1.conv:"))
    # A count by the formulas in use; what is no count as in any table.
    assert re.split("  +", row) == [
        "conv1.conv:",
        "CONV7-64/2:",
        "[112x112x64]",
        "macs: 2*112*112*(7*7*3)*64 = 236,027,904",
        "receptive field: 7x7",
        "params: (7*7*3)*64 = 9,408",
    ]
    assert "TOTAL params: 25,557,032\n" in printed


@pytest.mark.parametrize(
    ("form", "cell"),
    [
        ("markdown", r"(3\*3\*64)\*128 = 73,728"),
        ("latex", "(3*3*64)*128 = 73,728"),
        ("html", "(3*3*64)*128 = 73,728"),
    ],
)
def test_other_formats(capsys: pytest.CaptureFixture[str], form: str, cell: str) -> None:
    printed = shown(capsys, "vgg16", "--work", "--format", form)
    assert cell in printed
    assert "112x112x128" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json"], "JSON holds everything, exactly: it takes no --work"),
        (["--format", "csv"], "--format csv is for programs and exact: it takes no --work"),
        (["--depth", "1"], "--work shows the arithmetic of each layer by itself: it takes no --depth"),
        (["--columns", "macz"], "there is no column 'macz'; did you mean 'macs'?"),
    ],
)
def test_what_it_does_not_take(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["lenet5", "--work", *arguments]) == 2
    assert capsys.readouterr().err == message + "\n"


@pytest.mark.parametrize("name", ["mobilenet_v2", "googlenet", "vit_b_16", "faster_rcnn", "unet", "show_and_tell"])
def test_values_are_those_of_the_report(name: str) -> None:
    """And what is written gives them: the worked numbers went through the same formulas."""
    report = archcalc.analyze(name, batch=3)
    found, expected = derivations(report.graph, report.settings), report.analysis
    for column in COUNTS:
        found.require((column,))
        expected.require((column,))
        assert found.values[column] == expected.values[column], column
        for value in found.values[column]:
            assert eval(str(value), {}) == value  # noqa: S307
            if isinstance(value, Worked):
                assert eval(value.written("hwc"), {"ceil_div": archcalc.algebra.ceil_div, "max": max}) == value  # noqa: S307


def test_regions_are_told_apart_as_in_any_table(capsys: pytest.CaptureFixture[str]) -> None:
    printed = shown(capsys, "faster_rcnn", "--work")
    # 1,000 regions with 91 classes each.
    assert re.search(r"FC: +\[1x1x91\] +memory: 1000\*91 = 91K +weights: 1024\*91 = 93,184\n", printed)
    assert re.search(r"^region +1,000 +1,000 ", printed, re.MULTILINE)


def test_columns_of_variants_have_no_arithmetic() -> None:
    import numpy as np

    network = archcalc.loads("input: [n, 8, 8]\nvars: {n: 3}\nlayers: [{conv: [4, 3]}]", n=np.array([1, 2]))
    with pytest.raises(archcalc.ArchcalcError, match="found Array for C_out, expected a network of plain numbers"):
        worked_table(archcalc.analyze(network))


def test_labels() -> None:
    text = """
input: [4, 20, 30]
layers:
  - {conv: {filters: 8, kernel: [1, 7], stride: [1, 2]}}
  - {depthwise_conv: 3}
  - {max_pool: {kernel: 3, stride: 2}}
  - {avg_pool: 2}
  - global_avg_pool
"""
    labels = [label(layer) for layer in archcalc.loads(text).layers]
    assert labels == ["INPUT", "CONV1x7-8/1x2", "DWCONV3", "POOL3/2", "AVGPOOL2", "GLOBAL_AVG_POOL"]


def test_a_vector_stays_a_vector_where_there_are_no_positions() -> None:
    table = worked_table(archcalc.analyze(archcalc.loads("input: [784]\nlayers: [{linear: 10}]")))
    from archcalc.render.lecture import render

    assert "FC:     [10]   memory: 10   weights: 784*10 = 7,840" in render(table)


def test_other_tables_load_nothing_of_it() -> None:
    assert "archcalc.algebra.written" not in _loaded("['vgg16', '--table']")


def _loaded(arguments: str) -> str:
    import subprocess

    code = f"import sys; from archcalc.cli import main; main({arguments}); print(sorted(sys.modules))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
