"""Time to load and analyse the whole zoo in one process, and its slowest networks. Run by hand:

    python tests/benchmarks/zoo.py

Medians of 5 runs, after one that does not count.
"""

from __future__ import annotations

import statistics
import time

import archcalc
from archcalc.spec.locate import zoo_names


def times_ms(name: str, runs: int = 5) -> float:
    """Median time in ms from a network's spec to its totals and fields."""
    found = []
    for _ in range(runs + 1):
        begin = time.perf_counter()
        report = archcalc.analyze(name)
        report.table()
        assert report.totals["params"] is not None
        found.append((time.perf_counter() - begin) * 1000)
    return statistics.median(found[1:])


def main() -> None:
    """Print the sum and the slowest."""
    times = {name: times_ms(name) for name in zoo_names()}
    print(f"{len(times)} networks: {sum(times.values()) / 1000:.2f} s")
    for name in sorted(times, key=times.__getitem__, reverse=True)[:8]:
        print(f"  {name:24} {times[name]:8.1f} ms")


if __name__ == "__main__":
    main()
