"""`archcalc savings` as a user meets it."""

from __future__ import annotations

import json

from archcalc.cli import main


def test_formats(capsys, tmp_path):
    assert main(["savings", "lenet5"]) == 0
    assert "1/C_out + 1/K**2" in capsys.readouterr().out
    assert main(["savings", "blocks/basic", "--set", "C=8", "--groups", "4", "--width", "3", "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert parsed["groups"] == 4
    assert [one["form"] for one in parsed["layers"]][:4] == ["dense", "grouped, G=4", "separable", "bottleneck, r=3"]
    assert parsed["totals"]["dense"]["macs"] == 18 * 8 * 8 * 56 * 56
    assert main(["savings", "vgg16", "--format", "markdown", "-o", str(tmp_path / "a.md")]) == 0
    assert "7.89x" in (tmp_path / "a.md").read_text()


def test_wrong_input(capsys):
    assert main(["savings", "lenet5", "--groups", "0"]) == 2
    assert "groups is 0" in capsys.readouterr().err


def test_a_var_may_be_named_like_an_option(capsys, tmp_path):
    spec = tmp_path / "a.yaml"
    spec.write_text(
        "input: [4, 8, 8]\nvars: {width: 4, step: 1, symbols: 3}\nlayers: [{conv: [width, symbols, step]}]\n"
    )
    assert main(["savings", str(spec), "--set", "width=8"]) == 0
    assert main(["solve", str(spec), "--for", "width", "--where", "params <= 1000", "--set", "step=2"]) == 0
    assert main(["formulas", str(spec), "--symbols", "width", "--set", "symbols=5", "step=2"]) == 0
    assert "101*width" in capsys.readouterr().out  # 4*5*5 weights and a bias each
