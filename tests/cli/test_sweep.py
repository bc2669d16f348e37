"""`archcalc sweep`: what it prints and writes, what it refuses, and that nothing is lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import archcalc
from archcalc.cli import main
from archcalc.cli.over import parse_over
from archcalc.sweeping import work
from archcalc.sweeping.parts import Parts

GRID = ["--over", "alpha=0.25:1:0.25", "resolution=96:224:32"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1:5", [1, 2, 3, 4, 5]),
        ("a=1:6:2", [1, 3, 5]),
        ("a=5:1:-2", [5, 3, 1]),
        ("a=0.25:0.31:0.02", [0.25, 0.27, 0.29, 0.31]),  # steps are exact: no 0.30999
        ("a=0:1:1/4", [0.0, 0.25, 0.5, 0.75, 1.0]),
        ("a=log:1:1000:4", [1, 10, 100, 1000]),
        ("a=log:1:4:9", [1, 2, 3, 4]),  # whole numbers, each once
        ("a=log:0.5:2:3", [0.5, 1.0, 2.0]),
        ("a=1,2.5,true,half,1x1", [1, 2.5, True, "half", "1x1"]),
        ("a=[3,4],[1,2]", [[3, 4], [1, 2]]),
        ("a=7", [7]),
    ],
)
def test_values(text, values):
    assert parse_over(text) == ("a", pytest.approx(values) if "log:0.5" in text else values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "--over a: expected NAME=START:STOP:STEP"),
        ("=3", "--over =3: expected NAME"),
        ("a=", "--over a=: expected NAME"),
        ("a=1:2:3:4", "--over a=1:2:3:4: expected START:STOP:STEP or log:START:STOP:COUNT"),
        ("a=1:x", "--over a=1:x: found 'x', expected a number"),
        ("a=1:5:0", "--over a=1:5:0: the step 0 does not lead from 1 to 5"),
        ("a=1:5:-1", "--over a=1:5:-1: the step -1 does not lead from 1 to 5"),
        ("a=log:0:5:3", "--over a=log:0:5:3: a log range needs positive ends and a whole COUNT"),
        ("a=0:1:1e-9", "--over a=0:1:1e-9: 1,000,000,001 values, expected at most 10,000,000"),
        ("a=1,,2", "--over a:1:4: "),
    ],
)
def test_wrong_values(text, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        parse_over(text)
    assert str(caught.value).startswith(message)


def test_bounds_of_many(capsys):
    assert main(["sweep", "mobilenet_v1", "--over", "alpha=0.25:1.5:0.01", "resolution=96:320:8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "3,654 of 3,654 variants"
    rows = {line.split()[0]: line.split() for line in lines[3:]}
    assert rows["resolution"] == ["resolution", "96", "320"]
    smallest = archcalc.load("mobilenet_v1", alpha=0.25, resolution=96)
    assert rows["macs"][1] == f"{archcalc.analyze(smallest).totals['macs']:,}"


def test_few_are_listed_and_where_keeps(capsys):
    assert main(["sweep", "mobilenet_v1", *GRID, "--where", "macs <= 50M", "--columns", "macs"]) == 0
    out = capsys.readouterr().out
    assert "7 of 20 variants" in out
    assert out.count("\n") == 5 + 7  # name, count, heading, rule


def test_front(capsys):
    """Most parameters for the least MACs: every resolution but the smallest is beaten."""
    assert main(["sweep", "mobilenet_v1", *GRID, "--pareto", "macs,+params", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["alpha"], row["resolution"]) for row in found["variants"]] == [(a, 96) for a in (0.25, 0.5, 0.75, 1.0)]


def test_nothing_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", "mobilenet_v1", *GRID, "--where", "macs <= 1", "-o", "a.csv"]) == 1
    said = capsys.readouterr()
    assert "0 of 20 variants" in said.out
    assert said.err == "no variant is left of 20: --where holds for none of those that make a network; no file\n"
    assert os.listdir() == []
    assert main(["sweep", "mobilenet_v1", "--over", "alpha=-1,-2"]) == 1
    assert capsys.readouterr().err == "no variant is left of 2: none makes a network\n"


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_files_hold_every_variant(end, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(work, "STRETCH", 7)  # more than one part
    monkeypatch.chdir(tmp_path)
    file = f"a sweep.{end}"
    assert main(["sweep", "mobilenet_v1", *GRID, "--set", "classes=10", "-o", file]) == 0
    read = pd.read_csv(file) if end == "csv" else pd.read_parquet(file)
    values = {"alpha": [0.25, 0.5, 0.75, 1.0], "resolution": range(96, 225, 32)}
    expected = archcalc.sweep("mobilenet_v1", classes=[10], **values).drop(columns="classes")
    pd.testing.assert_frame_equal(read, expected, check_dtype=False)
    assert os.listdir(".") == [file]


def test_a_picture_and_a_table(tmp_path, monkeypatch, capsys):
    """The points and their front in a picture, beside the table; without --pareto the front is of both as little."""
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "mobilenet_v1", *GRID, "--plot", "macs,params", "--color", "resolution"]
    assert main([*command, "--pareto", "macs,+params", "-o", "a.svg", "-o", "a.csv"]) == 0
    assert "the Pareto front of least macs and most params: 4 variants" in capsys.readouterr().out
    assert "macs [MAC]" in (tmp_path / "a.svg").read_text()
    assert len(pd.read_csv("a.csv")) == 20
    assert main([*command, "-o", "b.png"]) == 0
    assert "the Pareto front of least macs and least params: 1 variant\n" in capsys.readouterr().out
    assert sorted(os.listdir()) == ["a.csv", "a.svg", "b.png"]


def test_points_of_many_variants_are_thinned(monkeypatch):
    """Evenly, whatever the stretches; the front is whole."""
    from archcalc.sweeping import summary
    from archcalc.sweeping.plan import Plan
    from archcalc.sweeping.space import space_of

    monkeypatch.setattr(summary, "MAX_POINTS", 10)
    values = {"alpha": [0.25, 0.5, 0.75, 1.0], "resolution": range(96, 296)}
    plan = Plan(("mobilenet_v1",), space_of(values), pareto=("macs", "+params"), plotted=("macs", "params"))
    for size in (800, 200, 64):
        whole = work.Work(plan)
        found = summary.Summary(plan)
        for start in range(0, 800, size):
            found.add(work.carry_out(whole, None, start, min(start + size, 800)))
        assert 10 < len(found.points["macs"]) <= 20
        assert (found.every, len(found.front["macs"])) == (64, 4)


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_parts_with_and_without_huge_numbers(end, tmp_path, monkeypatch, capsys):
    """A count beyond 64 bits is text in Parquet, in all rows; read again to go on, it is a number."""
    monkeypatch.setattr(work, "STRETCH", 1)
    monkeypatch.chdir(tmp_path)
    file = f"a.{end}"
    command = ["sweep", "blocks/chain", "--over", "C=3,2147483647,4", "H=1048576", "--columns", "macs", "-o", file]
    assert main(command) == 0
    said = capsys.readouterr().out
    read = pd.read_csv(file) if end == "csv" else pd.read_parquet(file)
    assert [int(value) for value in read["macs"]] == [8153726976, 4178047628697048350642405376, 14495514624]
    os.remove(file)
    with monkeypatch.context() as patch:
        patch.setattr(Parts, "remove", lambda self: None)
        assert main(command) == 0
    os.remove(file)
    assert main([*command, "--resume"]) == 0
    assert capsys.readouterr().out == said * 2


def test_a_full_disk(tmp_path, monkeypatch, capsys):
    """Nothing half-written has the final name, what was written before is kept, and the sweep goes on."""
    monkeypatch.setattr(work, "STRETCH", 5)
    monkeypatch.chdir(tmp_path)
    replace, calls = os.replace, []

    def full(source, target):
        calls.append(target)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    command = ["sweep", "mobilenet_v1", *GRID, "-o", "a.csv"]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith("cannot write '")
    assert "No space left on device; what was written before is kept, and --resume goes on with it" in error
    assert os.listdir() == ["a.csv.parts"]
    assert not [name for name in os.listdir("a.csv.parts") if name.endswith(".new")]
    assert main([*command, "--resume"]) == 0
    assert len(pd.read_csv("a.csv")) == 20


def test_an_interrupted_sweep_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(work, "STRETCH", 5)
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "blocks/grouped", "--over", "C_in=1:20", "G=1,2", "-o", "a.csv"]
    assert main(command) == 0
    whole = (tmp_path / "a.csv").read_text()
    said = capsys.readouterr().out
    (tmp_path / "a.csv").unlink()
    add = Parts.add

    def interrupted(self, start, stretch):
        if start > 12:
            raise KeyboardInterrupt
        add(self, start, stretch)

    monkeypatch.setattr(Parts, "add", interrupted)
    assert main(command) == 130
    captured = capsys.readouterr()
    assert "interrupted after 16 of 40 variants; 'a.csv' has them, and --resume goes on" in captured.err
    assert whole.startswith((tmp_path / "a.csv").read_text())
    monkeypatch.setattr(Parts, "add", add)
    assert main(command) == 2
    assert "'a.csv.parts' is there: what an earlier sweep has done; --resume goes on with it" in capsys.readouterr().err
    assert main([*command[:-2], "--columns", "macs", "-o", "a.csv", "--resume"]) == 2
    assert "'a.csv.parts' is of another sweep" in capsys.readouterr().err
    assert main([*command, "--resume"]) == 0
    assert (tmp_path / "a.csv").read_text() == whole
    assert capsys.readouterr().out == said  # the summary, the variants without a network too
    assert main([*command, "--resume"]) == 2
    assert "there is nothing to go on with: 'a.csv' is finished" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_sweep_goes_on(tmp_path):
    """Killed without warning: what was written under its final name is used, the rest is computed again."""
    code = "import sys; from archcalc.cli import main; from archcalc.sweeping import work; "
    code += "work.STRETCH = 100; sys.exit(main())"
    command = [sys.executable, "-c", code, "sweep", "mobilenet_v1"]
    command += ["--over", "alpha=0.25:1.5:0.001", "resolution=96:196"]
    process = subprocess.Popen([*command, "-o", "a.parquet"], cwd=tmp_path, stdout=subprocess.PIPE)
    parts = tmp_path / "a.parquet.parts"
    while not (parts.is_dir() and len(list(parts.glob("part-*.parquet"))) > 3):
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "a.parquet").exists()
    subprocess.run([*command, "-o", "a.parquet", "--resume"], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run([*command, "-o", "b.parquet"], cwd=tmp_path, check=True, capture_output=True)
    one, other = (pd.read_parquet(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    pd.testing.assert_frame_equal(one, other)
    assert len(one) == 1251 * 101


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mobilenet_v1", "--over", "alpha=1", "alpha=2"], "--over gives 'alpha' twice"),
        (["mobilenet_v1", "--over", "alfa=1"], "there is no var 'alfa'; did you mean 'alpha'?"),
        (["mobilenet_v1", "--over", "alpha=1", "--set", "alpha=2"], "'alpha' cannot have a value and be swept"),
        (["mobilenet_v1", "--over", "alpha=1", "--sample", "many"], "the sample is 'many', expected a whole number"),
        (["mobilenet_v1", "--over", "alpha=1", "--columns", ","], "found an empty list of columns"),
        (["mobilenet_v1", "--over", "alpha=1", "--pareto", "mac"], "the front is of 'mac', which is no number here"),
        (["mobilenet_v1", "--over", "alpha=1", "-o", "a.xlsx"], "cannot write 'a.xlsx': found the ending '.xlsx'"),
        (["mobilenet_v1", "--over", "alpha=1", "-o", "/proc/no/a.csv"], "cannot write '/proc/no/a.csv.parts'"),
        (["mobilenet_v1", "--over", "alpha=1", "-o", "a.png"], "'a.png' is a picture; say what it shows: --plot"),
        (
            ["mobilenet_v1", "--over", "alpha=1", "--plot", "macs,params"],
            "--plot needs a file for the picture; -o FILE",
        ),
        (["mobilenet_v1", "--over", "alpha=1", "--color", "alpha"], "--color is of a picture; say what it shows"),
        (["mobilenet_v1", "--over", "alpha=1", "-o", "a.csv", "-o", "b.csv"], "found two files of variants, 'a.csv'"),
        (["mobilenet_v1", "--over", "alpha=1", "--plot", "macs", "-o", "a.png"], "--plot macs: expected two columns"),
        (["mobilenet_v1", "--over", "alpha=1", "--plot", "macs,op", "-o", "a.png"], "the picture is of 'op', which is"),
        (["mobilenet_v1", "--over", "alpha=1", "--plot", "macs,params", "-o", "/no/a.png"], "cannot write '/no/a.png'"),
        (["mobilenet_v1", "--over", "alpha=1", "--resume"], "--resume needs the file that was being written"),
        (["mobilenet_v9", "--over", "alpha=1"], "there is no file 'mobilenet_v9'"),
    ],
)
def test_wrong_input(arguments, message, capsys):
    assert main(["sweep", *arguments]) == 2
    assert capsys.readouterr().err.startswith(message)
