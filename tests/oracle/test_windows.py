"""Ops with windows against PyTorch on the meta device: output shape, parameters, multiply-accumulates.

The multiply-accumulates are half of what PyTorch's own FLOP counter counts on its own shapes.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import archcalc

torch = pytest.importorskip("torch", reason="PyTorch is the oracle; pip install -e '.[oracle]'")

NAMES = {1: "1d", 2: "2d", 3: "3d"}


def layer_of(op, arguments, shape, batch=1):
    """The only layer of a spec that is written as text."""
    written = ", ".join(f"{name}: {str(value).lower()}" for name, value in arguments.items())
    text = (
        f"input: {list(shape)}\nlayers:\n  - {op}: {{{written}}}\n"
        if written
        else f"input: {list(shape)}\nlayers: [{op}]"
    )
    return archcalc.analyze(archcalc.loads(text), batch=batch).layers[-1]


def torch_says(module, shape, batch):
    """Output shape, parameters and multiply-accumulates; None where PyTorch refuses the sizes."""
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    try:
        with counter:
            output = module(torch.empty(batch, *shape, device="meta"))
    except RuntimeError:
        return None
    params = sum(parameter.numel() for parameter in module.parameters())
    return list(output.shape[1:]), params, counter.get_total_flops() // 2


def agree(op, arguments, module, shape, batch):
    expected = torch_says(module, shape, batch)
    if expected is None or 0 in expected[0]:  # PyTorch's meta device lets some tensors without values pass
        with pytest.raises(archcalc.ArchcalcError):
            layer_of(op, arguments, shape)
        return
    layer = layer_of(op, arguments, shape, batch)
    assert (layer["output"], layer["params"], layer["macs"]) == expected


def each(axes, low, high):
    return st.lists(st.integers(low, high), min_size=axes, max_size=axes)


@st.composite
def convs(draw, transposed=False):
    axes = draw(st.integers(1, 3))
    groups = draw(st.integers(1, 3))
    channels, filters = groups * draw(st.integers(1, 4)), groups * draw(st.integers(1, 4))
    arguments = {
        "filters": filters,
        "kernel": draw(each(axes, 1, 5)),
        "stride": draw(each(axes, 1, 4)),
        "padding": draw(each(axes, 0, 3)),
        "dilation": draw(each(axes, 1, 3)),
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    if transposed:
        arguments["output_padding"] = draw(each(axes, 0, 3))
    return channels, tuple(draw(each(axes, 1, 14))), arguments


@given(convs(), st.integers(1, 3))
def test_conv(drawn, batch):
    channels, size, a = drawn
    module = getattr(torch.nn, "Conv" + NAMES[len(size)])(
        channels, a["filters"], a["kernel"], a["stride"], a["padding"], a["dilation"], a["groups"], a["bias"],
        device="meta",
    )  # fmt: skip
    agree("conv", a, module, (channels, *size), batch)


@given(convs(), st.integers(1, 3), st.integers(1, 3))
def test_depthwise_conv(drawn, multiplier, batch):
    channels, size, a = drawn
    module = getattr(torch.nn, "Conv" + NAMES[len(size)])(
        channels, channels * multiplier, a["kernel"], a["stride"], a["padding"], a["dilation"], channels, a["bias"],
        device="meta",
    )  # fmt: skip
    own = {name: a[name] for name in ("kernel", "stride", "padding", "dilation", "bias")}
    agree("depthwise_conv", {**own, "multiplier": multiplier}, module, (channels, *size), batch)


@given(convs(transposed=True), st.integers(1, 3))
def test_conv_transpose(drawn, batch):
    channels, size, a = drawn
    # PyTorch's kernels refuse an output_padding that reaches both, its meta device does not look.
    assume(all(p < max(s, d) for p, s, d in zip(a["output_padding"], a["stride"], a["dilation"], strict=True)))
    module = getattr(torch.nn, "ConvTranspose" + NAMES[len(size)])(
        channels, a["filters"], a["kernel"], a["stride"], a["padding"], a["output_padding"], a["groups"], a["bias"],
        a["dilation"], device="meta",
    )  # fmt: skip
    agree("conv_transpose", a, module, (channels, *size), batch)


@given(each(2, 1, 9), st.integers(1, 9), st.booleans(), each(2, 1, 5), st.integers(1, 3))
def test_linear(channels, units, bias, positions, batch):
    module = torch.nn.Sequential(Last(), torch.nn.Linear(channels[0], units, bias, device="meta"), First())
    agree("linear", {"units": units, "bias": bias}, module, (channels[0], *positions), batch)


class Last(torch.nn.Module):
    """Channels last, as PyTorch's linear layer wants them."""

    def forward(self, x):
        return x.movedim(1, -1)


class First(torch.nn.Module):
    """Channels first again."""

    def forward(self, x):
        return x.movedim(-1, 1)


@st.composite
def pools(draw):
    axes = draw(st.integers(1, 3))
    kernel = draw(each(axes, 1, 5))
    padding = [draw(st.integers(0, k // 2)) for k in kernel]  # PyTorch allows no more
    arguments = {"kernel": kernel, "stride": draw(each(axes, 1, 4)), "padding": padding}
    return draw(st.integers(1, 5)), tuple(draw(each(axes, 1, 15))), {**arguments, "ceil_mode": draw(st.booleans())}


@given(pools(), st.data())
def test_max_pool(drawn, data):
    channels, size, a = drawn
    dilation = data.draw(each(len(size), 1, 3))
    pool = getattr(torch.nn, "MaxPool" + NAMES[len(size)])
    module = pool(a["kernel"], a["stride"], a["padding"], dilation, ceil_mode=a["ceil_mode"])
    shape = (channels, *size)
    expected = torch_says(module, shape, 1)
    # With ceil_mode PyTorch also takes a window that begins inside and ends far outside; we ask that one fits.
    assume(expected is not None)
    assume(
        all(n + 2 * p >= d * (k - 1) + 1 for n, p, d, k in zip(size, a["padding"], dilation, a["kernel"], strict=True))
    )
    layer = layer_of("max_pool", {**a, "dilation": dilation}, shape)
    assert layer["output"] == expected[0]


@given(pools(), st.booleans())
def test_avg_pool(drawn, include):
    channels, size, a = drawn
    module = getattr(torch.nn, "AvgPool" + NAMES[len(size)])(**{**renamed(a), "count_include_pad": include})
    shape = (channels, *size)
    expected = torch_says(module, shape, 1)
    assume(expected is not None)
    assume(all(n + 2 * p >= k for n, p, k in zip(size, a["padding"], a["kernel"], strict=True)))
    assert layer_of("avg_pool", {**a, "count_include_pad": include}, shape)["output"] == expected[0]


def renamed(arguments):
    return {"kernel_size" if name == "kernel" else name: value for name, value in arguments.items()}


@given(st.integers(1, 3).flatmap(lambda axes: st.tuples(each(axes, 1, 15), each(axes, 1, 15))), st.integers(1, 4))
def test_adaptive_avg_pool(sizes, channels):
    size, output = sizes
    module = getattr(torch.nn, "AdaptiveAvgPool" + NAMES[len(size)])(output)
    agree("adaptive_avg_pool", {"size": output}, module, (channels, *size), 2)


@given(st.integers(1, 3).flatmap(lambda axes: each(axes, 1, 9)), st.integers(1, 5), st.integers(1, 4))
def test_upsample(size, channels, factor):
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(size)]
    for mode, name in (("nearest", "nearest"), ("bilinear", linear)):
        module = torch.nn.Upsample(scale_factor=factor, mode=name)
        agree("upsample", {"factor": factor, "mode": mode}, module, (channels, *size), 2)


@given(each(2, 1, 9), st.integers(1, 5), st.integers(1, 4))
def test_pixel_shuffle(size, channels, factor):
    agree("pixel_shuffle", {"factor": factor}, torch.nn.PixelShuffle(factor), (channels * factor**2, *size), 2)


@given(st.integers(1, 3).flatmap(lambda axes: each(axes, 2, 9)), st.integers(1, 5), st.booleans())
def test_batch_norm(size, channels, scale):
    module = getattr(torch.nn, "BatchNorm" + NAMES[len(size)])(channels, affine=scale, device="meta")
    agree("batch_norm", {"scale": scale, "center": scale}, module, (channels, *size), 2)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 9))
def test_flatten(size, channels):
    agree("flatten", {}, torch.nn.Flatten(), (channels, *size), 2)


@given(each(2, 1, 9), each(4, 0, 3), st.integers(1, 3))
def test_pad_and_crop(size, amounts, channels):
    top, bottom, left, right = amounts
    grown = [size[0] + top + bottom, size[1] + left + right]
    padded = [[top, bottom], [left, right]]
    agree("pad", {"padding": padded}, torch.nn.ZeroPad2d((left, right, top, bottom)), (channels, *size), 1)
    agree("crop", {"cropping": padded}, torch.nn.ZeroPad2d((-left, -right, -top, -bottom)), (channels, *grown), 1)
