"""Time in one process: ResNet-50 from text to report, and chains of convolutions. Run by hand:

    python tests/benchmarks/in_process.py

Medians of 21 runs (5 of the long chain). The chains show that time grows linearly with the layers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import archcalc

SPEC = Path(__file__).resolve().parents[2] / "specs" / "resnet50.yaml"


def median_ms(action: Callable[[], object], runs: int) -> float:
    """Median time of an action in ms, after one run that does not count."""
    action()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        action()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def report(text: str) -> dict[str, int]:
    """From text to totals and every layer's receptive field."""
    result = archcalc.analyze(archcalc.loads(text))
    result.table()
    return result.totals


def chain(layers: int) -> str:
    """A spec that writes out so many convolutions, one a line."""
    lines = "\n".join("  - conv: {filters: 8, kernel: 3, padding: 1}" for _ in range(layers))
    return f"input: [8, 32, 32]\nlayers:\n{lines}\n"


def main() -> None:
    """Print the medians."""
    resnet50 = SPEC.read_text()
    print(f"resnet50, text to report      {median_ms(lambda: report(resnet50), 21):8.2f} ms")
    for layers in (1_000, 10_000):
        written, repeated = chain(layers), f"input: [8, 9, 9]\nlayers: [{{conv: [8, 3, 1, 1], repeat: {layers}}}]"
        print(f"{layers:6,} convolutions written {median_ms(lambda w=written: report(w), 5):8.1f} ms")
        print(f"{layers:6,} convolutions repeated{median_ms(lambda r=repeated: report(r), 5):8.1f} ms")


if __name__ == "__main__":
    main()
