"""`archcalc compare` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from archcalc.cli import main

GIVEN = ["compare", "vgg16", "resnet50", "mobilenet_v1"]


def test_text(capsys):
    assert main([*GIVEN, "--columns", "params,depth"]) == 0
    # 25,557,032 and 4,231,976 of 138,357,544; layers with weights on the longest path, as their papers count them.
    assert capsys.readouterr().out.splitlines()[3:] == [
        "network       input           params    ratio    depth    ratio",
        "------------  ---------  -----------  -------  -------  -------",
        "vgg16         3x224x224  138,357,544        1       16        1",
        "resnet50      3x224x224   25,557,032    0.185       50     3.13",
        "mobilenet_v1  3x224x224    4,231,976   0.0306       28     1.75",
    ]


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_formats(form, capsys, tmp_path):
    assert main([*GIVEN, "--format", form, "-o", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert "138,357,544" in (tmp_path / "out").read_text()


def test_programs(capsys):
    assert main([*GIVEN, "--format", "csv", "--columns", "macs"]) == 0
    first, second, _ = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (first["macs"], first["macs_ratio"]) == ("15470264320", "1.0")
    assert float(second["macs_ratio"]) == 4_089_184_256 / 15_470_264_320
    assert main([*GIVEN, "--json", "--set", "classes=10", "--batch", "2"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert [network["vars"]["classes"] for network in parsed["networks"]] == [10, 10, 10]
    assert parsed["batch"] == 2


def test_files(capsys, tmp_path):
    for folder, filters in (("a", 4), ("b b", 8)):
        (tmp_path / folder).mkdir()
        spec = f"input: [3, 8, 8]\nvars: {{k: 1}}\nlayers: [{{conv: [{filters}, k]}}]\n"
        (tmp_path / folder / "net.yaml").write_text(spec)
    files = [str(tmp_path / folder / "net.yaml") for folder in ("a", "b b")]
    assert main(["compare", *files, "--json", "--set", "k=3"]) == 0
    networks = json.loads(capsys.readouterr().out)["networks"]
    assert [network["spec"] for network in networks] == files
    assert [network["totals"]["params"] for network in networks] == [27 * 4 + 4, 27 * 8 + 8]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["vgg16"], "found 1 to compare, expected at least 2 networks"),
        (["vgg16", "vgg16"], "the network 'vgg16' is given twice; archcalc diff sets one spec beside itself"),
        (["vgg16", "nope"], "there is no file 'nope'"),
        (["vgg16", "vgg19", "--columns", "name"], "the column 'name' has no total"),
        (["vgg16", "vgg19", "--columns", ","], "--columns is empty"),
        (["vgg16", "vgg19", "--columns", "bound_ms"], "needs a device"),
        (["vgg16", "vgg19", "--json", "--format", "text"], "--json and --format text contradict each other"),
        (["vgg16", "resnet50", "--set", "width=2"], "vgg16: there is no var 'width' to set"),
        (["vgg16", "vgg19", "--batch", "0"], "the batch is 0"),
        (["vgg16", "vgg19", "--dtype", "float31"], "there is no dtype 'float31'"),
        (["vgg16", "vgg19", "--convention", "macz"], "macz"),
        (["vgg16", "vgg19", "--device", "nvidia-v100"], "nvidia-v100"),
        (["vgg16", "vgg19", "-o", "/no/such/folder/out"], "cannot write '/no/such/folder/out'"),
    ],
)
def test_wrong_input(options, message, capsys):
    assert main(["compare", *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
