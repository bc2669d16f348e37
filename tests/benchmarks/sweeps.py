"""Sweeps: variants a second, the first result, memory; beside them the same space through PyTorch's meta device.

    python tests/benchmarks/sweeps.py [--rounds 5]

Each figure is of a process of its own, from the command to its end: starting Python, importing, tracing and compiling
are in it. Medians. The ratio to PyTorch (where it is installed) is of the same variants of MobileNet v1, built on the
meta device and counted by `torch.utils.flop_counter`, without import and start on its side; the counts are compared.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import archcalc

MOBILENET = ["mobilenet_v1", "--over", "alpha=0.25:1.5:0.00005", "resolution=96:4096:1"]  # 25,001 x 4,001
RUNS = {
    "MobileNet v1, 100 M variants, params and macs": (MOBILENET, 25_001 * 4_001),
    "the same, to Parquet": ([*MOBILENET, "-o", "sweep.parquet"], 25_001 * 4_001),
    "the same, macs <= 600M, to Parquet": (
        [*MOBILENET, "--where", "macs <= 600M", "-o", "sweep.parquet"], 25_001 * 4_001),
    "ResNet-50, width, height, width of input, 8 M": (
        ["resnet50", "--over", "width=8:128", "input[1]=64:320", "input[2]=64:320"], 121 * 257 * 257),
    "MobileNet v1, 1,000 variants": (["mobilenet_v1", "--over", "alpha=0.5:1.49:0.01", "resolution=128:200:8"], 1000),
}  # fmt: skip
TORCH_VARIANTS = 60


def one(arguments: list[str]) -> tuple[float, float]:
    """Seconds of the whole process, and MB at its peak."""
    code = "import sys, resource; from archcalc.cli import main; assert main(sys.argv[1:]) == 0; "
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code, "sweep", *arguments], cwd=folder, env=env, capture_output=True, check=True
        )
        seconds = time.perf_counter() - start
    return seconds, int(done.stderr.split()[-1]) / 1024


def by_torch(variants: list[tuple[float, int]]) -> list[int]:
    """The MACs of some variants of MobileNet v1, by PyTorch's meta device and its counter of FLOPs."""
    import torch
    from torch import nn
    from torch.utils.flop_counter import FlopCounterMode

    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)

    def layer(before: int, filters: int, kernel: int, stride: int, groups: int = 1) -> list[nn.Module]:
        conv = nn.Conv2d(before, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
        return [conv, nn.BatchNorm2d(filters), nn.ReLU()]

    found = []
    for alpha, resolution in variants:
        with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
            before = int(alpha * 32)
            layers = layer(3, before, 3, 2)
            for width, stride in zip(widths, strides, strict=True):
                filters = int(alpha * width)
                layers += [*layer(before, before, 3, stride, before), *layer(before, filters, 1, 1)]
                before = filters
            network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 1000))
            network(torch.empty(1, 3, resolution, resolution))
        found.append(counter.get_total_flops() // 2)
    return found


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rates = {}
    for name, (arguments, variants) in RUNS.items():
        runs = [one(arguments) for _ in range(rounds)]
        seconds, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        rates[name] = variants / seconds
        print(f"{name:<50} {seconds:7.2f} s  {variants / seconds / 1e6:7.2f} M variants/s  {peak:6.0f} MB")
    archcalc.sweep("mobilenet_v1", alpha=[0.5], resolution=[128])
    values = {"alpha": [n / 100 for n in range(50, 150)], "resolution": range(128, 201, 8)}
    starts = []
    for _ in range(rounds):
        start = time.perf_counter()
        archcalc.sweep("mobilenet_v1", **values)
        starts.append(time.perf_counter() - start)
    print(f"{'1,000 variants, in a running process':<50} {statistics.median(starts):7.2f} s")
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: nothing to compare with")
        return
    draw = random.Random(0)
    variants = [(draw.randint(50, 300) / 200, draw.randint(96, 320)) for _ in range(TORCH_VARIANTS)]
    by_torch(variants[:3])
    start = time.perf_counter()
    theirs = by_torch(variants)
    rate = TORCH_VARIANTS / (time.perf_counter() - start)
    alphas, resolutions = zip(*variants, strict=True)
    ours = archcalc.sweep("mobilenet_v1", ["macs"], zipped=True, alpha=list(alphas), resolution=list(resolutions))
    assert ours["macs"].tolist() == theirs, "the counts differ"
    fastest = rates["MobileNet v1, 100 M variants, params and macs"]
    print(f"PyTorch {torch.__version__}, meta device: {rate:.1f} variants/s, the same counts: {fastest / rate:,.0f}x")


if __name__ == "__main__":
    main()
