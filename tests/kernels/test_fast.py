"""Fast kernels against the plain loops: the same values, bit for bit, the same counts, the same weights touched."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.kernels import conv, conv_transpose, fast_conv, fast_conv_transpose, fast_depthwise, fast_linear, products
from archcalc.kernels.run import INSIDE, LARGEST_INPUT, MAC, Run, whole_numbers
from archcalc.kernels.tile import DEPTH, LANES, ROWS
from archcalc.kernels.walk import five_axes, three_axes


@dataclass(frozen=True)
class Windows:
    """The attributes that the kernels read; `channels` and `filters` are those of one group."""

    kernel: Any
    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: int = 1
    channels: int = 1
    filters: int = 1
    output_padding: int = 0


def run_plainly(op, x, run):
    walks = conv.sees(op, x.shape[1:-1])
    weight = run.weight("kernel", conv.kernel_shape(walks, op.channels, op.groups * op.filters))
    out = np.zeros((len(x), *(len(walk) for walk in walks), op.groups * op.filters), np.float32)
    touched = run.touched["kernel"]
    conv._convolve(five_axes(x), weight, touched, *three_axes(walks), op.groups, five_axes(out), run.counts)
    return out


def run_fast(module, op, x, run):
    walks = conv.sees(op, x.shape[1:-1])
    weight = run.weight("kernel", conv.kernel_shape(walks, op.channels, op.groups * op.filters))
    out = np.full((len(x), *(len(walk) for walk in walks), op.groups * op.filters), np.nan, np.float32)
    module.convolve(run, x, weight, run.touched["kernel"], walks, op.groups, out)
    return out


def require_equal(plain, plain_run, fast, fast_run):
    assert plain_run.counts[MAC] > 0
    assert np.array_equal(plain, fast)
    assert np.array_equal(plain_run.counts, fast_run.counts)
    assert plain_run.touched.keys() == fast_run.touched.keys()
    for name, mask in plain_run.touched.items():
        assert np.array_equal(mask, fast_run.touched[name])


def require_equal_convolutions(op, size, batch):
    """Either kernel, where both can run: which one is faster does not matter."""
    x = whole_numbers((batch, *size, op.groups * op.channels), LARGEST_INPUT, 7)
    plain_run = Run(3)
    plain = run_plainly(op, x, plain_run)
    is_small = fast_depthwise.suits(plain_run.weights["kernel"], op.groups)
    for module in (fast_conv, fast_depthwise) if is_small else (fast_conv,):
        run = Run(3, is_exhaustive=False)
        require_equal(plain, plain_run, run_fast(module, op, x, run), run)


CONVOLUTIONS = [
    (Windows(3, padding="half", channels=3, filters=4), (9, 12), 1),
    (Windows((5, 3), (2, 3), ((1, 2), 0), groups=2, channels=2, filters=3), (11, 8), 3),
    (Windows((3, 2), 2, "same", (2, 3), groups=3, channels=2, filters=3), (13, 10), 1),
    (Windows(4, 3, 2, channels=2, filters=5), (17,), 3),
    (Windows((2, 3, 1), (1, 2, 3), "half", (1, 2, 1), channels=2, filters=3), (5, 6, 7), 2),
    (Windows(3, padding=7, channels=2, filters=3), (4, 3), 1),  # most windows lie in padding altogether
    (Windows(1, channels=LANES + 3, filters=LANES + 1), (3, 5), 1),
    (Windows(1, 3, channels=DEPTH + 9, filters=2), (4, 4), 1),  # a tap fills more than one panel
    (Windows((1, 7), padding=(0, 3), channels=DEPTH // 4, filters=3), (1, 9), 1),  # taps fill more than one panel
    (Windows(2, channels=1, filters=1), (ROWS + 1, ROWS + 1), 1),
    (Windows(3, padding=1, groups=7), (6, 5), 2),  # depthwise
    (Windows(3, 2, "same", groups=LANES + 5, filters=2), (5, 5), 1),
    (Windows(3, padding=1, groups=9, channels=4, filters=4), (4, 5), 1),
    (Windows(3, padding=1, groups=3, channels=3, filters=16), (4, 5), 1),
    (Windows(2, padding=9, groups=2), (2, 2), 1),
]


@pytest.mark.parametrize(("op", "size", "batch"), CONVOLUTIONS)
def test_convolutions(op, size, batch):
    require_equal_convolutions(op, size, batch)


def test_more_positions_and_filters_than_a_thread_takes_at_a_time(monkeypatch):
    monkeypatch.setattr(fast_conv, "_TILES", 1)
    monkeypatch.setattr(fast_conv, "_FILTERS", LANES)
    monkeypatch.setattr(fast_depthwise, "_TILES", 1)
    require_equal_convolutions(Windows(2, padding=1, groups=2, channels=1, filters=LANES + 2), (6, 5), 2)
    require_equal_convolutions(Windows(2, padding=1, groups=LANES + 2), (6, 5), 2)


def test_windows_on_padding_alone_are_executed():
    op = Windows(2, 5, 2, channels=2, filters=3)
    x = whole_numbers((1, 1, 1, 2), LARGEST_INPUT, 0)
    run = Run(is_exhaustive=False)
    run_fast(fast_conv, op, x, run)
    assert run.counts[MAC] == 2 * 2 * 2 * 3  # taps, channels, filters
    assert run.counts[INSIDE] == 0


axes = st.integers(1, 2)


@st.composite
def convolutions(draw):
    count = draw(axes)

    def along(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(count))

    kernel, dilation = along(1, 3), along(1, 2)
    padding = draw(st.one_of(st.sampled_from(["same", "half"]), st.just(along(0, 4))))
    size = tuple(low + d * (k - 1) for low, k, d in zip(along(1, 5), kernel, dilation, strict=True))
    groups, channels, filters = (draw(st.integers(1, 4)) for _ in range(3))
    return Windows(kernel, along(1, 3), padding, dilation, groups, channels, filters), size, draw(st.integers(1, 2))


@given(convolutions())
@settings(max_examples=30)
def test_any_convolution(case):
    require_equal_convolutions(*case)


@pytest.mark.parametrize("groups", [1, 2, 40])
def test_conv_takes_the_fast_kernel_unless_it_is_exhaustive(groups, monkeypatch):
    monkeypatch.setattr(conv, "_convolve", None)
    op = Windows(3, channels=2, filters=2, groups=groups)
    walks = conv.sees(op, (4, 4))
    run = Run(is_exhaustive=False)
    weight = run.weight("kernel", (1, 3, 3, 2, 2 * groups))
    conv.convolve(run, whole_numbers((1, 4, 4, 2 * groups), LARGEST_INPUT, 0), weight, walks, groups)
    assert run.counts[MAC] == 4 * 9 * 2 * 2 * groups


@pytest.mark.parametrize("positions", [1, 3, 5, ROWS + 1])
@pytest.mark.parametrize(("channels", "units"), [(1, 1), (7, 5), (19, LANES + 1)])
def test_linear(positions, channels, units):
    x = whole_numbers((positions, channels), LARGEST_INPUT, 5)
    results = []
    for kernel in (products.weigh, None):
        run, out = Run(2), np.full((positions, units), 0 if kernel else np.nan, np.float32)
        weight = run.weight("kernel", (channels, units))
        if kernel:
            kernel(x, weight, run.touched["kernel"], out, run.counts)
        else:
            fast_linear.connect(run, x, weight, run.touched["kernel"], out)
        results += [out, run]
    require_equal(*results)


@pytest.mark.parametrize(
    ("op", "size", "batch"),
    [
        (Windows(4, 2, 1, channels=3, filters=4), (5, 7), 1),
        (Windows((3, 5), (2, 3), ((1, 0), 2), groups=2, channels=2, filters=3), (6, 3), 2),
        (Windows(3, 2, 1, 2, channels=6, filters=3, output_padding=1), (4,), 3),
        (Windows((2, 1, 3), (2, 3, 4), channels=2, filters=4), (3, 4, 2), 1),
        (Windows(2, 2, channels=DEPTH + 3, filters=1), (2, 2), 1),
        (Windows(2, 1, channels=1, filters=LANES + 3, groups=2), (4, 4), 1),
    ],
)
def test_transposed_convolutions(op, size, batch):
    x = whole_numbers((batch, *size, op.groups * op.channels), LARGEST_INPUT, 7)
    walks = tuple(conv_transpose._scatter_walk(op, axis, count) for axis, count in enumerate(size))
    bounds = [conv_transpose._kept(op, axis, count) for axis, count in enumerate(size)]
    results = []
    for is_fast in (False, True):
        run = Run(3)
        weight = run.weight("kernel", conv.kernel_shape(walks, x.shape[-1], op.filters))
        out = np.zeros((batch, *(end - begin for begin, end in bounds), op.groups * op.filters), np.float32)
        touched = run.touched["kernel"]
        if is_fast:
            fast_conv_transpose.convolve(run, x, weight, touched, walks, op.groups, out)
        else:
            three = three_axes(walks)
            conv_transpose._scatter(five_axes(x), weight, touched, *three, op.groups, five_axes(out), run.counts)
        results += [out, run]
    require_equal(*results)
