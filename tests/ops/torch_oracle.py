"""How the literals "from PyTorch" in this folder were obtained: run this where torch is installed.

    python -m venv /tmp/torchlab && /tmp/torchlab/bin/pip install torch==2.13.0
    /tmp/torchlab/bin/python tests/ops/torch_oracle.py

It prints rows that were pasted into the tables of the tests. Nothing here is imported by a test.
"""

from __future__ import annotations

import itertools

CONV = [
    # input, filters, kernel, stride, padding, dilation, groups, bias
    ((3, 9, 12), 4, (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
    ((3, 224, 224), 64, (7, 7), (2, 2), (3, 3), (1, 1), 1, False),
    ((3, 227, 227), 96, (11, 11), (4, 4), (0, 0), (1, 1), 1, True),
    ((96, 27, 27), 256, (5, 5), (1, 1), (2, 2), (1, 1), 2, True),
    ((6, 13, 10), 9, (3, 2), (2, 3), (2, 0), (2, 3), 3, False),
    ((4, 11, 8), 6, (5, 3), (2, 3), ((1, 2), (0, 0)), (1, 1), 2, False),
    ((4, 10, 7), 8, (2, 4), (3, 2), ((0, 1), (3, 0)), (1, 1), 4, True),
    ((5, 16, 15), 5, (1, 1), (2, 2), (0, 0), (1, 1), 1, False),
    ((5, 7, 31), 2, (1, 7), (1, 5), (0, 3), (1, 1), 1, True),
    ((2, 17), 5, (4,), (3,), (2,), (1,), 1, True),
    ((8, 40), 8, (3,), (1,), (8,), (8,), 8, True),
    ((1, 16000), 32, (80,), (4,), (38,), (1,), 1, True),
    ((6, 21), 4, (2,), (4,), ((5, 0),), (6,), 2, False),
    ((2, 5, 6, 7), 3, (2, 3, 1), (1, 2, 3), (1, 2, 0), (1, 2, 1), 1, True),
    ((3, 16, 112, 112), 64, (3, 3, 3), (1, 1, 1), (1, 1, 1), (1, 1, 1), 1, True),
    ((4, 9, 8, 7), 6, (3, 2, 3), (2, 1, 2), ((0, 1), (1, 0), (2, 2)), (1, 3, 2), 2, False),
]
SAME = [
    ((2, 9, 12), 3, (4, 2), (1, 1)),
    ((2, 9, 12), 3, (3, 5), (2, 2)),
    ((2, 10), 3, (6,), (1,)),
    ((2, 10), 3, (2,), (3,)),
    ((2, 6, 5, 7), 1, (2, 3, 4), (1, 2, 1)),
]


def middle(size, window):
    """A unit whose window lies inside the input, and the first and last position that it touches, per axis."""
    import torch

    found = []
    for axis in range(len(size)):
        x = torch.ones(1, 1, *size, requires_grad=True)
        y = window(x)
        others = [y.shape[2 + a] // 2 for a in range(len(size))]
        best = None
        for u in range(y.shape[2 + axis]):
            place = list(others)
            place[axis] = u
            (grad,) = torch.autograd.grad(y[(0, 0, *place)], x, retain_graph=True)
            seen = grad[0, 0].nonzero()[:, axis].tolist()
            if not seen:
                continue
            row = (u, min(seen), max(seen), len(set(seen)))
            if best is None or row[3] > best[3]:
                best = row
        found.append(best[:3])
    return tuple(found)


def conv_rows():
    import torch
    from torch import nn
    from torch.nn import functional
    from torch.utils.flop_counter import FlopCounterMode

    for shape, filters, kernel, stride, padding, dilation, groups, bias in CONV:
        axes = len(kernel)
        kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1]
        pads = [p if isinstance(p, tuple) else (p, p) for p in padding]
        flat = [value for pair in reversed(pads) for value in pair]
        layer = kind(shape[0], filters, kernel, stride, 0, dilation, groups, bias)
        with FlopCounterMode(display=False) as counter:
            out = layer(functional.pad(torch.zeros(1, *shape), flat))
        probe = kind(1, 1, kernel, stride, 0, dilation, 1, False)
        nn.init.ones_(probe.weight)
        small = tuple(min(n, 200 if axes == 1 else 40) for n in shape[1:])
        seen = middle(small, lambda x, probe=probe, flat=flat: probe(functional.pad(x, flat)))
        params = sum(p.numel() for p in layer.parameters())
        padding_text = [list(p) if isinstance(p, tuple) else p for p in padding]
        arguments = {
            "filters": filters,
            "kernel": list(kernel),
            "stride": list(stride),
            "padding": padding_text,
            "dilation": list(dilation),
            "groups": groups,
            "bias": bias,
        }
        row = (
            shape,
            arguments,
            tuple(out.shape[1:]),
            tuple(layer.weight.shape),
            params,
            counter.get_total_flops() // 2,
            seen,
        )
        print(f"    {row!r},")


def same_rows():
    import torch
    from torch import nn

    for shape, filters, kernel, dilation in SAME:
        kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[len(kernel) - 1]
        layer = kind(shape[0], filters, kernel, 1, "same", dilation)
        probe = kind(1, 1, kernel, 1, "same", dilation, bias=False)
        nn.init.ones_(probe.weight)
        out = layer(torch.zeros(1, *shape))
        print(f"    {(shape, list(kernel), list(dilation), tuple(out.shape[1:]), middle(shape[1:], probe))!r},")


def pool_rows():
    import torch
    from torch.nn import functional

    for kernel, stride, padding, dilation in [
        (2, 2, 0, 1),
        (3, 2, 0, 1),
        (3, 2, 1, 1),
        (2, 3, 1, 1),
        (3, 5, 1, 1),
        (3, 3, 0, 2),
        (2, 4, 1, 3),
        (5, 3, 2, 1),
        (4, 1, 2, 1),
        (1, 4, 0, 1),
    ]:
        sizes = range(5, 17)
        floor = [functional.max_pool1d(torch.zeros(1, 1, n), kernel, stride, padding, dilation).shape[2] for n in sizes]
        ceil = [
            functional.max_pool1d(torch.zeros(1, 1, n), kernel, stride, padding, dilation, True).shape[2] for n in sizes
        ]
        print(f"    ({kernel}, {stride}, {padding}, {dilation}, {floor}, {ceil}),")
    print("avg")
    for kernel, stride, padding in [(2, 2, 0), (3, 2, 1), (2, 3, 1), (3, 5, 1), (5, 3, 2)]:
        ceil = [
            functional.avg_pool1d(torch.zeros(1, 1, n), kernel, stride, padding, True).shape[2] for n in range(5, 17)
        ]
        print(f"    ({kernel}, {stride}, {padding}, {ceil}),")
    print("2d and 3d")
    x, y = torch.zeros(1, 4, 11, 8), torch.zeros(1, 2, 9, 8, 7)
    print(
        tuple(functional.max_pool2d(x, (3, 2), (2, 3), (1, 1), (1, 1), True).shape[1:]),
        tuple(functional.avg_pool2d(x, (3, 2), (2, 3), (1, 1), True).shape[1:]),
        tuple(functional.max_pool3d(y, (2, 3, 3), (2, 2, 3), (1, 1, 0), (1, 2, 1), True).shape[1:]),
    )


def adaptive_rows():
    """The bins of adaptive pooling, by gradient: first and last position that every output touches."""
    import torch
    from torch.nn import functional

    for n, m in [(12, 4), (13, 6), (7, 7), (10, 4), (3, 5), (7, 1), (9, 6), (8, 3), (224, 7)]:
        x = torch.ones(1, 1, n, requires_grad=True)
        y = functional.adaptive_avg_pool1d(x, m)
        bins = []
        for u in range(m):
            (grad,) = torch.autograd.grad(y[0, 0, u], x, retain_graph=True)
            seen = grad[0, 0].nonzero()[:, 0].tolist()
            bins.append((min(seen), max(seen)))
        taps = sum(last - first + 1 for first, last in bins)
        print(f"    ({n}, {m}, {taps}, {max(b - a + 1 for a, b in bins)}),")


def half_sizes():
    """`half` padding is the integer e // 2 on both sides."""
    import torch
    from torch.nn import functional

    for kernel, stride, dilation in itertools.product((1, 2, 3, 4, 5), (1, 2, 3), (1, 2)):
        half = (dilation * (kernel - 1) + 1) // 2
        weight = torch.zeros(1, 1, kernel)
        inputs = [torch.zeros(1, 1, n) for n in (9, 10, 11)]
        sizes = [functional.conv1d(x, weight, None, stride, half, dilation).shape[2] for x in inputs]
        print(f"    ({kernel}, {stride}, {dilation}, {sizes}),")


if __name__ == "__main__":
    for job in (conv_rows, same_rows, pool_rows, adaptive_rows, half_sizes):
        print("#", job.__name__)
        job()
