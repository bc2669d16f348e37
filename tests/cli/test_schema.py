"""`archcalc schema [-o FILE]`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archcalc.cli import main
from archcalc.spec.schema import schema


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(schema()))


def test_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "archcalc.schema.json"
    assert main(["schema", "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(file.read_text(encoding="utf-8"))["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_it_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"cannot write '{tmp_path}': Is a directory\n"


def test_the_help_of_archcalc_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "archcalc schema [-o FILE]" in capsys.readouterr().out
