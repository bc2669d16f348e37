"""What each op keeps for its backward pass, beside what autograd keeps in PyTorch when the same op is run.

The examples of every op are run with a batch of 2, and the tensors that autograd saves are collected, each memory
once, parameters and buffers left out. An op in place is run in place where that keeps no copy of its input.
"""

import pytest

import archcalc
from archcalc.graph.op import INDEX, INPUT, MASK, OUTPUT, SHORT_INDEX, STATISTICS, VALUES
from archcalc.graph.tensor import Tensor
from archcalc.ops import OPS, find
from tests.ops.test_registry import build, tensors

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install 'archcalc[oracle]'")
F = torch.nn.functional
BATCH = 2


def saved_by_torch(function, xs, owned=()):
    """The input numbers that autograd saves, whether it saves the output, and elements of all else by type."""
    seen = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: seen.append(t) or t, lambda t: t):
        output = function(*xs)
    places = {x.untyped_storage().data_ptr(): (INPUT, index) for index, x in enumerate(xs)}
    places |= {weight.untyped_storage().data_ptr(): None for weight in owned}
    places[output.untyped_storage().data_ptr()] = OUTPUT  # in place: the input is no longer there
    kept, own, done = set(), {}, set()
    for tensor in seen:
        place = tensor.untyped_storage().data_ptr()
        if place in places:
            kept.add(places[place])
        elif place not in done:
            done.add(place)
            count = tensor.untyped_storage().nbytes() // tensor.element_size()
            own[tensor.dtype] = own.get(tensor.dtype, 0) + count
    return kept - {None}, own, output


def saved_by_archcalc(op, shapes):
    """The same by the op's own word."""
    inputs = tensors(shapes)
    output = op.output(*inputs)
    types = {MASK: torch.bool, INDEX: torch.int64, SHORT_INDEX: torch.int32}
    types |= {STATISTICS: torch.float32, VALUES: torch.float32}
    kept, own = set(), {}
    for saved in op.saves(output, *inputs):
        if saved.kind == INPUT:
            kept.add((INPUT, saved.source))
        elif saved.kind == OUTPUT:
            kept.add(OUTPUT)
        else:
            dtype = types[saved.kind]
            own[dtype] = own.get(dtype, 0) + saved.elements * (1 if saved.is_per_batch else BATCH)
    return kept, own


# ---------------------------------------------------------------------------------------------
# The op in PyTorch: (arguments, input tensors, weights by name) -> a function of the inputs.


def axes(x):
    return x.dim() - 2


def nd(name, x):
    return getattr(F, f"{name}{axes(x)}d")


def spread(value, count):
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def conv(op, w):
    def run(x):
        padding = op.padding if isinstance(op.padding, int) else [before for before, _ in margins(op, x)]
        return nd("conv", x)(x, w["kernel"], w.get("bias"), op.stride, padding, op.dilation, op.groups)

    return run


def margins(op, x):
    """Padding before and after; where the two differ PyTorch has to pad in a step of its own: not compared."""
    sizes = Tensor(x.shape[1], tuple(x.shape[2:]))
    window = op.window(op.output(sizes), sizes)
    steps = zip(x.shape[2:], op.output(sizes).size, window.size, window.stride, window.before, strict=True)
    return [(b, b) if (o - 1) * s + e - b <= n + b else (b, (o - 1) * s + e - b - n) for n, o, e, s, b in steps]


def depthwise(op, w):
    def run(x):
        padding = [before for before, _ in margins(op, x)]
        return nd("conv", x)(x, w["kernel"], w.get("bias"), op.stride, padding, op.dilation, x.shape[1])

    return run


def ws_conv(op, w):
    """As in timm (ScaledStdConv2d): the kernel is normalised by the batch norm of its filters."""

    def run(x):
        kernel, filters = w["kernel"], w["kernel"].shape[0]
        gain = w["gain"] * 0.1 if op.gain else None
        flat = F.batch_norm(kernel.reshape(1, filters, -1), None, None, gain, training=True)
        return nd("conv", x)(x, flat.reshape_as(kernel), w.get("bias"), op.stride, 0, op.dilation, op.groups)

    return run


def conv_transpose(op, w):
    def run(x):
        return nd("conv_transpose", x)(
            x, w["kernel"], w.get("bias"), op.stride, op.padding, op.output_padding, op.groups, op.dilation
        )

    return run


def batch_norm(op, w):
    def run(x):
        if op.frozen:  # as in torchvision (FrozenBatchNorm2d)
            shape = (1, -1, *[1] * axes(x))
            scale = w["gamma"].detach() * (w["variance"].detach() + 1e-5).rsqrt()
            return x * scale.reshape(shape) + w["beta"].detach().reshape(shape)
        return F.batch_norm(x, w["mean"].detach(), w["variance"].detach(), w.get("gamma"), w.get("beta"), True)

    return run


def layer_norm(op, w):
    def run(x):
        if op.positions:
            return F.layer_norm(x, x.shape[1:], w.get("gamma"), w.get("beta"))
        return F.layer_norm(x.movedim(1, -1), x.shape[1:2], w.get("gamma"), w.get("beta"))

    return run


def attention(op, w):
    def run(x, *context):
        keys, values = (context[0], context[-1]) if context else (x, x)

        def heads(source, name):
            rows = F.linear(source.flatten(2).transpose(1, 2), w[name], w.get(f"{name}_bias"))
            return rows.unflatten(2, (op.heads, -1)).transpose(1, 2)

        both = F.scaled_dot_product_attention(heads(x, "query"), heads(keys, "key"), heads(values, "value"))
        return F.linear(both.transpose(1, 2).flatten(2), w["output"], w.get("output_bias"))

    return run


def multiply(op, w):
    def run(*xs):
        rank = max(x.dim() for x in xs)
        result = None
        for x in xs:
            x = x.reshape(*x.shape, *[1] * (rank - x.dim()))
            result = x if result is None else result * x
        return result

    return run


def rows(op, w):
    return lambda a, b: (a.mT if op.transpose_a else a) @ (b.mT if op.transpose_b else b)


def scale(op, w):
    def run(x):
        if op.factor is not None:
            return x * op.factor
        shape = (1, -1, *[1] * axes(x))
        scaled = x * w["gain"].reshape(shape)
        return scaled + w["bias"].reshape(shape) if op.bias else scaled

    return run


def std_pool(op, w):
    return lambda x: torch.cat([x.flatten(2).mean(2), x.flatten(2).std(2, unbiased=False)], 1)


def pool(name):
    def make(op, w):
        def run(x):
            padding = [before for before, _ in margins(op, x)]
            more = [op.dilation] if name == "max_pool" else []
            return nd(name, x)(x, op.kernel, op.stride, padding, *more, ceil_mode=op.ceil_mode)

        return run

    return make


def of(function):
    """A function of the input alone."""
    return lambda op, w: function


def adaptive(name, size=None):
    def make(op, w):
        return lambda x: nd(name, x)(x, tuple(spread(size or op.size, axes(x))))

    return make


def dropped(op, w):
    # What GPUs run; the CPU multiplies by random values of the type of the input.
    return lambda x: torch.native_dropout(x, op.rate, True)[0]


TORCH = {
    "conv": conv,
    "depthwise_conv": depthwise,
    "conv_transpose": conv_transpose,
    "ws_conv": ws_conv,
    "linear": lambda op, w: lambda x: F.linear(x.movedim(1, -1), w["kernel"], w.get("bias")),
    "rbf": lambda op, w: lambda x: (x.movedim(1, -1)[..., None, :] - w["centres"]).pow(2).sum(-1),
    "embedding": lambda op, w: lambda x: F.embedding(torch.zeros_like(x, dtype=torch.int64), w["table"]),
    "attention": attention,
    "matmul": rows,
    "max_pool": pool("max_pool"),
    "avg_pool": pool("avg_pool"),
    "global_avg_pool": adaptive("adaptive_avg_pool", 1),
    "global_max_pool": adaptive("adaptive_max_pool", 1),
    "adaptive_avg_pool": adaptive("adaptive_avg_pool"),
    "adaptive_max_pool": adaptive("adaptive_max_pool"),
    "upsample": lambda op, w: (
        lambda x: F.interpolate(x, scale_factor=tuple(map(float, spread(op.factor, axes(x)))), mode="nearest")
    ),
    "pixel_shuffle": lambda op, w: lambda x: F.pixel_shuffle(x, op.factor),
    "mean": lambda op, w: lambda x: x.mean([axis + 1 for axis in op.axes]),
    "std_pool": std_pool,
    "flatten": of(lambda x: x.flatten(1)),
    "reshape": lambda op, w: lambda x: x.reshape(len(x), *op.shape),
    "transpose": lambda op, w: lambda x: x.permute(0, *(axis + 1 for axis in op.order or (1, 0))),
    "slice": of(lambda x: x[:, 1:2].clone()),
    "channel_shuffle": lambda op, w: lambda x: F.channel_shuffle(x, op.groups),
    "space_to_depth": lambda op, w: lambda x: F.pixel_unshuffle(x, op.block),
    "pad": of(lambda x: F.pad(x, [1, 2])),
    "crop": of(lambda x: F.pad(x, [-1, -1])),
    "add": of(lambda *xs: sum(xs[1:], xs[0])),
    "concat": of(lambda *xs: torch.cat(xs, 1)),
    "multiply": multiply,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "group_norm": lambda op, w: lambda x: F.group_norm(x, op.groups, w.get("gamma"), w.get("beta")),
    "instance_norm": lambda op, w: lambda x: F.instance_norm(x),
    "l2_norm": of(F.normalize),
    "standardize": lambda op, w: lambda x: x / w["variance"].detach().sqrt().reshape(1, -1, *[1] * axes(x)),
    "lrn": lambda op, w: lambda x: F.local_response_norm(x, op.size, 1e-4, 0.75, 2.0),
    "scale": scale,
    "class_token": lambda op, w: lambda x: torch.cat([w["token"].expand(len(x), -1, -1), x], 2),
    "positional_embedding": lambda op, w: lambda x: x + w["embedding"],
    "dropout": dropped,
    "drop_path": of(lambda x: x * torch.full((len(x), *[1] * (x.dim() - 1)), 0.5)),
    "relu": of(F.relu_),
    "relu6": of(F.relu6),
    "leaky_relu": of(lambda x: F.leaky_relu_(x, 0.1)),
    "prelu": lambda op, w: lambda x: F.prelu(x, w["slope"]),
    "elu": of(F.elu_),
    "selu": of(F.selu_),
    "gelu": of(F.gelu),
    "silu": of(F.silu),
    "mish": of(F.mish),
    "sigmoid": of(torch.sigmoid_),
    "tanh": of(torch.tanh_),
    "exp": of(torch.exp_),
    "hard_sigmoid": of(F.hardsigmoid),
    "hard_swish": of(F.hardswish),
    "softmax": of(lambda x: F.softmax(x, 1)),
}

# What has no exact match, and why.
WITHOUT = {
    "identity": "nothing is run",
    "roi_pool": "lies in torchvision, which is not installed here; its source keeps argmax (int32) and the regions",
    "roi_align": "lies in torchvision, which is not installed here; its source keeps the regions alone",
    "lstm": "the CPU takes the cell apart; the rule is the workspace of the fused cell of the GPU",
    "gru": "the CPU takes the cell apart; the rule is the workspace of the fused cell of the GPU",
}
# Single examples that PyTorch does in another way: (op, number of the example).
APART = {
    ("conv", 1): "unequal padding is a step of its own in PyTorch",
    ("conv", 2): "unequal padding is a step of its own in PyTorch",
    ("ws_conv", 0): "padding is left out in the match",
    ("ws_conv", 2): "padding is left out in the match",
    ("conv_transpose", 1): "unequal cropping is a step of its own in PyTorch",
    ("depthwise_conv", 1): "unequal padding is a step of its own in PyTorch",
    ("depthwise_conv", 2): "unequal padding is a step of its own in PyTorch",
    ("max_pool", 1): "unequal padding is a step of its own in PyTorch",
    ("max_pool", 2): "PyTorch pads no more than half of the kernel, without its dilation",
    ("attention", 1): "values of another width than keys are done unfused in PyTorch",
    ("channel_shuffle", 2): "PyTorch shuffles no vectors",
    ("pixel_shuffle", 1): "PyTorch knows one factor in two dimensions",
    ("pixel_shuffle", 2): "PyTorch knows one factor in two dimensions",
    ("space_to_depth", 1): "PyTorch knows one block in two dimensions",
    ("space_to_depth", 2): "PyTorch knows one block in two dimensions",
    ("space_to_depth", 3): "PyTorch knows one block in two dimensions",
}
CASES = [(name, number) for name in TORCH for number in range(len(find(name).examples)) if (name, number) not in APART]


def test_every_op_is_compared_or_says_why_not():
    assert set(TORCH) | set(WITHOUT) == set(OPS)
    assert not set(TORCH) & set(WITHOUT)


def drawn(shape, is_last):
    """Values that need a gradient; `is_last`: in memory the channels are last."""
    channels, *size = shape
    x = torch.rand(BATCH, *size, channels).movedim(-1, 1) if is_last else torch.rand(BATCH, channels, *size)
    return x.requires_grad_().clone(memory_format=torch.preserve_format)


@pytest.mark.parametrize(("name", "number"), CASES)
def test_what_an_op_keeps_is_what_autograd_saves(name, number):
    example = find(name).examples[number]
    op = build(find(name), example.arguments)
    weights = {
        weight.name: torch.nn.Parameter(torch.ones(weight.shape)) for weight in op.weights(*tensors(example.inputs))
    }
    xs = [drawn(shape, name in ("linear", "rbf", "attention")) for shape in example.inputs]
    kept, own, output = saved_by_torch(TORCH[name](op, weights), xs, weights.values())
    assert output.requires_grad
    assert (kept, own) == saved_by_archcalc(op, example.inputs)


# ---------------------------------------------------------------------------------------------
# Whole networks: every tensor once, however many ops save it.

NETWORK = """
input: [3, 10, 14]
layers:
  - {conv: {filters: 8, kernel: 3, padding: half, bias: false}, name: stem}
  - batch_norm
  - relu
  - {max_pool: {kernel: 3, stride: 2, padding: 1}}
  - add:
      - - {conv: {filters: 8, kernel: 3, padding: half, groups: 2, bias: false}}
        - batch_norm
        - relu
        - {conv: {filters: 8, kernel: 1, bias: false}}
        - batch_norm
      - []
  - relu
  - concat:
      - [{conv: [4, 1]}, {leaky_relu: 0.1}]
      - [{conv: [6, 1]}, gelu]
  - multiply:
      - []
      - [global_avg_pool, {linear: 10}, sigmoid]
  - flatten
  - {linear: 20}
  - relu
  - dropout
  - {linear: 7}
  - softmax
"""


class Residual(torch.nn.Module):
    """The same network in PyTorch."""

    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True))
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.branch = nn.Sequential(
            nn.Conv2d(8, 8, 3, 1, 1, groups=2, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(True),
            nn.Conv2d(8, 8, 1, bias=False),
            nn.BatchNorm2d(8),
        )
        self.a = nn.Sequential(nn.Conv2d(8, 4, 1), nn.LeakyReLU(0.1, True))
        self.b = nn.Sequential(nn.Conv2d(8, 6, 1), nn.GELU())
        self.squeeze = nn.Linear(10, 10)
        self.first, self.second = nn.Linear(350, 20), nn.Linear(20, 7)

    def forward(self, x):
        x = self.pool(self.stem(x))
        x = F.relu_(self.branch(x) + x)
        x = torch.cat([self.a(x), self.b(x)], 1)
        gate = torch.sigmoid_(self.squeeze(x.mean([2, 3])))
        x = x * gate[:, :, None, None]
        x = torch.native_dropout(F.relu_(self.first(x.flatten(1))), 0.5, True)[0]
        return F.softmax(self.second(x), 1)


def test_a_network_keeps_what_autograd_saves():
    model = Residual()
    seen = {}

    def pack(tensor):
        seen[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    x = torch.rand(5, 3, 10, 14)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = model(x)
    assert output.shape == (5, 7)
    owned = {value.untyped_storage().data_ptr() for value in model.state_dict().values()}
    kept = [tensor for place, tensor in seen.items() if place not in owned]
    report = archcalc.analyze(archcalc.loads(NETWORK), batch=5)
    assert report.analysis.total("saved_bytes") == sum(tensor.untyped_storage().nbytes() for tensor in kept)
