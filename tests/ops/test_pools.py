"""Poolings against PyTorch, and against windows walked one position after the other.

The tables called TORCH were printed by tests/ops/torch_oracle.py with torch 2.13.0 (cpu): sizes from running the
layers, bins of adaptive pooling from their gradient.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.graph.op import ALL, ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops import find

# fmt: off
# kernel, stride, padding, dilation -> output sizes for inputs of 5 to 16, then the same with ceil_mode.
TORCH_MAX = [
    (2, 2, 0, 1, [2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8], [3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]),
    (3, 2, 0, 1, [2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7], [2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8]),
    (3, 2, 1, 1, [3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8], [3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]),
    (2, 3, 1, 1, [2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6], [2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6]),
    (3, 5, 1, 1, [1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4], [2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4]),
    (3, 3, 0, 2, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5]),
    (2, 4, 1, 3, [1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4], [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5]),
    (5, 3, 2, 1, [2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6], [3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6]),
    (4, 1, 2, 1, [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
    (1, 4, 0, 1, [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4], [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]),
]

# kernel, stride, padding -> output sizes of average pooling for inputs of 5 to 16 with ceil_mode.
TORCH_AVG = [
    (2, 2, 0, [3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]),
    (3, 2, 1, [3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]),
    (2, 3, 1, [2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6]),
    (3, 5, 1, [2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4]),
    (5, 3, 2, [3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6]),
]

# input size, output size -> taps of all bins together, taps of the largest bin.
TORCH_ADAPTIVE = [
    (12, 4, 12, 3),
    (13, 6, 18, 3),
    (7, 7, 7, 1),
    (10, 4, 12, 3),
    (3, 5, 7, 2),
    (7, 1, 7, 7),
    (9, 6, 12, 2),
    (8, 3, 10, 4),
    (224, 7, 224, 32),
]
# fmt: on


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "floor", "ceil"), TORCH_MAX)
def test_max_pool_equals_torch(make, kernel, stride, padding, dilation, floor, ceil):
    arguments = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    sizes = range(5, 17)
    assert [make("max_pool", (2, n), **arguments).shape[1] for n in sizes] == floor
    assert [make("max_pool", (2, n), **arguments, ceil_mode=True).shape[1] for n in sizes] == ceil


@pytest.mark.parametrize(("kernel", "stride", "padding", "ceil"), TORCH_AVG)
def test_avg_pool_equals_torch(make, kernel, stride, padding, ceil):
    arguments = {"kernel": kernel, "stride": stride, "padding": padding, "ceil_mode": True}
    assert [make("avg_pool", (2, n), **arguments).shape[1] for n in range(5, 17)] == ceil


# The same run of the script, in two and three dimensions.
@pytest.mark.parametrize(
    ("op", "shape", "arguments", "output"),
    [
        ("max_pool", (4, 11, 8), {"kernel": [3, 2], "stride": [2, 3], "padding": [1, 1]}, (4, 6, 3)),
        ("avg_pool", (4, 11, 8), {"kernel": [3, 2], "stride": [2, 3], "padding": [1, 1]}, (4, 6, 3)),
        ("max_pool", (2, 9, 8, 7),
         {"kernel": [2, 3, 3], "stride": [2, 2, 3], "padding": [1, 1, 0], "dilation": [1, 2, 1]}, (2, 5, 4, 3)),
    ],
)  # fmt: skip
def test_ceil_mode_in_more_dimensions(make, op, shape, arguments, output):
    assert make(op, shape, **arguments, ceil_mode=True).shape == output


@given(
    n=st.integers(1, 60), kernel=st.integers(1, 9), stride=st.integers(1, 9), dilation=st.integers(1, 3),
    before=st.integers(0, 4), after=st.integers(0, 4),
)  # fmt: skip
def test_sizes_equal_a_walk_of_the_window(n, kernel, stride, dilation, before, after):
    """Floor: the windows that fit. Ceil: on until the margin is reached, but the last must begin before its end.

    That is PyTorch's rule, which drops a last window that lies in the padding after the input even if it fits.
    """
    reach, end = (kernel - 1) * dilation, n + after
    if reach >= before + end:
        return
    fitting = [begin for begin in range(-before, end, stride) if begin + reach < end]
    walked = [-before]
    while walked[-1] + reach < end - 1:
        walked.append(walked[-1] + stride)
    if walked[-1] >= n and len(walked) > 1:
        walked.pop()
    x, pool = Tensor(1, (n,)), find("max_pool")
    sizes = [pool(kernel, stride, ((before, after),), dilation, ceil).output(x).size for ceil in (False, True)]
    assert sizes == [(len(fitting),), (len(walked),)]


# Work by hand. AlexNet's first pooling, 96 x 55 x 55, 3/2: 27 x 27 outputs, 8 comparisons each.
@pytest.mark.parametrize(
    ("op", "shape", "arguments", "output", "work"),
    [
        ("max_pool", (96, 55, 55), {"kernel": 3, "stride": 2}, (96, 27, 27), {"compare": 559872}),
        ("max_pool", (3, 9, 12), {"kernel": 2}, (3, 4, 6), {"compare": 216}),
        ("max_pool", (2, 17), {"kernel": 4, "stride": 3}, (2, 5), {"compare": 30}),
        ("max_pool", (2, 5), {"kernel": 1, "stride": 2}, (2, 3), {}),
        # LeNet-5's S2 without its scale: 6 x 14 x 14 outputs, 3 additions and a division each.
        ("avg_pool", (6, 28, 28), {"kernel": 2}, (6, 14, 14), {"add": 3528, "div": 1176}),
        ("avg_pool", (2, 5, 6, 7), {"kernel": [1, 3, 2], "stride": 2, "padding": "half"}, (2, 3, 3, 4),
         {"add": 360, "div": 72}),  # 72 outputs, 5 additions each
        # ResNet-50's last pooling: 48 additions and a division a channel.
        ("global_avg_pool", (2048, 7, 7), {}, (2048,), {"add": 98304, "div": 2048}),
        ("global_avg_pool", (3, 6), {}, (3,), {"add": 15, "div": 3}),
        ("global_avg_pool", (5,), {}, (5,), {"div": 5}),
        ("global_max_pool", (100, 53), {}, (100,), {"compare": 5200}),
        ("global_max_pool", (5, 4, 7), {}, (5,), {"compare": 135}),
    ],
)  # fmt: skip
def test_work(make, op, shape, arguments, output, work):
    made = make(op, shape, **arguments)
    assert (made.shape, made.work, made.weights) == (output, work, {})


def test_a_partial_last_window_costs_as_much_as_a_whole_one(make):
    # 7 positions, kernel 2: 3 windows, or 4 with ceil_mode; one comparison each.
    assert make("max_pool", (1, 7), kernel=2, ceil_mode=True).work == {"compare": 4}


def test_count_include_pad_changes_no_count(make):
    arguments = {"kernel": 3, "stride": 2, "padding": 1}
    with_pad, without = (make("avg_pool", (2, 9, 8), **arguments, count_include_pad=flag) for flag in (True, False))
    assert with_pad.work == without.work


@pytest.mark.parametrize("op", ["global_avg_pool", "global_max_pool"])
def test_a_global_pool_sees_everything(make, op):
    assert make(op, (5, 4, 7)).window == ALL


def seen(window, axis, unit):
    """The input positions that an output position sees, by the meaning of a `Window`."""
    begin = unit * window.stride[axis] - window.before[axis]
    grid = range(begin, begin + window.size[axis])
    return [position // window.upscale[axis] for position in grid if position % window.upscale[axis] == 0]


@pytest.mark.parametrize(("n", "m", "taps", "largest"), TORCH_ADAPTIVE)
def test_adaptive_equals_torch(make, n, m, taps, largest):
    made = make("adaptive_avg_pool", (3, n), size=m)
    assert made.shape == (3, m)
    assert made.work["add"] == 3 * (taps - m) if taps > m else "add" not in made.work
    assert made.work["div"] == 3 * m
    assert max(len(seen(made.window, 0, unit)) for unit in range(m)) == largest


@pytest.mark.parametrize(("n", "m", "taps", "largest"), TORCH_ADAPTIVE)
def test_adaptive_max_has_the_bins_of_torch(make, n, m, taps, largest):
    made = make("adaptive_max_pool", (3, n), size=m)
    assert made.shape == (3, m)
    assert made.work == ({"compare": 3 * (taps - m)} if taps > m else {})
    assert max(len(seen(made.window, 0, unit)) for unit in range(m)) == largest


def test_adaptive_max_in_two_dimensions(make):
    # Bins of 3, 3, 3 and of 2, 3, 2 positions along 9 and 5: 21 tap pairs a row of bins, 63 less 9 a channel.
    made = make("adaptive_max_pool", (4, 9, 5), size=3)
    assert (made.shape, made.work, made.weights) == ((4, 3, 3), {"compare": 216}, {})


def bins(n, m):
    """The bins, walked: bin i begins at the last position not behind i*n/m, and ends where (i + 1)*n/m is reached."""
    found = []
    for i in range(m):
        first = 0
        while (first + 1) * m <= i * n:
            first += 1
        end = first
        while end * m < (i + 1) * n:
            end += 1
        found.append(range(first, end))
    return found


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 12), st.integers(1, 12))
def test_adaptive_taps_are_those_of_the_bins(height, rows, width, columns):
    pool = find("adaptive_avg_pool")(size=(rows, columns))
    x = Tensor(2, (height, width))
    output = pool.output(x)
    additions = sum(len(a) * len(b) - 1 for a in bins(height, rows) for b in bins(width, columns))
    work = pool.work(output, x)
    assert (work.add, work.div) == (2 * additions, 2 * rows * columns)
    window = pool.window(output, x)
    assert [seen(window, 0, unit) for unit in range(rows)] == list(map(list, bins(height, rows)))
    assert [seen(window, 1, unit) for unit in range(columns)] == list(map(list, bins(width, columns)))


ERRORS = [
    ("max_pool", (3,), {"kernel": 2}, None, "max_pool needs 1 to 3 spatial axes, the input [3] has 0"),
    ("avg_pool", (3,), {"kernel": 2}, None, "avg_pool needs 1 to 3 spatial axes"),
    ("max_pool", (3, 4, 1), {"kernel": 2}, "kernel", "a kernel that spans 2 does not fit the padded input: 1 + 0"),
    ("max_pool", (3, 4, 4), {"kernel": [2, 2, 2]}, "kernel", "kernel has 3 values, but the input has 2"),
    ("adaptive_avg_pool", (3,), {"size": 2}, None, "adaptive_avg_pool needs 1 to 3 spatial axes"),
    ("adaptive_max_pool", (3,), {"size": 2}, None, "adaptive_max_pool needs 1 to 3 spatial axes"),
    ("adaptive_max_pool", (3, 4, 5), {"size": [2]}, "size", "size has 1 value, but the input has 2 spatial axes"),
    ("adaptive_avg_pool", (3, 4), {"size": [2, 2]}, "size", "size has 2 values, but the input has 1 spatial axis"),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "attribute", "message"), ERRORS)
def test_errors(make, op, shape, arguments, attribute, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, shape, **arguments)
    assert caught.value.attribute == attribute
