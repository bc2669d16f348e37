"""Sequence layers and adaptive pooling against PyTorch: the same layer, drawn at random, as a spec and in torch.

Shapes and parameters come from torch's own modules on the meta device. Multiply-accumulates come from
`torch.utils.flop_counter` (2 FLOP each), which sees the matrix products that torch carries out: each layer is
written out below in plain products, which some fixed cases hold to torch's own modules, value by value.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc

torch = pytest.importorskip("torch", reason="no PyTorch to compare with: pip install 'archcalc[oracle]'")
flop_counter = pytest.importorskip("torch.utils.flop_counter", reason="this PyTorch counts no FLOP")
nn, functional = torch.nn, torch.nn.functional

flags = st.booleans()


def layer(op, *shapes, **arguments):
    """What archcalc says of one op in a spec: the fields of its JSON."""
    names = "abc"[: len(shapes)]
    spec = {
        "input": dict(zip(names, shapes, strict=True)),
        "layers": [{op: {key: value for key, value in arguments.items() if value is not None}, "from": list(names)}],
    }
    return archcalc.analyze(archcalc.loads(json.dumps(spec))).layers[-1]


def facts(found):
    return tuple(found["output"]), found["params"], found["macs"]


def parameters(*modules):
    return sum(value.numel() for module in modules for value in module.parameters())


def counted(run, *inputs):
    """The shape of a result without its batch of 1, and the multiply-accumulates that it took."""
    with flop_counter.FlopCounterMode(display=False) as counter:
        result = run(*inputs)
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    return tuple(result.shape[1:]), flops // 2


def sequence(shape, device="meta"):
    """A batch of one in torch's order: [1, positions, channels]."""
    channels, *size = shape
    return torch.randn(1, torch.Size(size).numel(), channels, device=device)


def channels_first(result, size):
    return result.transpose(1, 2).unflatten(2, size)


# ---------------------------------------------------------------------------------------------
# Recurrent layers.


def lstm_step(gates_x, gates_h, h, c):
    i, f, g, o = (gates_x + gates_h).chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru_step(gates_x, gates_h, h, c):
    (rx, zx, nx), (rh, zh, nh) = gates_x.chunk(3, dim=1), gates_h.chunk(3, dim=1)
    z = (zx + zh).sigmoid()
    n = (nx + (rx + rh).sigmoid() * nh).tanh()
    return (1 - z) * n + z * h, c


STEPS = {"lstm": lstm_step, "gru": gru_step}
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU}


def one_direction(step, weights, x):
    """A cell that runs over the steps of [1, T, C]; gives the outputs as a list, in the order that it ran."""
    w_x, w_h, *biases = weights
    b_x, b_h = biases or (None, None)
    h = c = x.new_zeros(1, w_h.shape[1])
    outputs = []
    for x_t in x.unbind(1):
        h, c = step(functional.linear(x_t, w_x, b_x), functional.linear(h, w_h, b_h), h, c)
        outputs.append(h)
    return outputs


def recurrent(step, module, x, last):
    """A recurrent module of torch, written out; [1, T, C] -> [1, T, units] or, with `last`, [1, units]."""
    directions = 1 + module.bidirectional
    for bottom in range(0, len(module.all_weights), directions):
        runs = [
            one_direction(step, weights, x.flip(1) if is_reverse else x)
            for is_reverse, weights in enumerate(module.all_weights[bottom : bottom + directions])
        ]
        final = torch.cat([outputs[-1] for outputs in runs], dim=1)
        runs[1:] = [outputs[::-1] for outputs in runs[1:]]
        x = torch.cat([torch.stack(outputs, dim=1) for outputs in runs], dim=2)
    return final if last else x


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("op", ["lstm", "gru"])
def test_what_is_written_out_is_what_torch_computes(op, bidirectional, last):
    torch.manual_seed(0)
    module = MODULES[op](5, 3, 2, bidirectional=bidirectional, batch_first=True)
    x = torch.randn(1, 4, 5)
    every, state = module(x)
    state = state[0] if op == "lstm" else state
    directions = 1 + bidirectional
    expected = state[-directions:].transpose(0, 1).flatten(1) if last else every
    torch.testing.assert_close(recurrent(STEPS[op], module, x, last), expected)


@pytest.mark.parametrize("op", ["lstm", "gru"])
@given(
    channels=st.integers(1, 40),
    steps=st.integers(1, 4),
    units=st.integers(1, 30),
    layers=st.integers(1, 3),
    bidirectional=flags,
    bias=flags,
    recurrent_bias=flags,
    last=flags,
)
def test_recurrent(op, channels, steps, last, recurrent_bias, **arguments):
    found = layer(op, [channels, steps], recurrent_bias=recurrent_bias, last=last, **arguments)
    units, layers, bidirectional, bias = (arguments[key] for key in ("units", "layers", "bidirectional", "bias"))
    with torch.device("meta"):
        module = MODULES[op](channels, units, layers, bias=bias, bidirectional=bidirectional, batch_first=True)
        shape, macs = counted(recurrent, STEPS[op], module, torch.empty(1, steps, channels), last)
        own, _ = module(torch.empty(1, steps, channels))
    # torch always has a second bias: where the spec says that there is none, those of torch are left out.
    kept = [value for name, value in module.named_parameters() if recurrent_bias or not name.startswith("bias_hh")]
    assert facts(found) == (shape if last else shape[::-1], sum(value.numel() for value in kept), macs)
    assert tuple(own.shape[1:]) == (steps, found["output"][0])


# ---------------------------------------------------------------------------------------------
# Embedding.


@given(st.integers(1, 5000), st.integers(1, 300), st.lists(st.integers(1, 9), max_size=3))
def test_embedding(vocabulary, width, size):
    found = layer("embedding", [1, *size], vocabulary=vocabulary, width=width)
    with torch.device("meta"):
        module = nn.Embedding(vocabulary, width)
        shape, macs = counted(module, torch.zeros(1, *size, dtype=torch.long))
    assert facts(found) == ((shape[-1], *shape[:-1]), parameters(module), macs)
    assert macs == 0


# ---------------------------------------------------------------------------------------------
# Attention and matrix products.


def attend(projections, heads, x, context):
    """Multi-head attention in plain products; [1, positions, channels] in and out."""
    query, key, value, output = projections
    q, k, v = (
        project(source).unflatten(2, (heads, -1)).transpose(1, 2)
        for project, source in ((query, x), (key, context), (value, context))
    )
    scores = torch.matmul(q, k.transpose(2, 3)) / q.shape[-1] ** 0.5
    return output(torch.matmul(scores.softmax(dim=3), v).transpose(1, 2).flatten(2))


def taken_apart(module):
    """The projections of torch's MultiheadAttention as linear layers."""
    inner = (
        module.in_proj_weight.chunk(3)
        if module.in_proj_weight is not None
        else (module.q_proj_weight, module.k_proj_weight, module.v_proj_weight)
    )
    biases = (None,) * 3 if module.in_proj_bias is None else module.in_proj_bias.chunk(3)
    return [
        *(lambda x, w=w, b=b: functional.linear(x, w, b) for w, b in zip(inner, biases, strict=True)),
        module.out_proj,
    ]


@pytest.mark.parametrize("context_width", [6, 4])
@pytest.mark.parametrize("bias", [True, False])
def test_attention_written_out_is_what_torch_computes(bias, context_width):
    torch.manual_seed(0)
    module = nn.MultiheadAttention(6, 3, bias=bias, kdim=context_width, vdim=context_width, batch_first=True)
    if bias:
        nn.init.normal_(module.in_proj_bias)
        nn.init.normal_(module.out_proj.bias)
    x, context = torch.randn(1, 5, 6), torch.randn(1, 7, context_width)
    torch.testing.assert_close(attend(taken_apart(module), 3, x, context), module(x, context, context)[0])


sizes = st.lists(st.integers(1, 6), min_size=1, max_size=3)


@given(
    heads=st.integers(1, 12),
    part=st.integers(1, 8),
    size=sizes,
    context=st.none() | st.tuples(st.integers(1, 60), sizes),
    value_channels=st.none() | st.integers(1, 60),
    bias=flags,
)
def test_attention_of_torch(heads, part, size, context, value_channels, bias):
    """torch.nn.MultiheadAttention itself, also with keys and values of other widths (kdim, vdim)."""
    shapes = [[heads * part, *size]]
    if context is not None:
        shapes.append([context[0], *context[1]])
    if context is not None and value_channels is not None:
        shapes.append([value_channels, *context[1]])
    found = layer("attention", *shapes, heads=heads, bias=bias)
    x, keys, values = sequence(shapes[0]), sequence(shapes[min(1, len(shapes) - 1)]), sequence(shapes[-1])
    with torch.device("meta"):
        module = nn.MultiheadAttention(
            heads * part, heads, bias=bias, kdim=keys.shape[2], vdim=values.shape[2], batch_first=True
        )
    shape, macs = counted(lambda: channels_first(module(x, keys, values)[0], size))
    assert facts(found) == (shape, parameters(module), macs)
    if len(shapes) < 3:
        assert counted(attend, taken_apart(module), heads, x, keys)[1] == macs


@given(
    heads=st.integers(1, 6),
    channels=st.integers(1, 40),
    size=sizes,
    context=st.none() | st.tuples(st.integers(1, 40), sizes),
    parts=st.tuples(st.none() | st.integers(1, 8), st.none() | st.integers(1, 8)),
    out=st.none() | st.integers(1, 40),
    bias=flags,
    out_bias=st.none() | flags,
)
def test_attention_with_widths_of_its_own(heads, channels, size, context, parts, out, bias, out_bias):
    if parts[0] is None:
        channels *= heads
    width, value_width = (None if part is None else heads * part for part in parts)
    shapes = [[channels, *size], *([] if context is None else [[context[0], *context[1]]])]
    found = layer(
        "attention", *shapes, heads=heads, width=width, value_width=value_width, out=out, bias=bias, out_bias=out_bias
    )
    x, source = sequence(shapes[0]), sequence(shapes[-1])
    of_queries = channels if width is None else width
    of_values = of_queries if value_width is None else value_width
    with torch.device("meta"):
        projections = [
            nn.Linear(channels, of_queries, bias),
            nn.Linear(shapes[-1][0], of_queries, bias),
            nn.Linear(shapes[-1][0], of_values, bias),
            nn.Linear(of_values, channels if out is None else out, bias if out_bias is None else out_bias),
        ]
    shape, macs = counted(lambda: channels_first(attend(projections, heads, x, source), size))
    assert facts(found) == (shape, parameters(*projections), macs)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 90), flags, flags)
def test_matmul(m, k, n, transpose_a, transpose_b):
    a, b = torch.empty(1, m, k, device="meta"), torch.empty(1, k, n, device="meta")
    shape, macs = counted(torch.matmul, a, b)
    shapes = [x.mT.shape if turn else x.shape for x, turn in ((a, transpose_a), (b, transpose_b))]
    found = layer("matmul", *(list(s[1:]) for s in shapes), transpose_a=transpose_a, transpose_b=transpose_b)
    assert facts(found) == (shape, 0, macs)


# ---------------------------------------------------------------------------------------------
# Adaptive max pooling.

POOLS = {1: functional.adaptive_max_pool1d, 2: functional.adaptive_max_pool2d, 3: functional.adaptive_max_pool3d}
pairs = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(st.integers(1, 20), st.integers(1, 3).flatmap(lambda axes: st.lists(pairs, min_size=axes, max_size=axes)))
def test_adaptive_max_pool(channels, axes):
    size, wanted = [n for n, _ in axes], [m for _, m in axes]
    found = layer("adaptive_max_pool", [channels, *size], size=wanted)
    shape = POOLS[len(axes)](torch.empty(1, channels, *size, device="meta"), wanted).shape
    assert facts(found) == (tuple(shape[1:]), 0, 0)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), min_size=2, max_size=2))
def test_comparisons_of_adaptive_max_pool(axes):
    """Every input position is 1 in one of as many inputs: each 1 in an output is one tap of its bin."""
    size, wanted = [n for n, _ in axes], [m for _, m in axes]
    positions = size[0] * size[1]
    ones = torch.eye(positions).unflatten(1, (1, *size))
    outputs = functional.adaptive_max_pool2d(ones, wanted)
    spec = {"input": [1, *size], "layers": [{"adaptive_max_pool": {"size": wanted}}]}
    report = archcalc.analyze(archcalc.loads(json.dumps(spec)))
    (compares,) = report.table(["compares"], everything=True).totals[1:]
    assert compares == outputs.count_nonzero().item() - outputs[0].numel()
