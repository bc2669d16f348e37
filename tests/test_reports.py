"""The files of reports/ are what reports/make.py makes today, and there are no others."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import archcalc
from archcalc.spec.locate import zoo_names

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "reports"
MAKE = runpy.run_path(str(FOLDER / "make.py"))
QUICK = [name for name in MAKE["REPORTS"] if name not in MAKE["MEASURED"]]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Every file that is made in a moment."""
    return {file: text for name in QUICK for file, text in MAKE["made"](name).items()}


@pytest.mark.parametrize("name", QUICK)
def test_report_is_fresh(name: str) -> None:
    for file, text in MAKE["made"](name).items():
        is_fresh = (FOLDER / file).is_file() and (FOLDER / file).read_text(encoding="utf-8") == text
        assert is_fresh, f"reports/{file} is out of date; renew it with: python reports/make.py {name}"


def test_every_file_is_generated(made: dict[str, str]) -> None:
    found = {str(path.relative_to(FOLDER)) for kind in ("*.md", "*.svg") for path in FOLDER.rglob(kind)}
    assert found == {*made, "verification.md"}


def test_verification_names_every_network_with_its_numbers_of_today() -> None:
    renew = "renew it with: python reports/make.py verification"
    text = (FOLDER / "verification.md").read_text(encoding="utf-8")
    rows = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0].strip("`")] = cells
    for name in zoo_names():
        assert name in rows or f"- `{name}`: " in text, f"{name} is missing; {renew}"
    for name, (_, equal, computed, executed, *_) in rows.items():
        report = archcalc.analyze(name)
        assert executed == computed == f"{report.totals['macs']:,}", f"{name} has changed; {renew}"
        assert equal == f"{len(report.layers)} of {len(report.layers)} layers", f"{name} has changed; {renew}"


def test_the_command_works_from_anywhere(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "reports", ignore=shutil.ignore_patterns("*.md", "__pycache__"))
    (tmp_path / "archcalc").symlink_to(ROOT / "archcalc")
    command = [sys.executable, str(tmp_path / "reports" / "make.py"), "ops"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "reports" / "ops.md").read_bytes() == (FOLDER / "ops.md").read_bytes()


def test_an_unknown_report() -> None:
    command = [sys.executable, str(FOLDER / "make.py"), "op"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no report is named op; there are ops" in result.stderr


def test_rank_correlation() -> None:
    """Ten people, IQ and hours of television: the worked example of Wikipedia, "Spearman's rank correlation"."""
    from pages.ranks import rank_correlation

    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert rank_correlation(iq, hours) == pytest.approx(-29 / 165)
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: deviations -1.5, 0, 0, 1.5, so 4.5 / sqrt(4.5 * 5).
    assert rank_correlation([1, 5, 5, 9], [10, 20, 30, 40]) == pytest.approx(0.9486832980505138)
