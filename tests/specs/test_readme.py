"""specs/README.md is true: its specs load, its commands print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "specs" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SPECS = {body.partition("\n")[0].removeprefix("# "): body for kind, body in BLOCKS if kind == "yaml"}
COMMANDS = [body for kind, body in BLOCKS if kind == "console"]


def test_every_block_is_a_spec_or_a_command() -> None:
    assert {kind for kind, _ in BLOCKS} == {"yaml", "console"}
    assert list(SPECS) == ["rows.yaml", "blocks.yaml", "all_cnn_100.yaml"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the specs of the page."""
    for name, body in SPECS.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.usefixtures("folder")
def test_specs_load(name: str) -> None:
    assert archcalc.load(name).layers


@pytest.mark.parametrize("body", COMMANDS, ids=lambda body: body.partition("\n")[0])
@pytest.mark.usefixtures("folder")
def test_commands(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, expected = body.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "archcalc"
    assert main(arguments) == 0
    assert capsys.readouterr().out == expected
