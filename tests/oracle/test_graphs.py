"""Random networks of 5 to 60 layers, written as YAML text and built in PyTorch: every layer agrees.

This drives the whole path: text, expressions, blocks, repetitions, merges, ops, shapes, parameters and
multiply-accumulates (half of what PyTorch's own FLOP counter sees a layer do).
"""

from __future__ import annotations

import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import archcalc

torch = pytest.importorskip("torch", reason="PyTorch is the oracle; pip install -e '.[oracle]'")

BLOCKS = """
blocks:
  conv_bn:
    args: {filters: , kernel: 1, stride: 1}
    layers:
      - conv: {filters: filters, kernel: kernel, stride: stride, padding: half, bias: false}
      - batch_norm
      - relu
  bottleneck:
    args: {width: , stride: 1}
    layers:
      - add:
          - - conv_bn: [width // 2, 1]
            - conv_bn: [width // 2, 3, stride]
            - conv_bn: [width]
          - - conv_bn: [width, 1, stride]
              when: stride != 1 or in_channels != width
"""


class Twin:
    """Draws layers; keeps them as a spec, and runs the same in PyTorch, noting what each layer gives."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seen = []
        self.left = self.random.randint(5, 60)

    def run(self, module, *tensors):
        from torch.utils.flop_counter import FlopCounterMode

        with FlopCounterMode(display=False) as counter:
            output = module(*tensors)
        params = sum(p.numel() for p in module.parameters()) if isinstance(module, torch.nn.Module) else 0
        self.seen.append((list(output.shape[1:]), params, counter.get_total_flops() // 2))
        self.left -= 1
        return output

    def conv_bn(self, x, filters, kernel=1, stride=1):
        conv = torch.nn.Conv2d(x.shape[1], filters, kernel, stride, kernel // 2, bias=False, device="meta")
        x = self.run(conv, x)
        x = self.run(torch.nn.BatchNorm2d(filters, device="meta"), x)
        return self.run(torch.nn.ReLU(), x)

    def leaf(self, x):
        draw = self.random
        kind = draw.choice(["conv", "grouped", "depthwise", "pool", "norm", "relu", "conv_bn", "transpose", "same"])
        channels, kernel, stride = (
            draw.choice([4, 6, 8, 12]),
            [draw.randint(1, 3), draw.randint(1, 4)],
            draw.randint(1, 2),
        )
        if kind == "conv":
            padding, amounts = draw.choice([([1, 2], (1, 2)), ("half", [k // 2 for k in kernel])])
            conv = torch.nn.Conv2d(x.shape[1], channels, kernel, stride, amounts, device="meta")
            spec = {"filters": channels, "kernel": kernel, "stride": stride, "padding": padding}
            return {"conv": spec}, self.run(conv, x)
        if kind == "grouped":
            groups = draw.choice([g for g in (1, 2, 3, 4) if x.shape[1] % g == 0])
            conv = torch.nn.Conv2d(x.shape[1], 2 * groups, 3, 1, 2, 2, groups, device="meta")
            spec = {"filters": f"2*{groups}", "kernel": 3, "padding": "half", "dilation": 2, "groups": groups}
            return {"conv": spec}, self.run(conv, x)
        if kind == "depthwise":
            conv = torch.nn.Conv2d(x.shape[1], 2 * x.shape[1], 3, stride, 1, 1, x.shape[1], False, device="meta")
            spec = {"kernel": 3, "stride": stride, "padding": "half", "multiplier": 2, "bias": False}
            return {"depthwise_conv": spec}, self.run(conv, x)
        if kind == "pool":
            pool = draw.choice(["MaxPool2d", "AvgPool2d"])
            spec = {"kernel": 3, "stride": 2, "padding": 1, "ceil_mode": draw.random() < 0.5}
            module = getattr(torch.nn, pool)(3, 2, 1, ceil_mode=spec["ceil_mode"])
            return {"max_pool" if pool == "MaxPool2d" else "avg_pool": spec}, self.run(module, x)
        if kind == "conv_bn":
            return {"conv_bn": [channels, 3, "1 + c % 2"]}, self.conv_bn(x, channels, 3, 2)
        if kind == "transpose":
            conv = torch.nn.ConvTranspose2d(x.shape[1], 4, 2, 2, device="meta")
            return {"conv_transpose": [4, 2, 2]}, self.run(conv, x)
        if kind == "same":  # TensorFlow's rule at stride 1: an even kernel has its odd pixel at the end
            module = torch.nn.Sequential(
                torch.nn.ZeroPad2d((1, 2, 0, 1)), torch.nn.Conv2d(x.shape[1], 4, (2, 4), device="meta")
            )
            return {"conv": {"filters": 4, "kernel": [2, 4], "padding": "same"}}, self.run(module, x)
        if kind == "norm":
            return "batch_norm", self.run(torch.nn.BatchNorm2d(x.shape[1], device="meta"), x)
        return "relu", self.run(torch.nn.ReLU(), x)

    def bottleneck(self, x):
        width, stride = self.random.choice([x.shape[1] + x.shape[1] % 2, 8, 12]), self.random.randint(1, 2)
        times = self.random.randint(1, 3)
        for index in range(times):
            step = stride if index == 0 else 1
            y = self.conv_bn(self.conv_bn(self.conv_bn(x, width // 2), width // 2, 3, step), width)
            if step != 1 or x.shape[1] != width:
                x = self.conv_bn(x, width, 1, step)
            x = self.run(lambda a, b: a + b, y, x)
        return {"bottleneck": [width, f"{stride} if i == 0 else 1"], "repeat": times}, x

    def squeeze(self, x):
        channels = x.shape[1]
        y = self.run(lambda t: t.mean((2, 3)), x)
        y = self.run(torch.nn.Linear(channels, max(channels // 4, 1), device="meta"), y)
        y = self.run(torch.nn.ReLU(), y)
        y = self.run(torch.nn.Linear(y.shape[1], channels, device="meta"), y)
        y = self.run(torch.nn.Sigmoid(), y)
        x = self.run(lambda a, b: a * b[:, :, None, None], x, y)
        body = [
            "global_avg_pool", {"linear": "max(in_channels // 4, 1)"}, "relu", {"linear": channels}, "sigmoid",
        ]  # fmt: skip
        return {"multiply": [[], body]}, x

    def concat(self, x):
        branches, results = [], []
        for _ in range(self.random.randint(2, 3)):
            channels, kernel = self.random.randint(1, 5), self.random.choice([1, 3, 5])
            branches.append([{"conv_bn": {"filters": channels, "kernel": kernel}}])
            results.append(self.conv_bn(x, channels, kernel))
        return {"concat": branches}, self.run(lambda *tensors: torch.cat(tensors, 1), *results)

    def network(self):
        x = torch.empty(
            2, self.random.randint(1, 6), self.random.randint(20, 60), self.random.randint(20, 60), device="meta"
        )
        shape, layers = list(x.shape[1:]), []
        while self.left > 0:
            if min(x.shape[2:]) < 4:
                break
            draw = self.random.random()
            build = (
                self.leaf
                if draw < 0.6
                else self.bottleneck
                if draw < 0.75
                else self.squeeze
                if draw < 0.85
                else self.concat
            )
            layer, x = build(x)
            layers.append(layer)
        x = self.run(lambda t: t.flatten(1), x)
        self.run(torch.nn.Linear(x.shape[1], 10, device="meta"), x)
        layers += ["flatten", {"linear": "classes"}]
        text = yaml.safe_dump({"input": shape, "vars": {"classes": 10, "c": 7}, "layers": layers}, sort_keys=False)
        return text + BLOCKS


@given(st.integers(0, 2**32 - 1))
def test_every_layer_agrees(seed):
    twin = Twin(seed)
    text = twin.network()
    report = archcalc.analyze(archcalc.loads(text), batch=2)
    found = [(layer["output"], layer["params"], layer["macs"]) for layer in report.layers[1:]]
    assert found == twin.seen, f"seed {seed}\n{text}"
