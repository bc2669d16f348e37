"""What is added to pages of the documentation when the site is built; building all of it takes Sphinx."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import archcalc
from archcalc.cli import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"


def generated():
    spec = importlib.util.spec_from_file_location("generated", DOCS / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_python_has_all_that_is_public():
    text = generated().python_api()
    assert [name for name in archcalc.__all__ if not name.startswith("_") and f":: archcalc.{name}\n" not in text] == []
    assert ":: builtins." not in text  # page() returns a text


def test_the_reference_of_the_command_line_has_every_command(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # restored, as the reference sets it
    monkeypatch.setenv("NO_COLOR", "1")
    text = generated().command_line()
    assert [name for name in COMMANDS if f"## `archcalc {name}`" not in text] == []
