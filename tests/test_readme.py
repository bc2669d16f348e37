"""The README is true: every block of it is run, in its order, in a folder of its own.

`yaml` blocks are written to the file that their first line names; `console` blocks are commands with their
exact output; `python` blocks are run, those that name a file of archcalc as that module, registered. The two
commands of the `bash` block are run by `.ci/run`. `python tests/test_readme.py` writes the outputs anew.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
import types
from pathlib import Path

import pytest

import archcalc
from archcalc import analysis, ops, render
from archcalc.cli import main

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def of_kind(kind: str) -> list[str]:
    return [body for language, body in BLOCKS if language == kind]


def fill(folder: Path) -> None:
    """The README's own specs, and the checkout's `specs` under its own name."""
    for body in of_kind("yaml"):
        name = re.match(r"# (\S+\.yaml)\n", body)
        assert name is not None
        (folder / name[1]).write_text(body)
    (folder / "specs").symlink_to(ROOT / "specs")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is filled, and entered."""
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_block_is_run_by_something() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "console", "python", "text", "yaml"}
    assert len(of_kind("bash")) == 1
    assert of_kind("bash")[0].splitlines() == [
        "pip install -e . && archcalc specs/vgg16.yaml --table",
        "pip install -e '.[test]' && pytest",
    ]


@pytest.mark.parametrize("body", of_kind("console"), ids=lambda body: body.partition("\n")[0])
@pytest.mark.usefixtures("folder")
def test_console(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, expected = body.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "archcalc"
    main(arguments)
    shown = capsys.readouterr()
    assert shown.out + shown.err == expected


def module_of(body: str) -> str | None:
    match = re.match(r"# archcalc/(\w+)/(\w+)\.py\n", body)
    return None if match is None else f"archcalc.{match[1]}.{match[2]}"


@pytest.mark.parametrize("body", [body for body in of_kind("python") if module_of(body) is None])
def test_python(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(body, "README.md", "exec"), {})  # noqa: S102


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """archcalc with the README's own op, analysis and output added as it says."""
    names = []
    for body in of_kind("python"):
        name = module_of(body)
        if name is None:
            continue
        module = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(body, name, "exec"), module.__dict__)  # noqa: S102
        names.append(name)
    monkeypatch.setitem(ops.OPS, "square", "Square")
    monkeypatch.setitem(analysis.MODULES, "reuse", "reuse")
    monkeypatch.setattr(render, "FORMATS", (*render.FORMATS, "lines"))
    return names


def test_extensions_work_as_written(extended: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert extended == [
        "archcalc.ops.square",
        "archcalc.kernels.square",
        "archcalc.analysis.reuse",
        "archcalc.render.lines",
    ]
    report = archcalc.analyze(archcalc.loads("input: [3, 5, 4]\nlayers: [{conv: [2, 3]}, square]"))
    # The conv has 3*2 outputs; each of its weights is used once at each. The square: one offset a channel.
    assert render.render(report.table(("reuse", "params", "muls")), "lines").splitlines() == [
        "name=input, reuse=None, params=0, muls=0",
        "name=conv, reuse=6, params=56, muls=0",
        "name=square, reuse=None, params=2, muls=12",
    ]
    checked = archcalc.verify(archcalc.loads("input: [3, 5, 4]\nlayers: [square, {square: {offset: false}}]"), batch=2)
    assert checked.differences == []
    assert main(["ops", "square"]) == 0
    assert "work    C*H*W add, C*H*W mul" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("SPEC", []),
        ("explain", ["explain"]),
        ("verify", ["verify"]),
        ("schema", ["schema"]),
        ("zoo", ["zoo"]),
        ("formulas", ["formulas"]),
        ("memory", ["memory"]),
        ("savings", ["savings"]),
        ("solve", ["solve"]),
        ("sweep", ["sweep"]),
        ("time", ["time"]),
        ("devices", ["devices"]),
        ("calibrate", ["calibrate"]),
        ("columns", ["columns"]),
        ("page", ["page"]),
    ],
)
def test_usage_names_every_option(command: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    usages = next(body for body in of_kind("text") if "archcalc SPEC" in body)
    usage = next(part for part in re.split(r"^(?=archcalc)", usages, flags=re.M) if f"archcalc {command} " in part)
    with pytest.raises(SystemExit):
        main([*arguments, "--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help", "--version", "--output"}
    assert options == set(re.findall(r"--[a-z]+", usage))


def renew() -> None:
    """Write the README with what its commands print now."""
    text = TEXT
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        os.chdir(folder)
        for body in of_kind("console"):
            command = body.partition("\n")[0]
            shown = io.StringIO()
            with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
                main(shlex.split(command.removeprefix("$ "))[1:])
            text = text.replace(f"```console\n{body}```", f"```console\n{command}\n{shown.getvalue()}```")
    (ROOT / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
