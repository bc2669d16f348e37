"""Receptive fields against gradients: where the gradient of one output unit is not zero, that unit looks.

Weights are positive, so that nothing cancels; max pooling is stood in for by average pooling of the same window.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import archcalc
from archcalc.analysis.receptive_field import fields_of

torch = pytest.importorskip("torch", reason="PyTorch is the oracle; pip install -e '.[oracle]'")


@st.composite
def steps(draw, keeps_size=False):
    """One layer along one axis: its line in a spec, and the same in PyTorch."""
    kind = draw(st.sampled_from(["conv", "pool"] if keeps_size else ["conv", "pool", "transpose", "upsample", "crop"]))
    kernel, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    stride = 1 if keeps_size else draw(st.integers(1, 3))
    extent = dilation * (kernel - 1) + 1
    before = draw(st.integers(0, extent - 1))
    after = extent - 1 - before if keeps_size else draw(st.integers(0, extent - 1))
    if kind == "conv":
        weight = torch.rand(1, 1, kernel, dtype=torch.float64) + 0.5
        return (
            f"conv: {{filters: 1, kernel: {kernel}, stride: {stride}, dilation: {dilation}, "
            f"padding: [[{before}, {after}]], bias: false}}",
            lambda x: torch.nn.functional.conv1d(
                torch.nn.functional.pad(x, (before, after)), weight, None, stride, 0, dilation
            ),
        )
    if kind == "pool":
        before, after = (before, kernel - 1 - before) if keeps_size and before < kernel else (before, after)
        return (
            f"max_pool: {{kernel: {kernel}, stride: {stride}, padding: [[{before}, {after}]]}}",
            lambda x: torch.nn.functional.avg_pool1d(torch.nn.functional.pad(x, (before, after)), kernel, stride),
        )
    if kind == "transpose":
        weight = torch.rand(1, 1, kernel, dtype=torch.float64) + 0.5
        return (
            f"conv_transpose: {{filters: 1, kernel: {kernel}, stride: {stride}, dilation: {dilation}, bias: false}}",
            lambda x: torch.nn.functional.conv_transpose1d(x, weight, None, stride, 0, 0, 1, dilation),
        )
    if kind == "upsample":
        return f"upsample: {kernel}", lambda x: torch.nn.functional.interpolate(x, scale_factor=kernel)
    return f"crop: [[{before}, 1]]", lambda x: x[..., before : x.shape[-1] - 1]


@st.composite
def networks(draw):
    """Chains, some of whose layers are sums of two branches that keep the size."""
    lines, modules = [], []
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.integers(0, 3)):
            line, module = draw(steps())
            lines.append(f"  - {line}")
            modules.append(module)
        else:
            branches = [draw(st.lists(steps(keeps_size=True), min_size=0, max_size=2)) for _ in range(2)]
            written = ", ".join("[" + ", ".join(f"{{{line}}}" for line, _ in branch) + "]" for branch in branches)
            lines.append(f"  - add: [{written}]")
            modules.append(branched(branches))
    return "\n".join(lines), modules


def branched(branches):
    def run(x):
        results = []
        for branch in branches:
            result = x
            for _, module in branch:
                result = module(result)
            results.append(result)
        return results[0] + results[1]

    return run


@given(networks(), st.floats(0.35, 0.65))
def test_field_of_a_unit_is_where_its_gradient_is(drawn, place):
    text, modules = drawn
    length = 120
    try:
        graph = archcalc.loads(f"input: [1, {length}]\nlayers:\n{text}")
    except archcalc.ArchcalcError:
        assume(False)
    x = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
    y = x
    for module in modules:
        y = module(y)
    assert list(y.shape[1:]) == list(graph.layers[-1].output.shape)
    unit = int(y.shape[-1] * place)
    fields, _ = fields_of(graph)
    low, high = fields[-1].axes[0].field(unit)
    y[0, 0, unit].backward() if y[0, 0, unit].requires_grad else None
    touched = [] if x.grad is None else torch.nonzero(x.grad[0, 0]).flatten().tolist()
    # Where padding clips the field, its ends are no positions; the middle of a long input is free of that.
    assume(low is None or (low >= 0 and high < length))
    assert ((low, high) if low is not None else None) == ((touched[0], touched[-1]) if touched else None)
