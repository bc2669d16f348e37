"""Convolutions against PyTorch and against counts by hand.

The tables called TORCH were printed by tests/ops/torch_oracle.py with torch 2.13.0 (cpu): shapes from running the
layers, multiply-accumulates from torch.utils.flop_counter (halved), and what a unit sees from its gradient.
"""

import re

import pytest

from archcalc.graph.op import ShapeError

# fmt: off
# input, attributes -> output, shape of the kernel, params, macs, and for each axis a unit whose window lies inside
# the input, with the first and the last input position that it sees.
TORCH = [
    ((3, 9, 12), dict(filters=4, kernel=[3, 3], stride=[1, 1], padding=[1, 1], dilation=[1, 1], groups=1, bias=True),
     (4, 9, 12), (4, 3, 3, 3), 112, 11664, ((1, 0, 2), (1, 0, 2))),
    ((3, 224, 224), dict(filters=64, kernel=[7, 7], stride=[2, 2], padding=[3, 3],
          dilation=[1, 1], groups=1, bias=False),
     (64, 112, 112), (64, 3, 7, 7), 9408, 118013952, ((2, 1, 7), (2, 1, 7))),
    ((3, 227, 227), dict(filters=96, kernel=[11, 11], stride=[4, 4], padding=[0, 0],
          dilation=[1, 1], groups=1, bias=True),
     (96, 55, 55), (96, 3, 11, 11), 34944, 105415200, ((0, 0, 10), (0, 0, 10))),
    ((96, 27, 27), dict(filters=256, kernel=[5, 5], stride=[1, 1], padding=[2, 2],
          dilation=[1, 1], groups=2, bias=True),
     (256, 27, 27), (256, 48, 5, 5), 307456, 223948800, ((2, 0, 4), (2, 0, 4))),
    ((6, 13, 10), dict(filters=9, kernel=[3, 2], stride=[2, 3], padding=[2, 0], dilation=[2, 3], groups=3, bias=False),
     (9, 7, 3), (9, 2, 3, 2), 108, 2268, ((1, 0, 4), (0, 0, 3))),
    ((4, 11, 8), dict(filters=6, kernel=[5, 3], stride=[2, 3], padding=[[1, 2], [0, 0]],
          dilation=[1, 1], groups=2, bias=False),
     (6, 5, 2), (6, 2, 5, 3), 180, 1800, ((1, 1, 5), (0, 0, 2))),
    ((4, 10, 7), dict(filters=8, kernel=[2, 4], stride=[3, 2], padding=[[0, 1], [3, 0]],
          dilation=[1, 1], groups=4, bias=True),
     (8, 4, 4), (8, 1, 2, 4), 72, 1024, ((0, 0, 1), (2, 1, 4))),
    ((5, 16, 15), dict(filters=5, kernel=[1, 1], stride=[2, 2], padding=[0, 0], dilation=[1, 1], groups=1, bias=False),
     (5, 8, 8), (5, 5, 1, 1), 25, 1600, ((0, 0, 0), (0, 0, 0))),
    ((5, 7, 31), dict(filters=2, kernel=[1, 7], stride=[1, 5], padding=[0, 3], dilation=[1, 1], groups=1, bias=True),
     (2, 7, 7), (2, 5, 1, 7), 72, 3430, ((0, 0, 0), (1, 2, 8))),
    ((2, 17), dict(filters=5, kernel=[4], stride=[3], padding=[2], dilation=[1], groups=1, bias=True),
     (5, 6), (5, 2, 4), 45, 240, ((1, 1, 4),)),
    ((8, 40), dict(filters=8, kernel=[3], stride=[1], padding=[8], dilation=[8], groups=8, bias=True),
     (8, 40), (8, 1, 3), 32, 960, ((8, 0, 16),)),
    ((1, 16000), dict(filters=32, kernel=[80], stride=[4], padding=[38], dilation=[1], groups=1, bias=True),
     (32, 4000), (32, 1, 80), 2592, 10240000, ((10, 2, 81),)),
    ((6, 21), dict(filters=4, kernel=[2], stride=[4], padding=[[5, 0]], dilation=[6], groups=2, bias=False),
     (4, 5), (4, 3, 2), 24, 120, ((2, 3, 9),)),
    ((2, 5, 6, 7), dict(filters=3, kernel=[2, 3, 1], stride=[1, 2, 3], padding=[1, 2, 0],
          dilation=[1, 2, 1], groups=1, bias=True),
     (3, 6, 3, 3), (3, 2, 2, 3, 1), 39, 1944, ((1, 0, 1), (1, 0, 4), (0, 0, 0))),
    ((3, 16, 112, 112), dict(filters=64, kernel=[3, 3, 3], stride=[1, 1, 1], padding=[1, 1, 1],
          dilation=[1, 1, 1], groups=1, bias=True),
     (64, 16, 112, 112), (64, 3, 3, 3, 3), 5248, 1040449536, ((1, 0, 2), (1, 0, 2), (1, 0, 2))),
    ((4, 9, 8, 7), dict(filters=6, kernel=[3, 2, 3], stride=[2, 1, 2], padding=[[0, 1], [1, 0], [2, 2]],
          dilation=[1, 3, 2], groups=2, bias=False),
     (6, 4, 6, 4), (6, 2, 3, 2, 3), 216, 20736, ((0, 0, 2), (1, 0, 3), (1, 0, 4))),
]

# input, kernel, dilation -> output with padding "same" and stride 1, and what a middle unit sees, per axis.
TORCH_SAME = [
    ((2, 9, 12), [4, 2], [1, 1], (3, 9, 12), ((1, 0, 3), (0, 0, 1))),
    ((2, 9, 12), [3, 5], [2, 2], (3, 9, 12), ((2, 0, 4), (4, 0, 8))),
    ((2, 10), [6], [1], (3, 10), ((2, 0, 5),)),
    ((2, 10), [2], [3], (3, 10), ((1, 0, 3),)),
    ((2, 6, 5, 7), [2, 3, 4], [1, 2, 1], (1, 6, 5, 7), ((0, 0, 1), (2, 0, 4), (1, 0, 3))),
]

# kernel, stride, dilation -> output size for an input of 9, 10 and 11, with (dilation*(kernel - 1) + 1)//2 on
# both sides.
TORCH_HALF = [
    (1, 1, 1, [9, 10, 11]),
    (1, 1, 2, [9, 10, 11]),
    (1, 2, 1, [5, 5, 6]),
    (1, 2, 2, [5, 5, 6]),
    (1, 3, 1, [3, 4, 4]),
    (1, 3, 2, [3, 4, 4]),
    (2, 1, 1, [10, 11, 12]),
    (2, 1, 2, [9, 10, 11]),
    (2, 2, 1, [5, 6, 6]),
    (2, 2, 2, [5, 5, 6]),
    (2, 3, 1, [4, 4, 4]),
    (2, 3, 2, [3, 4, 4]),
    (3, 1, 1, [9, 10, 11]),
    (3, 1, 2, [9, 10, 11]),
    (3, 2, 1, [5, 5, 6]),
    (3, 2, 2, [5, 5, 6]),
    (3, 3, 1, [3, 4, 4]),
    (3, 3, 2, [3, 4, 4]),
    (4, 1, 1, [10, 11, 12]),
    (4, 1, 2, [9, 10, 11]),
    (4, 2, 1, [5, 6, 6]),
    (4, 2, 2, [5, 5, 6]),
    (4, 3, 1, [4, 4, 4]),
    (4, 3, 2, [3, 4, 4]),
    (5, 1, 1, [9, 10, 11]),
    (5, 1, 2, [9, 10, 11]),
    (5, 2, 1, [5, 5, 6]),
    (5, 2, 2, [5, 5, 6]),
    (5, 3, 1, [3, 4, 4]),
    (5, 3, 2, [3, 4, 4]),
]

# n, kernel, stride, dilation -> output size, padding before. TensorFlow's rule for "SAME", by hand: the output is
# n/stride rounded up, the last window ends (output - 1)*stride + extent behind its beginning; what that exceeds n by
# is the padding, the smaller half of it before.
SAME_BY_HAND = [
    (224, 7, 2, 1, 112, 2),  # 111*2 + 7 = 229 = 224 + 5: 2 before, 3 after
    (224, 3, 2, 1, 112, 0),  # 111*2 + 3 = 225: 0 before, 1 after
    (225, 3, 2, 1, 113, 1),  # 112*2 + 3 = 227: 1 and 1
    (112, 3, 1, 1, 112, 1),  # 111 + 3 = 114: 1 and 1
    (10, 1, 3, 1, 4, 0),     # 3*3 + 1 = 10: none
    (10, 2, 5, 1, 2, 0),     # 5 + 2 = 7 < 10: none
    (11, 3, 4, 1, 3, 0),     # 2*4 + 3 = 11: none
    (13, 3, 2, 2, 7, 2),     # extent 5: 6*2 + 5 = 17 = 13 + 4: 2 and 2
    (10, 2, 2, 3, 5, 1),     # extent 4: 4*2 + 4 = 12: 1 and 1
    (5, 4, 1, 1, 5, 1),      # 4 + 4 = 8 = 5 + 3: 1 before, 2 after
    (1, 5, 1, 1, 1, 2),      # 0 + 5 = 5 = 1 + 4: 2 and 2
]
# fmt: on


@pytest.mark.parametrize(("shape", "arguments", "output", "kernel", "params", "macs", "seen"), TORCH)
def test_conv_equals_torch(make, shape, arguments, output, kernel, params, macs, seen):
    conv = make("conv", shape, **arguments)
    assert conv.shape == output
    assert conv.weights["kernel"] == kernel
    assert conv.params == params
    assert conv.work["mac"] == macs
    for axis, (unit, first, last) in enumerate(seen):
        begin = unit * conv.window.stride[axis] - conv.window.before[axis]
        assert (begin, begin + conv.window.size[axis] - 1) == (first, last)


@pytest.mark.parametrize(("shape", "arguments", "output", "kernel", "params", "macs", "seen"), TORCH)
def test_one_addition_for_every_bias(make, shape, arguments, output, kernel, params, macs, seen):
    conv = make("conv", shape, **arguments)
    values = 1
    for n in output:
        values *= n
    assert conv.work == ({"mac": macs, "add": values} if arguments["bias"] else {"mac": macs})
    assert conv.weights.get("bias") == ((output[0],) if arguments["bias"] else None)


@pytest.mark.parametrize(("shape", "kernel", "dilation", "output", "seen"), TORCH_SAME)
def test_same_equals_torch(make, shape, kernel, dilation, output, seen):
    conv = make("conv", shape, filters=output[0], kernel=kernel, dilation=dilation, padding="same")
    assert conv.shape == output
    for axis, (unit, first, last) in enumerate(seen):
        begin = unit - conv.window.before[axis]
        assert (begin, begin + conv.window.size[axis] - 1) == (first, last)


@pytest.mark.parametrize(("kernel", "stride", "dilation", "sizes"), TORCH_HALF)
def test_half_equals_torch(make, kernel, stride, dilation, sizes):
    arguments = {"filters": 1, "kernel": kernel, "stride": stride, "dilation": dilation, "padding": "half"}
    assert [make("conv", (1, n), **arguments).shape[1] for n in (9, 10, 11)] == sizes


@pytest.mark.parametrize(("n", "kernel", "stride", "dilation", "size", "before"), SAME_BY_HAND)
def test_same_with_a_stride(make, n, kernel, stride, dilation, size, before):
    # A second axis of another length and stride, so that none can stand for the other.
    arguments = {"filters": 2, "kernel": [kernel, 1], "stride": [stride, 1], "dilation": [dilation, 1]}
    conv = make("conv", (3, n, 6), **arguments, padding="same")
    assert conv.shape == (2, size, 6)
    assert conv.window.before == (before, 0)


# All forms of padding on a [2, 7, 10] input, kernel 3 x 4, stride 2 x 3. By hand: 7 + 0 - 3 = 4, 4//2 + 1 = 3, ...
@pytest.mark.parametrize(
    ("padding", "output", "before"),
    [
        (0, (3, 3), (0, 0)),  # (7-3)//2 + 1, (10-4)//3 + 1
        ("valid", (3, 3), (0, 0)),
        (1, (4, 3), (1, 1)),  # (9-3)//2 + 1, (12-4)//3 + 1
        ([2, 1], (5, 3), (2, 1)),  # (11-3)//2 + 1, (12-4)//3 + 1
        ([[1, 0], [0, 3]], (3, 4), (1, 0)),  # (8-3)//2 + 1, (13-4)//3 + 1
        ([[0, 1], 2], (3, 4), (0, 2)),  # (8-3)//2 + 1, (14-4)//3 + 1
        ("half", (4, 4), (1, 2)),  # (9-3)//2 + 1, (14-4)//3 + 1
        ("same", (4, 4), (1, 1)),  # 3*2+3 = 9 = 7+2; 3*3+4 = 13 = 10+3
    ],
)
@pytest.mark.parametrize("op", ["conv", "depthwise_conv", "max_pool", "avg_pool"])
def test_every_form_of_padding(make, op, padding, output, before):
    own = {"filters": 5} if op == "conv" else {}
    made = make(op, (2, 7, 10), kernel=[3, 4], stride=[2, 3], padding=padding, **own)
    assert made.shape[1:] == output
    assert made.window == ((3, 4), (2, 3), before, (1, 1), (1, 1))


# By hand: [4, 12, 7], kernel 5 x 3, stride 3 x 2, "same", multiplier 3: output 12 x 4 x 4; 12 filters of 1 x 5 x 3.
def test_depthwise(make):
    made = make("depthwise_conv", (4, 12, 7), kernel=[5, 3], stride=[3, 2], padding="same", multiplier=3)
    assert made.shape == (12, 4, 4)
    assert made.weights == {"kernel": (12, 1, 5, 3), "bias": (12,)}
    assert made.params == 192  # 12*15 + 12
    assert made.work == {"mac": 2880, "add": 192}  # 12*16 positions, 15 taps each
    assert make("depthwise_conv", (4, 12, 7), kernel=3, bias=False).weights == {"kernel": (4, 1, 3, 3)}


# Howard et al., MobileNets, 2017, table 1: conv dw / s1, 32 channels, 112 x 112, and s2, 64 channels.
# 3*3*32*112*112 and 3*3*64*56*56, the mult-adds of section 3.1.
@pytest.mark.parametrize(
    ("shape", "stride", "output", "macs"),
    [((32, 112, 112), 1, (32, 112, 112), 3612672), ((64, 112, 112), 2, (64, 56, 56), 1806336)],
)
def test_mobilenet_depthwise(make, shape, stride, output, macs):
    made = make("depthwise_conv", shape, kernel=3, stride=stride, padding=1, bias=False)
    assert (made.shape, made.work) == (output, {"mac": macs})


ERRORS = [
    ((3,), {}, None, "conv needs 1 to 3 spatial axes, the input [3] has 0; a vector has no axis to slide along"),
    ((3, 4, 4, 4, 4), {}, None, "conv needs 1 to 3 spatial axes, the input [3, 4, 4, 4, 4] has 4"),
    ((3, 8, 9), {"kernel": [3]}, "kernel", "kernel has 1 value, but the input has 2 spatial axes"),
    ((3, 8), {"stride": [1, 2]}, "stride", "stride has 2 values, but the input has 1 spatial axis"),
    ((3, 8, 9), {"dilation": [1, 2, 3]}, "dilation", "dilation has 3 values, but the input has 2 spatial axes"),
    ((3, 8, 9), {"padding": [1, 2, 3]}, "padding", "padding has 3 values, but the input has 2 spatial axes"),
    ((3, 8, 9), {"groups": 2}, "groups", "groups=2 does not divide the 3 input channels"),
    ((4, 8, 9), {"groups": 4, "filters": 6}, "groups", "groups=4 does not divide the 6 filters"),
    ((3, 2, 9), {"kernel": 3}, "kernel", "a kernel that spans 3 does not fit the padded input: 2 + 0 of padding"),
    ((3, 8, 6), {"kernel": 3, "dilation": [1, 4], "padding": 1}, "kernel",
     "a kernel that spans 9 does not fit the padded input: 6 + 2 of padding"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "arguments", "attribute", "message"), ERRORS)
def test_errors(make, shape, arguments, attribute, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make("conv", shape, **{"filters": 2, "kernel": 3, **arguments})
    assert caught.value.attribute == attribute
