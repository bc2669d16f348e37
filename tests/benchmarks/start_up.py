"""Whole-process time and memory of the main job, next to a bare interpreter. Run by hand:

    python tests/benchmarks/start_up.py

Median of 11 runs each, taken in turns in one loop. `archcalc` is the one beside this Python. Bytecode is
cached, as after any ordinary install: PYTHONDONTWRITEBYTECODE is removed from the environment.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 11
ROOT = Path(__file__).resolve().parents[2]


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Wall time in ms and peak memory in MB of one run."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return (time.perf_counter() - begin) * 1000, usage.ru_maxrss / 1000


def main() -> None:
    """Print medians, and the ratio to the bare interpreter."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "archcalc specs/vgg16.yaml --table": [
            str(Path(sys.executable).with_name("archcalc")),
            "specs/vgg16.yaml",
            "--table",
        ],
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for command in commands.values():
        measure(command, environment)  # fills the caches
    for _ in range(RUNS):
        for name, command in commands.items():
            runs[name].append(measure(command, environment))
    bare = statistics.median(ms for ms, _ in runs["python -c pass"])
    for name, measured in runs.items():
        median_ms = statistics.median(ms for ms, _ in measured)
        peak_mb = max(mb for _, mb in measured)
        print(f"{name:36} {median_ms:7.1f} ms  {median_ms / bare:5.2f}x  {peak_mb:5.1f} MB")


if __name__ == "__main__":
    main()
