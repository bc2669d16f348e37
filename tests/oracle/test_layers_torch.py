"""Activations, normalisations and moves against PyTorch: shapes and parameters as torch has them, what is seen by
gradient.

Every draw is written as a spec and goes the whole way: text, parser, op, analyses. Shapes and parameters come from
modules on the meta device, where nothing is computed.
"""

import itertools
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.graph.graph import Graph
from archcalc.graph.op import ALL, EACH, FLAT

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install 'archcalc[oracle]'")
flop_counter = pytest.importorskip("torch.utils.flop_counter")
nn = torch.nn


def network(shape, op, arguments) -> Graph:
    """One layer, from the text of a spec."""
    return archcalc.loads(f"input: {json.dumps(list(shape))}\nlayers:\n  - {op}: {json.dumps(arguments)}\n")


class Function(nn.Module):
    """A function of torch as a module that trains nothing, or tensors of the given shapes."""

    def __init__(self, function, *trained):
        super().__init__()
        self.function = function
        self.trained = nn.ParameterList(torch.empty(shape, device="meta") for shape in trained)

    def forward(self, x):
        return self.function(x, *self.trained)


# ---------------------------------------------------------------------------------------------
# Strategies: each draws (input shape, arguments of the spec, module of torch).

CHANNELS = st.integers(1, 12)
SMALL = st.integers(1, 7)
FLAG = st.booleans()
FACTOR = st.floats(0.01, 2)


def sizes(least=0, most=3):
    return st.lists(SMALL, min_size=least, max_size=most)


def shapes(least=0, most=3):
    return st.tuples(CHANNELS, sizes(least, most)).map(lambda drawn: (drawn[0], *drawn[1]))


def elementwise(module, **arguments):
    """An op whose arguments have other names in torch: spec's name -> (strategy, torch's name)."""

    @st.composite
    def draw_one(draw):
        drawn = {name: draw(values) for name, (values, _) in arguments.items()}
        in_torch = {arguments[name][1]: value for name, value in drawn.items()}
        return draw(shapes()), drawn, module(**in_torch)

    return draw_one()


@st.composite
def prelu(draw):
    shape, shared = draw(shapes()), draw(FLAG)
    return shape, {"shared": shared}, nn.PReLU(1 if shared else shape[0], device="meta")


AFFINE = st.sampled_from([(True, True), (True, False), (False, False)])  # torch knows no beta without gamma


@st.composite
def layer_norm(draw):
    shape, positions, (scale, center) = draw(shapes()), draw(FLAG), draw(AFFINE)
    over = shape if positions else shape[:1]
    norm = nn.LayerNorm(over, elementwise_affine=scale, bias=center, device="meta")

    class ChannelsLast(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = norm

        def forward(self, x):
            return self.norm(x.movedim(1, -1)).movedim(-1, 1)

    arguments = {"positions": positions, "scale": scale, "center": center}
    return shape, arguments, norm if positions else ChannelsLast()


@st.composite
def group_norm(draw):
    groups, each, affine = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(FLAG)
    shape = (groups * each, *draw(sizes()))
    arguments = {"groups": groups, "scale": affine, "center": affine}
    return shape, arguments, nn.GroupNorm(groups, shape[0], affine=affine, device="meta")


@st.composite
def instance_norm(draw):
    shape, affine = draw(shapes(1)), draw(FLAG)
    if math.prod(shape[1:]) == 1:
        shape = (*shape[:-1], 2)  # torch refuses a single position
    module = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)[len(shape) - 2]
    # The defaults are torch's: nothing is trained.
    arguments = {"scale": True, "center": True} if affine else {}
    return shape, arguments, module(shape[0], **({"affine": True} if affine else {}), device="meta")


@st.composite
def scale(draw):
    shape, kind = draw(shapes()), draw(st.sampled_from(["each", "shared", "bias", "constant"]))
    one = (shape[0], *(1 for _ in shape[1:]))
    if kind == "constant":
        return shape, {"factor": draw(FACTOR)}, Function(lambda x: 0.5 * x)
    if kind == "shared":
        return shape, {"shared": True}, Function(lambda x, gain: gain * x, (1,))
    if kind == "bias":
        return shape, {"bias": True}, Function(lambda x, gain, bias: gain * x + bias, one, one)
    return shape, {}, Function(lambda x, gain: gain * x, one)


@st.composite
def class_token(draw):
    (channels, count), tokens = (draw(CHANNELS), draw(SMALL)), draw(st.integers(1, 3))

    def prepend(x, token):
        return torch.cat([token.expand(len(x), -1, -1), x], -1)

    return (channels, count), {"tokens": tokens}, Function(prepend, (channels, tokens))


@st.composite
def positional_embedding(draw):
    shape = draw(shapes())
    return shape, {}, Function(lambda x, embedding: x + embedding, shape)


@st.composite
def channel_shuffle(draw):
    groups, each = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    return (groups * each, *draw(sizes(1))), {"groups": groups}, nn.ChannelShuffle(groups)


@st.composite
def space_to_depth(draw):
    block, (height, width) = draw(st.integers(1, 4)), (draw(SMALL), draw(SMALL))
    return (draw(CHANNELS), block * height, block * width), {"block": block}, nn.PixelUnshuffle(block)


@st.composite
def slices(draw):
    if draw(FLAG):
        parts, each = draw(st.integers(1, 5)), draw(st.integers(1, 4))
        part = draw(st.integers(0, parts - 1))
        shape = (parts * each, *draw(sizes()))
        return shape, {"part": part, "parts": parts}, Function(lambda x: x.chunk(parts, 1)[part])
    shape = draw(shapes())
    begin = draw(st.integers(0, shape[0] - 1))
    end = draw(st.integers(begin + 1, shape[0]))
    arguments = {"begin": begin, "end": end}
    if draw(FLAG):
        del arguments["begin" if begin == 0 else "end"]
        end = end if begin == 0 else None
    return shape, arguments, Function(lambda x: x[:, begin:end])


@st.composite
def reshape(draw):
    """The same factors, in the same order, joined in two ways."""
    factors = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))

    def joined(most):
        cuts = sorted(draw(st.sets(st.integers(1, len(factors) - 1), max_size=most - 1))) if len(factors) > 1 else []
        return tuple(math.prod(factors[a:b]) for a, b in itertools.pairwise([0, *cuts, len(factors)]))

    shape, new = joined(4), joined(6)
    return shape, {"shape": list(new)}, nn.Sequential(nn.Flatten(), nn.Unflatten(1, new))


@st.composite
def transpose(draw):
    shape = draw(shapes())
    if len(shape) == 2 and draw(FLAG):
        return shape, {}, Function(lambda x: x.transpose(1, 2))
    order = draw(st.permutations(range(len(shape))))
    return shape, {"order": order}, Function(lambda x: x.permute(0, *(axis + 1 for axis in order)))


@st.composite
def mean(draw):
    shape, keep = draw(shapes(1)), draw(FLAG)
    axes = draw(st.lists(st.integers(1, len(shape) - 1), min_size=1, unique=True))
    dims = [axis + 1 for axis in axes]
    return shape, {"axes": axes, "keep": keep}, Function(lambda x: x.mean(dims, keepdim=keep))


@st.composite
def std_pool(draw):
    shape = draw(shapes(1))
    return shape, {}, Function(lambda x: torch.cat([x.flatten(2).mean(2), x.flatten(2).std(2, unbiased=False)], 1))


@st.composite
def ws_conv(draw):
    """The convolution itself; the gain is one value a filter more."""
    axes, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    filters, bias = groups * draw(st.integers(1, 4)), draw(FLAG)
    each = [draw(st.lists(st.integers(1, 3), min_size=axes, max_size=axes)) for _ in range(4)]
    kernel, stride, dilation, more = each
    padding = [draw(st.integers(0, 3)) for _ in range(axes)]
    size = [max(d * (k - 1) + n - 2 * p, 1) for k, d, n, p in zip(kernel, dilation, more, padding, strict=True)]
    shape = (groups * draw(st.integers(1, 3)), *size)
    module = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1]
    conv = module(shape[0], filters, kernel, stride, padding, dilation, groups, bias, device="meta")
    conv.gain = nn.Parameter(torch.empty(filters, device="meta"))
    arguments = {"filters": filters, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return shape, {**arguments, "groups": groups, "bias": bias}, conv


OPS = {
    "leaky_relu": elementwise(nn.LeakyReLU, slope=(FACTOR, "negative_slope")),
    "prelu": prelu(),
    "elu": elementwise(nn.ELU, alpha=(FACTOR, "alpha")),
    "selu": elementwise(nn.SELU),
    "gelu": elementwise(nn.GELU),
    "silu": elementwise(nn.SiLU),
    "mish": elementwise(nn.Mish),
    "hard_sigmoid": elementwise(nn.Hardsigmoid),
    "hard_swish": elementwise(nn.Hardswish),
    "layer_norm": layer_norm(),
    "group_norm": group_norm(),
    "instance_norm": instance_norm(),
    "scale": scale(),
    "class_token": class_token(),
    "positional_embedding": positional_embedding(),
    "channel_shuffle": channel_shuffle(),
    "space_to_depth": space_to_depth(),
    "slice": slices(),
    "reshape": reshape(),
    "transpose": transpose(),
    "mean": mean(),
    "std_pool": std_pool(),
    "ws_conv": ws_conv(),
}


@pytest.mark.parametrize("op", OPS)
@given(data=st.data())
def test_shape_and_parameters_equal_torch(op, data):
    shape, arguments, module = data.draw(OPS[op])
    row = archcalc.analyze(network(shape, op, arguments)).layers[-1]
    with flop_counter.FlopCounterMode(display=False) as counter:
        output = module(torch.empty(2, *shape, device="meta"))
    assert row["output"] == list(output.shape[1:])
    assert row["params"] == sum(parameter.numel() for parameter in module.parameters())
    assert row["buffers"] == 0
    assert row["macs"] == counter.get_total_flops() // 2 // 2  # two examples, two operations each


# ---------------------------------------------------------------------------------------------
# What an output position sees, by gradient.


def seen(function, shape):
    """Output position -> the input positions on which any of its channels depends."""
    torch.manual_seed(1)
    x = torch.randn(1, *shape, dtype=torch.float64, requires_grad=True)
    y = function(x)[0]
    result = {}
    for place in itertools.product(*map(range, y.shape[1:])):
        found = set()
        for channel in range(len(y)):
            value = y[(channel, *place)]
            if value.requires_grad:
                (gradient,) = torch.autograd.grad(value, x, retain_graph=True, allow_unused=True)
                found |= {tuple(index[1:]) for index in gradient[0].nonzero().tolist()}
        result[place] = found
    return result


def stated(window, shape, place):
    """The input positions that a window says an output position sees."""
    if window == ALL:
        return set(itertools.product(*map(range, shape[1:])))
    if window == EACH:
        return {place}
    ranges = [
        range(max(u * stride - before, 0), min(u * stride - before + size, n))
        for u, size, stride, before, n in zip(place, window.size, window.stride, window.before, shape[1:], strict=True)
    ]
    return set(itertools.product(*ranges))


EXACT = [
    ("layer_norm", (3, 2, 4), {}, lambda x: nn.functional.layer_norm(x.movedim(1, -1), [3]).movedim(-1, 1)),
    ("layer_norm", (3, 2, 4), {"positions": True}, lambda x: nn.functional.layer_norm(x, [3, 2, 4])),
    ("l2_norm", (3, 2, 4), {}, nn.functional.normalize),
    ("group_norm", (4, 3, 2), {"groups": 2}, lambda x: nn.functional.group_norm(x, 2)),
    ("instance_norm", (3, 5), {}, nn.functional.instance_norm),
    ("prelu", (3, 2, 4), {}, lambda x: nn.functional.prelu(x, torch.full((3,), 0.2, dtype=torch.float64))),
    ("channel_shuffle", (6, 2, 3), {"groups": 3}, nn.ChannelShuffle(3)),
    ("slice", (6, 2, 3), {"part": 1, "parts": 3}, lambda x: x[:, 2:4]),
    ("space_to_depth", (2, 4, 6), {"block": 2}, nn.PixelUnshuffle(2)),
    ("class_token", (3, 4), {"tokens": 2}, lambda x: torch.cat([torch.ones(1, 3, 2, dtype=x.dtype), x], 2)),
    ("mean", (2, 3, 4), {"axes": 1, "keep": True}, lambda x: x.mean(2, keepdim=True)),
    ("mean", (2, 3, 4), {"axes": [1, 2]}, lambda x: x.mean([2, 3])),
    ("std_pool", (2, 3, 4), {}, lambda x: torch.cat([x.mean([2, 3]), x.std([2, 3], unbiased=False)], 1)),
    ("transpose", (3, 5), {}, lambda x: x.transpose(1, 2)),
    ("reshape", (2, 12), {"shape": [24, 1]}, lambda x: x.reshape(1, 24, 1)),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "function"), EXACT)
def test_window_equals_gradient(op, shape, arguments, function):
    graph = network(shape, op, arguments)
    window = graph.layers[-1].op.window(graph.layers[-1].output, graph.layers[0].output)
    for place, found in seen(function, shape).items():
        assert found == stated(window, shape, place)


# Where no window can say it exactly: what is stated is never too small. FLAT: one position each, whichever it is.
BOUNDS = [
    ("transpose", (2, 3, 4), {"order": [0, 2, 1]}, lambda x: x.permute(0, 1, 3, 2), ALL),
    ("transpose", (2, 3, 4), {"order": [1, 0, 2]}, lambda x: x.permute(0, 2, 1, 3), ALL),
    ("reshape", (4, 3, 2), {"shape": [2, 2, 6]}, lambda x: x.reshape(1, 2, 2, 6), ALL),
    ("reshape", (4, 3, 2), {"shape": [6, 4]}, lambda x: x.reshape(1, 6, 4), ALL),
    ("reshape", (4, 3, 2), {"shape": [4, 2, 3]}, lambda x: x.reshape(1, 4, 2, 3), ALL),
    ("reshape", (4, 3, 2), {"shape": [4, 6]}, lambda x: x.reshape(1, 4, 6), FLAT),
    ("reshape", (4, 6), {"shape": [4, 3, 2]}, lambda x: x.reshape(1, 4, 3, 2), FLAT),
    ("mean", (2, 3, 4), {"axes": 1}, lambda x: x.mean(2), ALL),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "function", "window"), BOUNDS)
def test_window_bounds_gradient(op, shape, arguments, function, window):
    graph = network(shape, op, arguments)
    assert graph.layers[-1].op.window(graph.layers[-1].output, graph.layers[0].output) == window
    for place, found in seen(function, shape).items():
        if window == FLAT:
            assert len(found) == 1
        else:
            assert found <= stated(window, shape, place)
