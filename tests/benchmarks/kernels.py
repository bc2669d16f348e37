"""Speed of the fast kernels, layer by layer, beside PyTorch on the CPU. Run by hand:

    python tests/benchmarks/kernels.py [--rounds 9] [--threads 2] [NETWORK ...]

Networks: vgg16, resnet50, mobilenet_v1, resnext50 (its grouped layers), alexnet (its first layer). In every round the
layers of a network run in their order, so that weights come from memory as they do in a network, first ours and then
PyTorch's, once in each of its memory layouts; where torch cannot be imported its columns are missing. Times are
medians over the rounds, with the output's allocation and the bias; PyTorch's figure is that of its faster layout.
`peak` is the share of the multiply-accumulates a second that as many threads do with everything in the first-level
cache. Its measured value tells whether the machine was idle: on a busy one threads wait for one another, and no
figure holds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from numba import get_num_threads, prange, set_num_threads

import archcalc
from archcalc.kernels import fast_conv, fast_depthwise, fast_linear
from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import add_bias
from archcalc.kernels.run import MAC, Run, whole_numbers
from archcalc.kernels.tile import LANES, ROWS, STRIDE, add_products, empty_tile, store_tile
from archcalc.kernels.walk import window_walk

try:
    import torch
except ImportError:
    torch = None

_PEAK_STEPS = 64  # their weights and inputs fit into the first-level cache


@dataclass(frozen=True)
class Shape:
    """One layer with weights, on square images; kernel 0: fully connected."""

    name: str
    channels: int
    size: int
    filters: int
    kernel: int = 0
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = False


def shapes(network: str) -> list[Shape]:
    """The layers of a spec that multiply by weights."""
    result = []
    report = archcalc.analyze(archcalc.load(network))
    for layer in report.graph.layers:
        op = layer.op
        if type(op).__name__ in ("Conv", "DepthwiseConv"):
            (x,) = report.graph.input_tensors(layer)
            groups = getattr(op, "groups", x.channels)
            padding = (op.kernel // 2) if op.padding == "half" else op.padding
            filters = layer.output.channels
            result.append(
                Shape(layer.path, x.channels, x.size[0], filters, op.kernel, op.stride, padding, groups, op.bias)
            )
        elif type(op).__name__ == "Linear":
            (x,) = report.graph.input_tensors(layer)
            result.append(Shape(layer.path, x.channels, 1, layer.output.channels, bias=op.bias))
    return result


def resnext50() -> list[Shape]:
    """The grouped layers of ResNeXt-50 32x4d: the first of a stage steps by two."""
    result = []
    for stage, (channels, size, blocks) in enumerate(((128, 56, 3), (256, 28, 4), (512, 14, 6), (1024, 7, 3))):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            result.append(
                Shape(f"stage{stage + 1}.{block + 1}", channels, size * stride, channels, 3, stride, 1, groups=32)
            )
    return result


NETWORKS = {
    "vgg16": partial(shapes, "vgg16"),
    "resnet50": partial(shapes, "resnet50"),
    "mobilenet_v1": partial(shapes, "mobilenet_v1"),
    "resnext50": resnext50,
    "alexnet": lambda: shapes("alexnet")[:1],
}


def ours(shape: Shape) -> Callable[[], int]:
    """Runs the layer, returns its multiply-accumulates."""
    linear = shape.kernel == 0
    x = whole_numbers((1, shape.channels) if linear else (1, shape.size, shape.size, shape.channels), 4, 1)
    kernel = () if linear else (1, shape.kernel, shape.kernel)
    weight = whole_numbers((*kernel, shape.channels // shape.groups, shape.filters), 2, 2)
    bias = whole_numbers((shape.filters,), 2, 3)
    walk = window_walk(shape.size, max(shape.kernel, 1), shape.stride, shape.padding, shape.padding, 1)

    def action() -> int:
        run = Run(is_exhaustive=False)
        touched = np.zeros(weight.shape, np.uint8)
        if linear:
            out = np.empty((1, shape.filters), np.float32)
            fast_linear.connect(run, x, weight, touched, out)
        else:
            out = np.empty((1, len(walk), len(walk), shape.filters), np.float32)
            module = fast_depthwise if fast_depthwise.suits(weight, shape.groups) else fast_conv
            module.convolve(run, x, weight, touched, (walk, walk), shape.groups, out)
        if shape.bias:
            add_bias(out.reshape(-1, shape.filters), bias, np.zeros(shape.filters, np.uint8), run.counts)
        return int(run.counts[MAC])

    return action


def theirs(shape: Shape, layout: str) -> Callable[[], object]:
    """The same layer in PyTorch."""
    bias = torch.ones(shape.filters) if shape.bias else None
    if shape.kernel == 0:
        return partial(
            torch.nn.functional.linear, torch.ones(1, shape.channels), torch.ones(shape.filters, shape.channels), bias
        )
    memory = getattr(torch, layout)
    x = torch.ones(1, shape.channels, shape.size, shape.size).contiguous(memory_format=memory)
    kernel = (shape.kernel, shape.kernel)
    weight = torch.ones(shape.filters, shape.channels // shape.groups, *kernel).contiguous(memory_format=memory)
    return partial(torch.nn.functional.conv2d, x, weight, bias, shape.stride, shape.padding, 1, shape.groups)


@partial(compiled, parallel=True)
def _peak(panel, weights, rounds, out):  # type: ignore[no-untyped-def]
    """Multiply-accumulates with everything in the first-level cache, on every thread."""
    for thread in prange(len(out)):
        tile = empty_tile()
        for _ in range(rounds):
            for step in range(_PEAK_STEPS):
                tile = add_products(tile, panel, step, weights, step * LANES)
        store_tile(tile, out[thread], 0, LANES, ROWS, LANES)


def peak(rounds: int = 10_000) -> float:
    """Multiply-accumulates a second of all threads: the best of several, as anything else only takes away."""
    out = np.zeros((get_num_threads(), ROWS * LANES), np.float32)
    panel, weights = np.zeros(ROWS * STRIDE, np.float32), np.zeros(_PEAK_STEPS * LANES, np.float32)
    _peak(panel, weights, 1, out)
    macs = out.size * rounds * _PEAK_STEPS
    return max(macs / seconds(partial(_peak, panel, weights, rounds, out)) for _ in range(9))


def seconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def measure(layers: list[Shape], rounds: int) -> tuple[list[int], dict[str, list[float]]]:
    """Of every layer the multiply-accumulates, and the median seconds of each implementation."""
    actions: dict[str, list[Callable[[], object]]] = {"ours": [ours(layer) for layer in layers]}
    for layout in ("channels_last", "contiguous_format") if torch else ():
        actions[layout] = [theirs(layer, layout) for layer in layers]
    macs = [action() for action in actions["ours"]]
    times: dict[str, list[list[float]]] = {name: [[] for _ in layers] for name in actions}
    for _ in range(rounds + 1):
        for name, chain in actions.items():
            for index, action in enumerate(chain):
                times[name][index].append(seconds(action))
    return macs, {name: [median(layer[1:]) for layer in chain] for name, chain in times.items()}  # the first warms up


def table(network: str, rounds: int, best: float) -> None:
    layers = NETWORKS[network]()
    macs, times = measure(layers, rounds)
    own = times.pop("ours")
    other = min(times.values(), key=sum) if times else None
    print(f"\n{network:28}{'shape':>28}{'MMAC':>9}{'ms':>9}{'GMAC/s':>8}{'peak':>6}{'torch ms':>10}{'ratio':>7}")

    def line(name: str, shape: str, work: float, spent: float, against: float | None) -> None:
        rate = work / spent
        beside = f"{against * 1e3:10.3f}{against / spent:7.2f}" if against else ""
        print(f"{name:28}{shape:>28}{work / 1e6:9.1f}{spent * 1e3:9.3f}{rate / 1e9:8.1f}{rate / best:6.0%}{beside}")

    for index, layer in enumerate(layers):
        text = f"{layer.channels}x{layer.size}^2 -> {layer.filters}, {layer.kernel}/{layer.stride} g{layer.groups}"
        line(layer.name, text, macs[index], own[index], other[index] if other else None)
    for name, chosen in (
        ("convolutions, dense", [i for i, layer in enumerate(layers) if layer.kernel and layer.groups == 1]),
        ("convolutions, grouped", [i for i, layer in enumerate(layers) if layer.groups > 1]),
        ("fully connected", [i for i, layer in enumerate(layers) if not layer.kernel]),
        ("all", list(range(len(layers)))),
    ):
        if chosen:
            spent = [sum(seconds[i] for i in chosen) for seconds in (own, other or [0.0] * len(layers))]
            line(name, "", sum(macs[i] for i in chosen), *spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", choices=(*NETWORKS, []), metavar="NETWORK")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    set_num_threads(options.threads)
    if torch:
        torch.set_num_threads(options.threads)
        torch.set_grad_enabled(False)
    best = peak()
    print(f"peak: {best / 1e9:.1f} GMAC/s on {options.threads} threads")
    for network in options.networks or NETWORKS:
        table(network, options.rounds, best)


if __name__ == "__main__":
    main()
