"""`archcalc solve` as a user meets it."""

from __future__ import annotations

import json

import pytest

from archcalc.cli import main

RESNEXT = ["solve", "blocks/resnext", "--for", "c", "--where", "macs == 17*C**2*H*W", "--set", "C=64", "G=32"]


def test_the_width_of_resnext(capsys, tmp_path):
    assert main(RESNEXT) == 0
    shown = capsys.readouterr().out
    assert shown.endswith("best: c = 4\n")
    assert "equation: 9*G*c**2 + 8*C*G*c = 17*C**2\n" in shown
    assert main([*RESNEXT, "-o", str(tmp_path / "out.md"), "--format", "markdown"]) == 0
    assert "219,971,584" in (tmp_path / "out.md").read_text()


def test_json(capsys):
    assert main([*RESNEXT, "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert parsed["best"] == 4
    assert parsed["roots"] == ["-256/9 + 8*sqrt(1330)/9"]
    assert [one["c"] for one in parsed["candidates"]] == [3, 4]


def test_a_budget(capsys):
    assert main(["solve", "mobilenet_v1", "--for", "alpha", "--where", "macs <= 300M", "--step", "0.25"]) == 0
    assert "best: alpha = 0.5\n" in capsys.readouterr().out


def test_nothing_holds(capsys):
    assert main(["solve", "mobilenet_v1", "--for", "classes", "--where", "params <= 3207000"]) == 1
    assert "nothing holds" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--for", "q", "--where", "macs < 3M"], "there is no var 'q'; did you mean"),
        (["--for", "c", "--where", "macs < 3M", "--step", "x"], "the step is 'x', expected a number"),
        (["--for", "c", "--where", "cost < 3M"], "--where 'cost < 3M': unknown name 'cost'"),
    ],
)
def test_wrong_input(arguments, message, capsys):
    assert main(["solve", "blocks/resnext", *arguments]) == 2
    assert message.partition(";")[0] in capsys.readouterr().err
