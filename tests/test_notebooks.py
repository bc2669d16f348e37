"""The notebooks show what they show today, from clean kernels; and they are short."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_fresh(path: Path) -> None:
    """In a process of its own: what a kernel's client warns of is not archcalc's."""
    command = [sys.executable, str(FOLDER / "make.py"), "--check", path.stem]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_short_and_explains_itself(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert 8 <= len(cells) <= 15
    assert cells[0].source.startswith("# ")
    kinds = [cell.cell_type for cell in cells]
    assert ("code", "code") not in pairwise(kinds)  # words before each
    assert all(cell.outputs for cell in cells if cell.cell_type == "code")
