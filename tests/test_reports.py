"""The files of reports/ are what reports/make.py makes today, and there are no others."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import archcalc
from archcalc.spec.locate import zoo_names

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "reports"
MAKE = runpy.run_path(str(FOLDER / "make.py"))
REPORTS = list(MAKE["REPORTS"])


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in MAKE["MEASURED"]])
def test_report_is_fresh(name: str) -> None:
    is_fresh = (FOLDER / name).is_file() and (FOLDER / name).read_text(encoding="utf-8") == MAKE["made"](name)
    assert is_fresh, f"reports/{name} is out of date; renew it with: python reports/make.py {name}"


def test_every_file_is_generated() -> None:
    found = {path.name for path in FOLDER.iterdir() if path.name != "__pycache__"}
    assert found == {"make.py", *REPORTS}


def test_verification_names_every_network_with_its_numbers_of_today() -> None:
    rows = {}
    for line in (FOLDER / "verification.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows[cells[0].strip("`")] = cells
    renew = "renew it with: python reports/make.py verification.md"
    text = (FOLDER / "verification.md").read_text(encoding="utf-8")
    for name in zoo_names():
        assert name in rows or f"- `{name}`: " in text, f"{name} is missing; {renew}"
    for name, (_, equal, computed, executed, *_) in rows.items():
        report = archcalc.analyze(name)
        assert executed == computed == f"{report.totals['macs']:,}", f"{name} has changed; {renew}"
        assert equal == f"{len(report.layers)} of {len(report.layers)} layers", f"{name} has changed; {renew}"


@pytest.mark.parametrize("arguments", [REPORTS[:1]])
def test_the_command_works_from_anywhere(tmp_path: Path, arguments: list[str]) -> None:
    copy = tmp_path / "reports" / "make.py"
    copy.parent.mkdir()
    copy.write_text((FOLDER / "make.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "archcalc").symlink_to(ROOT / "archcalc")
    command = [sys.executable, str(copy), *arguments]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    for name in arguments or REPORTS:
        assert (copy.parent / name).read_bytes() == (FOLDER / name).read_bytes()


def test_an_unknown_report() -> None:
    command = [sys.executable, str(FOLDER / "make.py"), "op.md"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no report is named op.md; there are ops.md" in result.stderr
