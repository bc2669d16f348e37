"""`archcalc SPEC` as a user meets it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def archcalc(*arguments: str, cwd: Path = ROOT, **keywords: object) -> subprocess.CompletedProcess[str]:
    """Run the command as `python -m archcalc`."""
    command = [sys.executable, "-m", "archcalc", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, **keywords)  # type: ignore[call-overload,no-any-return]


def test_totals_without_table() -> None:
    done = archcalc("lenet5")
    assert done.returncode == 0
    assert "params              61,706" in done.stdout
    assert "c1" not in done.stdout


@pytest.mark.parametrize(
    "extra", [["--table"], ["--columns", "params"], ["--depth", "1"], ["--format", "text"], ["--all"]]
)
def test_what_asks_for_the_table(extra: list[str]) -> None:
    assert "\nc1 " in archcalc("lenet5", *extra).stdout


def test_table_hides_and_counts_silent_layers() -> None:
    done = archcalc("lenet5", "--table")
    assert "tanh " not in done.stdout.partition("\n\n")[2].partition("\n\n")[0]
    assert (
        "not listed, as they work in place or are views and add 0 to every sum here: 4 tanh, 1 flatten, 1 softmax"
        in done.stdout
    )


def test_silent_layers_show_where_they_have_something_to_say() -> None:
    # 6*28*28 + 16*10*10 + 120 + 84 values through tanh, and the 10 exponentials of the softmax
    done = archcalc("lenet5", "--columns", "exps", "--format", "csv")
    rows = dict(line.split(",") for line in done.stdout.splitlines()[1:])
    assert {name: rows[name] for name in ("tanh", "tanh_2", "tanh_3", "tanh_4", "softmax")} == {
        "tanh": "4704",
        "tanh_2": "1600",
        "tanh_3": "120",
        "tanh_4": "84",
        "softmax": "10",
    }
    assert "\ntanh " in archcalc("lenet5", "--columns", "exps").stdout


def test_json_has_the_fields_of_the_contract() -> None:
    report = json.loads(archcalc("mobilenet_v1", "--json", "--set", "alpha=0.5", "--batch", "3").stdout)
    assert list(report) == [
        "format_version", "name", "source", "input", "vars", "convention", "batch", "dtype", "layers", "totals",
    ]  # fmt: skip
    assert list(report["layers"][1]) == [
        "name", "op", "attributes", "inputs", "output", "params", "weights", "buffers", "macs", "flops",
        "activations", "receptive_field", "jump", "start",
    ]  # fmt: skip
    assert list(report["totals"]) == [
        "params", "weights", "buffers", "macs", "flops", "activations", "neurons", "connections", "depth",
    ]  # fmt: skip
    assert report["vars"]["alpha"] == 0.5
    assert report["batch"] == 3
    assert report["layers"][0]["output"] == [3, 224, 224]


def test_json_integers_are_exact_at_any_size(tmp_path: Path) -> None:
    spec = tmp_path / "huge net.yaml"
    spec.write_text(f"input: [{10**30}]\nlayers: [{{linear: {{units: {10**25}, bias: false}}}}]\n")
    report = json.loads(archcalc(str(spec), "--json").stdout)
    assert report["totals"]["macs"] == 10**55


def test_set_and_convention() -> None:
    done = archcalc("resnet50", "--json", "--set", "stride_in=1x1", "--convention", "flops")
    totals = json.loads(done.stdout)["totals"]
    assert totals["macs"] == 3_857_973_248  # He et al. 2016: 3.8 billion "FLOPs", which are multiply-adds
    assert totals["flops"] == 7_715_946_496


def test_human_has_two_digits() -> None:
    done = archcalc("vgg16", "--table", "--human")
    row = next(line for line in done.stdout.splitlines() if line.startswith("conv1_1 ")).split()
    assert row == ["conv1_1", "conv", "64x224x224", "3.2M", "1728", "1792", "87M", "3x3"]


def test_depth_folds_blocks_by_each_column_s_rule() -> None:
    done = archcalc(
        "resnet50", "--depth", "1", "--format", "csv", "--columns", "op,output,params,depth,receptive_field"
    )
    rows = {line.split(",")[0]: line.split(",")[1:] for line in done.stdout.splitlines()}
    # He et al. 2016, table 1: conv3_x ends at 28x28, after 1 + 9 + 12 weighted layers. The field by hand: 7,
    # pool 7 + 2*2 = 11 (jump 4), three 3x3 at jump 4: 35, one more: 43 (jump 8), three at jump 8: 91.
    # Params of torchvision's layer2: 1,219,584.
    assert rows["conv3"] == ["bottleneck x4", "512x28x28", "1219584", "22", "91x91"]


def test_receptive_field_of_resnet50_depends_on_its_stride() -> None:
    # Araujo et al. 2019 print 483 for ResNet-50 v1, whose 3x3 convolutions all come after the stride.
    command = ("resnet50", "--depth", "1", "--format", "csv", "--columns", "receptive_field", "--set")
    assert "conv5,483x483\n" in archcalc(*command, "stride_in=1x1").stdout
    assert "conv5,427x427\n" in archcalc(*command, "stride_in=3x3").stdout


def test_output_file(tmp_path: Path) -> None:
    target = tmp_path / "a folder" / "out.md"
    assert archcalc("lenet5", "--format", "markdown", "-o", str(target)).returncode == 2
    target.parent.mkdir()
    done = archcalc("lenet5", "--format", "markdown", "-o", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text().startswith("**LeNet-5")


def test_a_path_wins_over_the_zoo(tmp_path: Path) -> None:
    (tmp_path / "vgg16").write_text("input: [1, 4, 4]\nlayers: [flatten]\n")
    assert "input 1x4x4" in archcalc("vgg16", cwd=tmp_path).stdout
    assert "input 3x224x224" in archcalc("vgg16").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mobilnet_v1"], "there is no file 'mobilnet_v1' and no network of that name; did you mean 'mobilenet_v1'?\n"),
        (["no/such.yaml"], "there is no file 'no/such.yaml'\n"),
        (["specs"], "cannot read 'specs': Is a directory\n"),
        (["lenet5", "--set", "clases=3"], "there is no var 'clases' to set; did you mean 'classes'?\n"),
        (["lenet5", "--set", "classes"], "--set classes: expected NAME=VALUE\n"),
        (["lenet5", "--set", "classes=3", "classes=4"], "--set gives 'classes' twice\n"),
        (["lenet5", "--set", "classes=banana + 1"], "--set classes:1:1: unknown name 'banana'; "),
        (["specs/lenet5.yaml", "--set", "classes=banana"], "specs/lenet5.yaml:"),
        (["lenet5", "--columns", "parms"], "there is no column 'parms'; did you mean 'params'?\n"),
        (["lenet5", "--columns", ","], "--columns is empty, expected names of columns separated by commas\n"),
        (["lenet5", "--batch", "0"], "the batch is 0, expected a whole number of at least 1\n"),
        (["lenet5", "--depth", "0"], "the depth is 0, expected a whole number of at least 1\n"),
        (["lenet5", "--dtype", "float31"], "there is no dtype 'float31'; did you mean 'float32'?\n"),
        (["lenet5", "--convention", "mac"], "there is no convention 'mac'; did you mean 'macs'?\n"),
        (["lenet5", "--set", "classes="], "--set classes=: a value is missing\n"),
        (["lenet5", "--json", "--columns", "params"], "JSON holds everything, exactly: it takes no --columns\n"),
        (["lenet5", "--json", "--depth", "0"], "JSON holds everything, exactly: it takes no --depth\n"),
        (["lenet5", "--format", "json", "--human"], "JSON holds everything, exactly: it takes no --human\n"),
        (["lenet5", "--format", "csv", "--human"], "--format csv is for programs and exact: it takes no --human\n"),
        (["lenet5", "--format", "csv", "--json"], "--json and --format csv contradict each other\n"),
        (["ops", "cnv"], "unknown op 'cnv'; did you mean 'conv'?\n"),
        (["a\udc80b"], "there is no file "),
    ],
)
def test_wrong_input_is_one_message_and_status_2(arguments: list[str], message: str) -> None:
    done = archcalc(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["lenet5", "--nonsense"], ["lenet5", "--batch", "x"], ["--json"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    done = archcalc(*arguments)
    assert done.returncode == 2
    assert "usage: archcalc" in done.stderr


def test_help_and_version() -> None:
    assert archcalc("--help").stdout.startswith("usage: archcalc")
    assert archcalc("--version").stdout == "archcalc 0.1.0\n"


@pytest.mark.parametrize("arguments", ["vgg16 --table", "ops", "vgg16 --json"])
def test_closed_pipe_is_quiet(arguments: str) -> None:
    command = f"{sys.executable} -m archcalc {arguments} | head -n 0; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S607
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk_is_a_message() -> None:
    command = f"{sys.executable} -m archcalc vgg16 --table > /dev/full; echo $?"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S607
    assert done.stdout == "2\n"
    assert done.stderr == "cannot write the output: No space left on device\n"


def test_output_in_ascii_has_no_traceback(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("name: Réseau\ninput: [1, 4, 4]\nlayers: [flatten]\n", encoding="utf-8")
    done = archcalc(str(spec), env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.startswith(r"R\xe9seau")


def test_json_is_json_in_any_encoding(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("name: Réseau\ninput: [1, 4, 4]\nlayers: [flatten]\n", encoding="utf-8")
    done = archcalc(str(spec), "--json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["name"] == "Réseau"


@pytest.mark.parametrize(("closed", "status"), [(">&-", "2"), ("2>&-", "0"), (">&- 2>&-", "2")])
def test_closed_streams_are_no_traceback(closed: str, status: str) -> None:
    command = f"{sys.executable} -m archcalc lenet5 {closed}; echo $? >&3"
    done = subprocess.run(["bash", "-c", f"exec 3>&1; {command}"], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S607
    assert done.stdout.endswith(f"{status}\n")
    assert "Traceback" not in done.stderr


def test_set_may_stand_before_the_spec() -> None:
    done = archcalc("--set", "classes=3", "lenet5")
    assert "vars classes=3" in done.stdout


def test_piped_output_has_no_colour() -> None:
    assert "\x1b" not in archcalc("vgg16", "--table").stdout
