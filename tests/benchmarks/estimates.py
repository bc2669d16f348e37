"""Real runs to hold estimates against: this machine calibrated, then networks executed by the fast kernels.

    python tests/benchmarks/estimates.py [--rounds 5] [--threads 1] [NETWORK ...]

Run by hand, on a machine that has nothing else to do. Writes reports/data/this_machine.yaml, the device file, and
reports/data/runs.yaml, the milliseconds in kernels of every network, batch 1, float32: medians of the rounds, weights
drawn beforehand. Then make the report anew: python reports/make.py time
"""

from __future__ import annotations

import argparse
import statistics
from datetime import date
from pathlib import Path

import numba

import archcalc
from archcalc.calibration import calibration_text, cpu_name
from archcalc.verification.execution import Execution

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "data"
NETWORKS = (
    "alexnet",
    "vgg11",
    "vgg16",
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "densenet121",
    "squeezenet1_1",
    "mobilenet_v1",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "shufflenet_v2",
    "xception",
    "efficientnet_b0",
    "vit_s_16",
)


def run_ms(graph: archcalc.Graph) -> float:
    """The kernels of one execution, counts included."""
    execution = Execution(graph, 1, False, range(len(graph.layers)))
    return sum(seen.seconds for _, seen in execution) * 1000


def main() -> None:
    """Measure, and write both files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("networks", metavar="NETWORK", nargs="*", default=NETWORKS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    device = calibration_text(options.threads)
    print(device)
    numba.set_num_threads(options.threads)
    graphs = {name: archcalc.load(name) for name in options.networks}
    times: dict[str, list[float]] = {name: [] for name in graphs}
    for graph in graphs.values():
        run_ms(graph)  # loads the kernels
    for _ in range(options.rounds):
        for name, graph in graphs.items():
            times[name].append(run_ms(graph))
    lines = [
        f"machine: {cpu_name()}, {options.threads} thread{'s' if options.threads > 1 else ''}",
        f"date: {date.today().isoformat()}",
        f"rounds: {options.rounds}",
        "ms:  # median, fastest and slowest",
    ]
    for name, spent in times.items():
        lines.append(f"  {name}: [{statistics.median(spent):.2f}, {min(spent):.2f}, {max(spent):.2f}]")
    (FOLDER / "this_machine.yaml").write_text(device + "\n", encoding="utf-8")
    (FOLDER / "runs.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
