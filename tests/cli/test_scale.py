"""`archcalc scale` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from archcalc.cli import main


def test_efficientnet(capsys):
    """Section 3.3 of Tan and Le, ICML 2019: 1.2 * 1.1^2 * 1.15^2 = 1.92, and what this really costs."""
    assert main(["scale", "efficientnet_b0", "--budget", "2x"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "macs from 694,466,554 to 771,629,504: 1.8x to 2x the 385,814,752 of the network as it is"
    heading = [word for word in lines[3].split("  ") if word]
    assert [word.strip() for word in heading[:8]] == [
        "verdict", "d", "w", "r", "depth", "width", "resolution", "d*w^2*r^2",
    ]  # fmt: skip
    rows = {tuple(line.split()[1:4]): line.split() for line in lines if line.startswith(("fits", "over", "under"))}
    assert rows["1.2", "1.1", "1.15"] == [
        "over", "1.2", "1.1", "1.15", "1.2", "1.1", "258", "1.920", "2.573", "992,629,472", "9,109,994", "33,865,158",
    ]  # fmt: skip
    assert lines[-3:] == [
        "fit by their real macs: 41 of 1,701 combinations",
        "fit by the rule d*w^2*r^2: 99, whose real macs are 1.804x to 3.329x",
        "which of them is the most accurate only training tells",
    ]


def test_without_a_depth(capsys):
    """MobileNet has none, and is made smaller as in its paper: alpha and resolution below 1."""
    assert main(["scale", "mobilenet_v1", "--budget", "0.5x", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["knobs"] == {"width": "alpha", "resolution": "resolution"}
    assert "no var of the network has a usual name of its depth, which stays" in found["notes"]
    assert all(one["times_width"] <= 1 and one["times_resolution"] <= 1 for one in found["candidates"])


def test_named_vars_only(capsys):
    """800 MMAC is an amount; the depth stays, as it is not named, and that needs no note."""
    named = ["--width", "width", "--resolution", "resolution"]
    command = ["scale", "efficientnet_b0", "--budget", "800M", "--step", "0.1", "--within", "5%", *named]
    assert main([*command, "--set", "classes=10", "--format", "csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert (
        rows[0] == "verdict,times_width,times_resolution,width,resolution,times_rule,times_macs,macs,params,activations"
    )
    assert all(760_000_000 <= int(row.split(",")[-3]) <= 800_000_000 for row in rows if row.startswith("fits"))


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "csv", "json", "html"])
def test_formats_and_files(form, tmp_path):
    """Nothing fits: status 1, and the nearest is shown."""
    file = tmp_path / "out"
    command = ["scale", "mobilenet_v1", "--budget", "1.9x", "--step", "0.5", "--width", "alpha"]
    assert main([*command, "--format", form, "-o", str(file)]) == 1
    assert "under" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["efficientnet_b0", "--budget", "2y"], "the budget is '2y', expected a multiple of what the network costs"),
        (["efficientnet_b0", "--budget", "2x", "--json", "--format", "csv"], "--json and --format csv contradict"),
        (["efficientnet_b0", "--budget", "2x", "--batch", "0"], "the batch is 0, expected a whole number"),
        (["efficientnet_b0", "--budget", "2x", "--dtype", "float7"], "there is no dtype 'float7'"),
        (
            ["efficientnet_b0", "--budget", "2x", "--set", "widht=2"],
            "there is no var 'widht' to set; did you mean 'width'?",
        ),
        (
            ["efficientnet_b0", "--budget", "2x", "--measure", "depth"],
            "the var 'depth' and the column 'depth' have one",
        ),
        (["efficientnet_b0", "--budget", "2x", "-o", "/proc/no/out"], "cannot write '/proc/no/out'"),
    ],
)
def test_wrong_input(arguments, message, capsys):
    assert main(["scale", *arguments]) == 2
    assert capsys.readouterr().err.startswith(message)


def test_a_spec_with_mistakes(tmp_path, capsys):
    file = tmp_path / "bad.yaml"
    file.write_text("input: [3, 8, 8]\nvars: {width: 4}\nlayers: [{conv: [width, 1]}, cnv]")
    assert main(["scale", str(file), "--budget", "2x"]) == 2
    assert capsys.readouterr().err == f"{file}:3:30: unknown op or block 'cnv'; did you mean 'conv'?\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
def test_a_closed_pipe():
    command = f"{sys.executable} -m archcalc scale efficientnet_b0 --budget 2x | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert result.stdout.startswith("EfficientNet-B0")
    assert result.stderr == ""
