"""`archcalc formulas` as a user meets it."""

from __future__ import annotations

import json

import pytest

from archcalc.cli import main


@pytest.mark.parametrize("form", ["text", "latex", "python", "markdown", "json"])
def test_formats(form, capsys):
    assert main(["formulas", "blocks/bottleneck", "--symbols", "C", "H", "W", "--format", form]) == 0
    shown = capsys.readouterr().out
    written = "17 C^{2} H W" if form == "latex" else "17*C**2*H*W"
    assert written in shown
    if form == "json":
        parsed = json.loads(shown)
        assert parsed["totals"]["macs"] == written
        assert parsed["totals"]["depth"] == 3
        assert parsed["symbols"] == ["C", "H", "W"]
        assert parsed["layers"][1]["receptive_field"] == [1, 1]


def test_values_beside_symbols(capsys, tmp_path):
    file = tmp_path / "out.txt"
    arguments = ["formulas", "blocks/chain", "--symbols", "K", "--set", "L=5", "H=64", "--assume-divisible"]
    assert main([*arguments, "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert "5*(K - 1) + 1" in file.read_text()
    assert "vars C=16, H=64, W=32, L=5" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["blocks/basic", "--symbols", "c"], "there is no var 'c'; did you mean 'C'?"),
        (["lenet5", "--symbols", "x"], "there is no var 'x'; expected one of: classes"),
        (["blocks/basic", "--symbols", "C", "C"], "the symbol 'C' is given twice"),
        (["blocks/basic", "--symbols", "C", "--set", "C=3"], "'C' cannot be a symbol and have a value"),
        (["blocks/se", "--symbols", "bias"], "the var 'bias' is no number, so it cannot be a symbol"),
        (["vgg16", "--symbols", "convs"], "the var 'convs' is a list, so it cannot be a symbol"),
        (["blocks/basic", "--symbols", "C", "--set", "Z=3"], "there is no var 'Z' to set; expected one of: C, H, W"),
        (["blocks/nothing", "--symbols", "C"], "there is no file 'blocks/nothing'"),
        (
            ["blocks/chain", "--symbols", "K", "L"],
            "blocks/chain.yaml:8:73: 'repeat' decides the structure, so it cannot be L; give it one whole number",
        ),
    ],
)
def test_wrong_input(arguments, message, capsys):
    assert main(["formulas", *arguments]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


def test_a_when_that_would_be_open(tmp_path, capsys):
    spec = tmp_path / "a.yaml"
    spec.write_text("input: [3, 8, 8]\nvars: {c: 3}\nlayers:\n  - {conv: [c, 3]}\n  - {conv: [4, 1], when: c > 4}\n")
    assert main(["formulas", str(spec), "--symbols", "c"]) == 2
    assert f"{spec}:5:26: whether c > 4 is not known" in capsys.readouterr().err


def test_symbols_are_needed(capsys):
    with pytest.raises(SystemExit):
        main(["formulas", "blocks/basic"])
    assert "the following arguments are required: --symbols" in capsys.readouterr().err
