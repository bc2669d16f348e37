"""Whole networks counted by the fast kernels, beside PyTorch's plain forward pass. Run by hand, with both installed:

    python tests/benchmarks/networks.py [--rounds 9] [NETWORK ...]

Paired runs in one process at the same number of threads, batch 1, float32, PyTorch eager in the faster of its two
memory layouts. Ours is the time in kernels: every op of the network, counts included, weights drawn beforehand as
PyTorch's are. Medians; a ratio above 1 means that counting is faster.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numba
import torch
from torch import nn
from torch.nn import functional

import archcalc
from archcalc.graph.graph import Graph, Input, Layer
from archcalc.verification.execution import Execution

NETWORKS = ("vgg16", "resnet50", "mobilenet_v1")


def module_of(graph: Graph, layer: Layer) -> Callable[..., torch.Tensor]:
    """The same layer in PyTorch, with weights of its own."""
    op, name = layer.op, layer.op_name
    channels = graph.layers[layer.inputs[0]].output.channels
    if name in ("conv", "depthwise_conv"):
        groups = op.groups if name == "conv" else channels
        filters = layer.output.channels
        kernel = layer.weights[0].shape[-2:]
        extra = {"padding": [(n - 1) // 2 for n in kernel] if op.padding == "half" else op.padding}
        return nn.Conv2d(channels, filters, kernel, op.stride, groups=groups, bias=op.bias, **extra)
    if name == "linear":
        return nn.Linear(channels, op.units, op.bias)
    if name == "batch_norm":
        return nn.BatchNorm2d(channels)
    if name == "max_pool":
        return nn.MaxPool2d(op.kernel, op.stride, op.padding)
    return {
        "relu": functional.relu_,
        "add": torch.add,
        "global_avg_pool": lambda x: x.mean((2, 3)),
        "flatten": lambda x: x.flatten(1),
        "dropout": lambda x: x,
        "softmax": lambda x: functional.softmax(x, 1),
    }[name]


class Network(nn.Module):
    """A graph, layer by layer."""

    def __init__(self, graph: Graph):
        super().__init__()
        self.graph = graph
        self.steps = [None if type(layer.op) is Input else module_of(graph, layer) for layer in graph.layers]
        self.owned = nn.ModuleList(step for step in self.steps if isinstance(step, nn.Module))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outputs: list[torch.Tensor] = []
        for layer, step in zip(self.graph.layers, self.steps, strict=True):
            outputs.append(x if step is None else step(*(outputs[source] for source in layer.inputs)))
        return outputs[-1]


def torch_ms(network: Network, image: torch.Tensor) -> float:
    """One forward pass."""
    with torch.inference_mode():
        begin = time.perf_counter()
        network(image)
        return (time.perf_counter() - begin) * 1000


def ours_ms(graph: Graph) -> float:
    """The kernels of one execution."""
    execution = Execution(graph, 1, False, range(len(graph.layers)))
    return sum(seen.seconds for _, seen in execution) * 1000


def compare(name: str, rounds: int) -> None:
    """A line for one network."""
    graph = archcalc.load(name)
    channels, *size = graph.layers[0].output.shape
    nets = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        network = Network(graph).eval().to(memory_format=layout)
        nets[layout] = (network, torch.randn(1, channels, *size).to(memory_format=layout))
    ours_ms(graph)
    ours, theirs = [], {layout: [] for layout in nets}
    for _ in range(rounds):
        ours.append(ours_ms(graph))
        for layout, (network, image) in nets.items():
            theirs[layout].append(torch_ms(network, image))
    best = min(statistics.median(times) for times in theirs.values())
    mine = statistics.median(ours)
    macs = archcalc.analyze(graph).totals["macs"]
    print(f"{name:14} {mine:8.1f} ms  PyTorch {best:8.1f} ms  {best / mine:5.2f}x  {macs / mine / 1e6:7.1f} GMAC/s")


def main() -> None:
    """Print a line a network."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(numba.get_num_threads())
    print(f"{numba.get_num_threads()} threads, medians of {options.rounds} rounds")
    for name in options.networks:
        compare(name, options.rounds)


if __name__ == "__main__":
    main()
