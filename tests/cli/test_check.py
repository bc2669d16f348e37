"""`archcalc check` as a user meets it: in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = """\
- {id: "100% right", spec: lenet5, quantity: totals.params, prints: 61.7K}
- {id: "a,b:c", spec: lenet5, quantity: totals.params, at_most: 60K}
- id: printed
  spec: lenet5
  quantity: totals.macs
  prints: 5M
  erratum: {correct: 0.42M, reason: "<counted> & proven", sure: proven}
"""


def check(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [sys.executable, "-m", "archcalc", "check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, env={"PYTHONPATH": str(ROOT)})


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def test_a_failure_ends_with_status_1(claims: Path) -> None:
    done = check("claims.yaml", cwd=claims)
    assert (done.returncode, done.stderr) == (1, "")
    assert "expected at most 60,000" in done.stdout
    assert done.stdout.endswith("3 checked: 1 holds rounded, 1 FAILS, 1 erratum\n")


def test_json(claims: Path) -> None:
    parsed = json.loads(check("claims.yaml", "--json", cwd=claims).stdout)
    assert parsed["is_right"] is False
    assert parsed["counts"] == {"holds rounded": 1, "FAILS": 1, "erratum": 1}
    assert [entry["verdict"] for entry in parsed["checks"]] == ["holds rounded", "FAILS", "erratum"]


def test_junit(claims: Path) -> None:
    suite = ElementTree.fromstring(check("claims.yaml", "--format", "junit", cwd=claims).stdout)  # noqa: S314
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [case.get("name") for case in suite] == ["100% right", "a,b:c", "printed"]
    failure = suite[1].find("failure")
    assert failure is not None
    assert failure.get("message") == "totals.params is 61,706; expected at most 60,000"
    assert suite[2].findtext("system-out") == "proven: <counted> & proven"


def test_github(claims: Path) -> None:
    lines = check("claims.yaml", "--format", "github", cwd=claims).stdout.splitlines()
    assert lines == [
        "::error file=claims.yaml,line=2,col=3,title=a%2Cb%3Ac::totals.params is 61,706; expected at most 60,000",
        "3 checked: 1 holds rounded, 1 FAILS, 1 erratum",
    ]


def test_a_budget_in_one_line() -> None:
    done = check("specs/mobilenet_v1.yaml", "--max", "macs=600M", "params=5M", "--max", "peak_memory=8MiB")
    assert done.returncode == 0
    assert done.stdout.endswith("3 checked: 3 holds\n")
    done = check("mobilenet_v1", "lenet5", "--set", "classes=10", "--max", "params=1M", "--min", "depth=5")
    assert done.returncode == 1
    assert "mobilenet_v1 params" in done.stdout


def test_a_baseline(tmp_path: Path) -> None:
    file = str(tmp_path / "totals.json")
    assert check("lenet5", "--baseline", file, "--update").returncode == 0
    assert check("lenet5", "--baseline", file).returncode == 0
    done = check("lenet5", "--baseline", file, "--set", "classes=11")
    assert done.returncode == 1
    assert "+85 (+0.14 %)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.yaml"], "cannot read 'nothing.yaml'"),
        (["specs/resnet18.yaml"], "specs/resnet18.yaml:1:1: found a mapping, expected a list of expectations"),
        (["lenet5", "--update"], "--update needs --baseline JSON"),
        (["claims.yaml", "--batch", "2"], "--set and --batch belong to budgets and baselines"),
        (["lenet5", "--max", "params"], "--max params: expected COLUMN=LIMIT, such as macs=600M"),
        (["lenet5", "--max", "params=1", "params=2"], "--max limits 'params' twice"),
        (["lenet5", "--max", "parms=1"], "there is no column 'parms'; did you mean 'params'?"),
        (["lenet5", "--baseline", "README.md"], "'README.md' is no baseline"),
        (["lenet5", "--baseline", "/nonexistent/b.json", "--update"], "cannot write '/nonexistent/b.json'"),
    ],
)
def test_wrong_input_ends_with_status_2(arguments: list[str], message: str) -> None:
    done = check(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(message)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
