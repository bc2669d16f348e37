"""`archcalc verify` as a user meets it: in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from archcalc.cli import main

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "archcalc", "verify"]


def verify(*arguments: str, folder: Path = ROOT, **keywords: object) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **keywords)  # type: ignore[call-overload,no-any-return]


def test_one_row_a_layer_and_a_verdict() -> None:
    done = verify("lenet5")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line for line in done.stdout.splitlines() if line.startswith("c1 ")]
    assert rows[0].split()[:5] == ["c1", "conv", "6x28x28", "117,600", "117,600"]
    assert done.stdout.endswith("equal: 14 of 14 layers\n")


def test_options() -> None:
    done = verify(
        "mobilenet_v1", "--set", "alpha=0.25", "--layers", "conv2.*", "--batch", "2", "--exhaustive", "--json"
    )
    parsed = json.loads(done.stdout)
    assert parsed["batch"] == 2
    assert parsed["is_equal"] is True
    assert {layer["name"].partition(".")[0] for layer in parsed["layers"]} == {"conv2"}
    # 8 channels of 112 x 112, nine taps each, and 16 filters of 8; two images
    assert parsed["totals"]["macs_executed"] == 2 * (8 * 9 + 8 * 16) * 112 * 112


def test_a_difference_ends_with_status_1() -> None:
    program = (
        "from archcalc.cli import main; from archcalc.ops import find; from archcalc.graph.op import Work\n"
        "find('conv').work = lambda self, y, x: Work(mac=y.elements)\n"
        "raise SystemExit(main(['verify', 'lenet5']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert "c1: mac operations: computed 4,704, observed 117,600" in done.stdout
    assert "equal: 12 of 14 layers" in done.stdout


def test_wrong_input_ends_with_status_2() -> None:
    for arguments, message in [
        (["nothing"], "there is no file 'nothing' and no network of that name"),
        (["lenet5", "--layers", "conv9"], "no layer matches 'conv9'"),
        (["vgg16", "--batch", "1000000"], "executing this network takes "),
        (["lenet5", "-o", "/nonexistent/x"], "cannot write '/nonexistent/x'"),
    ]:
        done = verify(*arguments)
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_without_numba_the_message_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('gone', name='numba')")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = verify("lenet5", env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 2
    assert done.stderr == (
        "executing a network needs numba, which is not installed; install it with: pip install 'archcalc[verify]'\n"
    )


def test_an_interrupted_run_ends_quietly() -> None:
    command = [*COMMAND, "vgg16", "--exhaustive", "--batch", "8"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err) == ("", "")


def test_no_cache_folder_can_be_written(tmp_path: Path) -> None:
    """Kernels are then compiled in memory."""
    done = verify("lenet5", "--layers", "c1", env={**os.environ, "XDG_CACHE_HOME": "/proc/nowhere"})
    assert done.returncode == 0
    assert "equal: 1 of 1 layers" in done.stdout


def test_whatever_changes_in_a_kernel_is_compiled_anew(tmp_path: Path) -> None:
    """numba would take what lies on disk: it asks only whether the kernel's own file has changed."""
    for name in ("archcalc", "specs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = ["lenet5", "--layers", "c1", "--exhaustive", "--json"]
    assert json.loads(verify(*command, env=environment, folder=tmp_path).stdout)["is_equal"]
    places = tmp_path / "archcalc" / "kernels" / "run.py"
    text = places.read_text(encoding="utf-8")
    assert "MAC, ADD, MUL" in text
    places.write_text(text.replace("MAC, ADD, MUL", "ADD, MAC, MUL"), encoding="utf-8")
    # The names of the counts stay in their order: now additions are said to be multiply-accumulates.
    changed = json.loads(verify(*command, env=environment, folder=tmp_path).stdout)
    assert changed["layers"][0]["macs_executed"] == 4704
    assert len(list((tmp_path / "cache" / "archcalc").iterdir())) == 2


@pytest.mark.parametrize("is_error", [True, False])
def test_an_interrupted_compiler_is_an_interruption(monkeypatch: pytest.MonkeyPatch, is_error: bool) -> None:
    # A KeyboardInterrupt that comes while LLVM calls back into Python is lost; then comes an error, or nothing.
    def compile_(*arguments: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        if is_error:
            raise RuntimeError("no compiled object yet")

    monkeypatch.setattr("archcalc.verification.verify", compile_)
    assert main(["verify", "lenet5"]) == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_terminal_without_tqdm_has_no_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert main(["verify", "lenet5", "--layers", "c1"]) == 0
    assert "equal: 1 of 1 layers" in capsys.readouterr().out
