"""`archcalc explain SPEC --conventions`: all conventions on one network, and by what they differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main


def test_terms_of_resnet50(capsys):
    """11,113,984 values are normalised (2 operations each), 100,352 are averaged at the end."""
    assert main(["explain", "resnet50", "--conventions"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines() if line}
    assert rows["macs"] == ["macs", "4,089,184,256", "MAC"]
    assert rows["fvcore"][1:5] == ["4,111,512,576", "MAC", "batch_norm=22,227,968", "global_avg_pool=100,352"]
    assert rows["ptflops_aten"][1:4] == ["4,089,185,256", "MAC", "linear=1,000"]


def test_what_is_left_out_is_a_negative_term():
    """ViT-B/16 has 12 layers of 197x197 products of 768 values, twice: fvcore does not know them."""
    found = archcalc.analyze("vit_b_16").conventions()
    assert found.terms["fvcore"]["attention"] == -12 * 2 * 197 * 197 * 768
    assert found.terms["flop_counter_mode"] == {}


def test_conventions_without_a_rule_are_named():
    found = archcalc.analyze("alexnet").conventions()
    assert found.without_rule["onnx_tool"] == "the convention 'onnx_tool' has no rule for lrn"
    assert "onnx_tool is left out: the convention 'onnx_tool' has no rule for lrn" in str(found)
    assert "onnx_tool" not in found.totals


def test_json_and_ones_own(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("{unit: FLOP, rule: x, otherwise: 2*mac + 1}")
    assert main(["explain", "lenet5", "--conventions", "mine.yaml", "--format", "json", "--batch", "2"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["conventions"]}
    # 13 layers behind the input, two examples.
    assert rows["mine.yaml"]["operations"] == 4 * 416_520 + 2 * 13
    assert rows["macs"]["operations"] == 2 * 416_520


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lenet5"], "explain needs a layer; archcalc explain SPEC LAYER, or SPEC --conventions"),
        (["lenet5", "c1", "--conventions"], "--conventions speaks of the whole network, so it takes no layer"),
        (["lenet5", "--conventions", "no.yaml"], "cannot read 'no.yaml': No such file or directory"),
        (["lenet5", "c1", "--format", "csv"], "there is no format 'csv'; expected one of: latex, markdown, text"),
        (["lenet6", "--conventions"], "there is no file 'lenet6' and no network of that name; did you mean 'lenet5'?"),
    ],
)
def test_wrong_input(arguments, message, capsys):
    assert main(["explain", *arguments]) == 2
    assert capsys.readouterr().err == f"{message}\n"
