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
