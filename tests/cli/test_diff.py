"""`archcalc diff` as a user meets it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from archcalc.cli import main

HERE = Path(__file__).parent
SELF = ["diff", "resnet50", "resnet50"]
GIVEN = [*SELF, "--set-a", "stride_in=1x1", "--set-b", "stride_in=3x3"]


@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (GIVEN, "diff_resnet50.txt"),
        ([*SELF, "--set-b", "stride_in=3x3"], "diff_resnet50_same.txt"),  # as it is: the zoo's is torchvision's
        (["diff", "resnet18", "resnet34"], "diff_resnet18_resnet34.txt"),
    ],
)
def test_golden(arguments, file, capsys):
    assert main(arguments) == 0
    assert capsys.readouterr().out == (HERE / file).read_text(encoding="utf-8")


def test_it_is_one_screen(capsys):
    assert main(GIVEN) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert any("3,857,973,248  4,089,184,256  +231,211,008" in line for line in lines)


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_formats(form, capsys, tmp_path):
    assert main([*GIVEN, "--format", form, "-o", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert "+77,070,336" in (tmp_path / "out").read_text()


def test_programs_get_every_layer(capsys):
    assert main([*GIVEN, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 12  # in each of three stages two convolutions, and the normalisation and relu between them
    assert sum(int(row["macs"]) for row in rows) == 231_211_008
    assert main([*GIVEN, "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert len(parsed["layers"]) == 12
    assert parsed["equal"] == 164
    assert [parsed[side]["vars"]["stride_in"] for side in "ab"] == ["1x1", "3x3"]


def test_one_network_alone_goes_before_both(capsys):
    assert main([*SELF, "--set", "classes=10", "se=16", "--set-b", "classes=11", "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert [(parsed[side]["vars"]["classes"], parsed[side]["vars"]["se"]) for side in "ab"] == [(10, 16), (11, 16)]


def test_files_of_one_name(capsys, tmp_path):
    for folder, stride in (("before", 1), ("and after", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "net.yaml").write_text(f"input: [3, 8, 8]\nlayers: [{{conv: [4, 3, {stride}]}}]\n")
    a, b = (str(tmp_path / folder / "net.yaml") for folder in ("before", "and after"))
    assert main(["diff", a, b]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"A: {a}; B: {b}\n")
    assert "stride 1 -> 2" in shown


def test_columns_and_settings(capsys):
    assert main(["diff", "vgg16", "vgg19", "--columns", "activation_bytes,flops", "--dtype", "float16", "--batch", "2",
                 "--convention", "flops"]) == 0  # fmt: skip
    shown = capsys.readouterr().out
    # Three convolutions more: 256 maps of 56x56, 512 of 28x28 and of 14x14; of 2 bytes, for 2 examples.
    assert f"{4 * (256 * 3136 + 512 * 784 + 512 * 196):+,}" in shown
    assert "batch 2, dtype float16; convention flops" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["vgg16", "nope"], "there is no file 'nope'"),
        (["nope", "nil"], "there is no file 'nil'"),
        (["vgg16", "vgg19", "--columns", "depth"], "the column 'depth' has no total that is a sum over the layers"),
        (["vgg16", "vgg19", "--columns", "bound_ms"], "needs a device"),
        (["vgg16", "vgg19", "--json", "--format", "csv"], "--json and --format csv contradict each other"),
        (["resnet50", "resnet50", "--set-b", "stride_in=5x5"], "stride_in"),
        (["resnet50", "resnet50", "--set-b", "strides=3x3"], "resnet50: there is no var 'strides' to set"),
        (["resnet50", "resnet50", "--set-a", "stride_in"], "--set-a stride_in: expected NAME=VALUE"),
        (["resnet50", "resnet50", "--set-b", "se=1", "se=2"], "--set-b gives 'se' twice"),
    ],
)
def test_wrong_input(options, message, capsys):
    assert main(["diff", *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
