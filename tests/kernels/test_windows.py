"""Values that kernels compute: convolutions, poolings, regions, upsampling, moves of positions; and what they count.

Expected are NumPy expressions on whole arrays, or literals.
"""

from itertools import product

import numpy as np
import pytest

from archcalc.kernels import find as find_kernel
from archcalc.kernels.run import ADD, COMPARE, INSIDE, MAC, Run, whole_numbers
from archcalc.kernels.walk import PADDING
from archcalc.ops import find


def execute(name, *inputs, weights=None, **attributes):
    run = Run(shared=weights)
    return find_kernel(name).execute(find(name)(**attributes), run, *inputs), run


def sees(name, *size, **attributes):
    return [walk.tolist() for walk in find_kernel(name).sees(find(name)(**attributes), size)]


def drawn(*shape, seed=0):
    return whole_numbers(shape, 4, seed)


def tensor(values):
    """One image of one channel, [1, *size, 1]."""
    return np.array(values, np.float32)[None, ..., None]


def plain(out):
    """What one image of one channel holds."""
    return out[0, ..., 0].tolist()


def taps_of(x, kernel, stride, padding, dilation, filler=0.0):
    """Each tap's index and what it reads at all output positions at once; two axes, equal margins."""
    padded = np.pad(x, ((0, 0), *((p, p) for p in padding), (0, 0)), constant_values=filler)
    reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    for tap in product(*map(range, kernel)):
        corner = [t * d for t, d in zip(tap, dilation, strict=True)]
        ends = [n - r + c for n, r, c in zip(padded.shape[1:], reach, corner, strict=False)]
        yield tap, padded[:, *(slice(c, e, s) for c, e, s in zip(corner, ends, stride, strict=True))]


def convolved(x, weight, stride, padding, dilation=(1, 1), groups=1):
    """weight [*kernel, C / groups, filters]."""
    total = 0
    for tap, values in taps_of(x, weight.shape[:2], stride, padding, dilation):
        parts = zip(np.split(values, groups, -1), np.split(weight[tap], groups, -1), strict=True)
        total = total + np.concatenate([part @ one for part, one in parts], -1)
    return total


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 3)])
def test_conv(groups, dilation):
    x = drawn(2, 9, 12, 4)
    attributes = {"filters": 6, "kernel": (3, 2), "stride": (1, 2), "padding": (2, 1)}
    out, run = execute("conv", x, dilation=dilation, groups=groups, **attributes)
    expected = convolved(x, run.weights["kernel"][0], (1, 2), (2, 1), dilation, groups)
    np.testing.assert_array_equal(out, expected + run.weights["bias"])


def test_taps_on_padding_are_executed_and_told_apart():
    _, run = execute("conv", tensor([1, 2, 3]), filters=2, kernel=3, padding=1, bias=False)
    assert (run.counts[MAC], run.counts[INSIDE]) == (18, 14)
    _, run = execute("depthwise_conv", tensor([1, 2, 3]), kernel=3, padding=1, multiplier=2, bias=False)
    assert (run.counts[MAC], run.counts[INSIDE]) == (18, 14)


@pytest.mark.parametrize("multiplier", [1, 3])
def test_depthwise_conv_is_a_conv_with_a_group_a_channel(multiplier):
    x = drawn(2, 9, 7, 4)
    attributes = {"kernel": (3, 2), "stride": (2, 1), "padding": (1, 0), "multiplier": multiplier}
    out, run = execute("depthwise_conv", x, **attributes)
    as_groups = run.weights["kernel"].reshape(3, 2, 1, 4 * multiplier)
    np.testing.assert_array_equal(out, convolved(x, as_groups, (2, 1), (1, 0), groups=4) + run.weights["bias"])


def test_ws_conv_standardises_filter_by_filter():
    x = drawn(2, 7, 5, 4)
    out, run = execute("ws_conv", x, filters=6, kernel=(3, 2), stride=(2, 1), padding=(1, 0), groups=2)
    kernel = run.weights["kernel"][0]
    standard = (kernel - kernel.mean((0, 1, 2))) / kernel.std((0, 1, 2)) * run.weights["gain"]
    expected = convolved(x, standard, (2, 1), (1, 0), groups=2) + run.weights["bias"]
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-4)
    assert set(run.weights) == {"kernel", "bias", "gain"}


def test_conv_transpose_adds_kernels_up():
    weights = {"kernel": np.array([1, 10, 100], np.float32).reshape(1, 1, 3, 1, 1)}
    x, attributes = tensor([2, 3, 4]), {"filters": 1, "kernel": 3, "weights": weights, "bias": False}
    assert plain(execute("conv_transpose", x, stride=2, **attributes)[0]) == [2, 20, 203, 30, 304, 40, 400]
    out, run = execute("conv_transpose", x, stride=2, padding=((1, 2),), **attributes)
    assert plain(out) == [20, 203, 30, 304]
    assert (run.counts[MAC], run.counts[INSIDE]) == (9, 6)
    assert plain(execute("conv_transpose", x, stride=4, output_padding=1, **attributes)[0]) == [
        *(2, 20, 200, 0, 3, 30, 300, 0, 4, 40, 400, 0)
    ]
    assert plain(execute("conv_transpose", x, stride=2, dilation=3, padding=1, **attributes)[0]) == [
        *(0, 3, 20, 4, 30, 200, 40, 300, 0)
    ]
    assert plain(execute("conv_transpose", x, stride=2, padding=1, output_padding=1, **attributes)[0]) == [
        *(20, 203, 30, 304, 40, 400)
    ]


def test_conv_transpose_is_the_adjoint_of_conv():
    """Both are linear maps; one's matrix is the other's transposed: <transposed(x), y> = <x, conv(y)>."""
    x, y = drawn(2, 4, 3, 6), drawn(2, 8, 11, 4, seed=1)
    attributes = {"kernel": (3, 5), "stride": (2, 3), "padding": (1, 0), "groups": 2, "bias": False}
    out, run = execute("conv_transpose", x, filters=4, output_padding=(1, 0), **attributes)
    assert out.shape == y.shape
    kernel = run.weights["kernel"][
        0
    ]  # [taps, 6 channels, 2 filters of a group]: conv reads the filters, makes channels
    back = convolved(y, kernel.transpose(0, 1, 3, 2), (2, 3), (1, 0), groups=2)
    assert back.shape == x.shape
    assert (out * y).sum() == (x * back).sum()


def test_what_a_transposed_conv_sees():
    assert sees("conv_transpose", 3, filters=1, kernel=3, stride=2, padding=1) == [
        [[0, 0], [0, 1], [1, 1], [1, 2], [2, 2]]
    ]
    (walk,) = sees("conv_transpose", 2, filters=1, kernel=1, stride=3, output_padding=1)
    assert walk == [[0], [PADDING], [PADDING], [1], [PADDING]]
    (walk,) = sees("conv_transpose", 2, filters=1, kernel=3)
    assert [set(taps) for taps in walk] == [{0, PADDING}, {0, 1, PADDING}, {0, 1, PADDING}, {1, PADDING}]


@pytest.mark.parametrize("size", [(), (5,), (4, 3)])
def test_linear(size):
    x = drawn(2, *size, 7)
    out, run = execute("linear", x, units=4)
    np.testing.assert_array_equal(out, x @ run.weights["kernel"] + run.weights["bias"])


POOL = {"kernel": (3, 2), "stride": (2, 1), "padding": (1, 1)}


def test_max_pool():
    x = drawn(2, 9, 7, 4) - 10  # no zero of the padding wins
    out, run = execute("max_pool", x, dilation=(1, 2), **POOL)
    read = [values for _, values in taps_of(x, (3, 2), (2, 1), (1, 1), (1, 2), -np.inf)]
    np.testing.assert_array_equal(out, np.max(read, 0))
    assert run.counts[COMPARE] == out.size * 5


def test_avg_pool():
    x = drawn(2, 9, 7, 4)
    read = [values for _, values in taps_of(x, (3, 2), (2, 1), (1, 1), (1, 1))]
    real = [values for _, values in taps_of(np.ones_like(x), (3, 2), (2, 1), (1, 1), (1, 1))]
    np.testing.assert_allclose(execute("avg_pool", x, **POOL)[0], np.sum(read, 0) / 6, rtol=1e-6)
    out, run = execute("avg_pool", x, count_include_pad=False, **POOL)
    np.testing.assert_allclose(out, np.sum(read, 0) / np.sum(real, 0), rtol=1e-6)
    assert run.counts[ADD] == out.size * 5


def test_the_last_window_in_ceil_mode():
    x = tensor([4, 2, 6, 8, 4])
    assert plain(execute("max_pool", x, kernel=2, ceil_mode=True)[0]) == [4, 8, 4]
    assert plain(execute("max_pool", x, kernel=2, ceil_mode=False)[0]) == [4, 8]
    ceil = {"kernel": 3, "stride": 3, "padding": 1, "ceil_mode": True}
    assert plain(execute("avg_pool", tensor([4, 2, 6, 8]), **ceil)[0]) == [2, pytest.approx(14 / 3)]
    # The second window holds one value and the padding, and hangs over by one: PyTorch divides by 2.
    assert plain(execute("avg_pool", tensor([4, 2, 6]), **ceil)[0]) == [2, 3]
    assert plain(execute("avg_pool", tensor([4, 2, 6]), count_include_pad=False, **ceil)[0]) == [3, 6]


@pytest.mark.parametrize("size", [(5,), (4, 3), (2, 3, 4)])
def test_pools_of_all_positions(size):
    x = drawn(2, *size, 6) + np.arange(6, dtype=np.float32)
    axes = tuple(range(1, 1 + len(size)))
    np.testing.assert_allclose(execute("global_avg_pool", x)[0], x.mean(axes), rtol=1e-5)
    np.testing.assert_array_equal(execute("global_max_pool", x)[0], x.max(axes))
    moments = np.concatenate([x.mean(axes), x.std(axes)], 1)
    np.testing.assert_allclose(execute("std_pool", x)[0], moments, rtol=1e-5)


def test_adaptive_pools():
    x = drawn(2, 5, 4, 3)
    rows = [slice(0, 3), slice(2, 5)]
    columns = [slice(0, 2), slice(1, 3), slice(2, 4)]
    bins = [[x[:, r, c] for c in columns] for r in rows]
    mean = np.moveaxis([[part.mean((1, 2)) for part in row] for row in bins], 2, 0)
    most = np.moveaxis([[part.max((1, 2)) for part in row] for row in bins], 2, 0)
    np.testing.assert_allclose(execute("adaptive_avg_pool", x, size=(2, 3))[0], mean, rtol=1e-6)
    np.testing.assert_array_equal(execute("adaptive_max_pool", x, size=(2, 3))[0], most)
    # More bins than positions: some hold one, some two.
    y = tensor([3, 7])
    assert plain(execute("adaptive_avg_pool", y, size=3)[0]) == [3, 5, 7]
    assert plain(execute("adaptive_max_pool", y, size=3)[0]) == [3, 7, 7]
    assert sees("adaptive_max_pool", 2, size=3) == sees("adaptive_avg_pool", 2, size=3) == [[[0, 0], [0, 1], [1, 1]]]


def test_mean_over_axes():
    x = drawn(2, 5, 3, 4, 6)
    np.testing.assert_allclose(execute("mean", x, axes=(2,))[0], x.mean(2), atol=1e-6)
    np.testing.assert_allclose(execute("mean", x, axes=(3, 1))[0], x.mean((1, 3)), atol=1e-6)
    kept, _ = execute("mean", x, axes=(1, 2), keep=True)
    np.testing.assert_allclose(kept, x.mean((1, 2), keepdims=True), atol=1e-6)
    assert sees("mean", 3, 2, axes=(1,), keep=True) == [[[0, 1, 2]], [[0], [1]]]


def test_roi_pool_takes_the_whole_of_the_first_map():
    small, large = drawn(2, 3, 4, 2), drawn(2, 6, 8, 2, seed=1)
    out, _ = execute("roi_pool", large, small, regions=3, size=(3, 2))
    expected = large.reshape(2, 3, 2, 2, 4, 2).max((2, 4))
    np.testing.assert_array_equal(out, np.repeat(expected, 3, axis=0))


def test_roi_align_samples_between_positions():
    rows, columns = np.mgrid[0:8, 0:10].astype(np.float32)
    x = np.stack([rows, columns, 2 * rows - columns], -1)  # linear in both: so is what lies between
    op = find("roi_align")(regions=1, size=(2, 3), sampling=(1, 2))
    out = find_kernel("roi_align").align(op, Run(), x, [(1.0, 4.0), (2.0, 8.0)])
    middles = np.stack(np.meshgrid([1.25, 2.75], [2.5, 4.5, 6.5], indexing="ij"), -1)  # of the bins
    np.testing.assert_allclose(out[..., :2], middles, rtol=1e-6)
    np.testing.assert_allclose(out[..., 2], 2 * middles[..., 0] - middles[..., 1], rtol=1e-6)


def test_roi_align_draws_regions_of_every_map():
    maps = [np.full((2, 6, 8, 3), 5, np.float32), np.full((2, 3, 4, 3), -2, np.float32)]
    out, _ = execute("roi_align", *maps, regions=3, size=2)
    assert out.shape == (6, 2, 2, 3)
    np.testing.assert_allclose(out[:, 0, 0, 0], [5, -2, 5, 5, -2, 5], rtol=1e-6)
    again, _ = execute("roi_align", drawn(2, 6, 8, 3), regions=3, size=2)
    np.testing.assert_array_equal(again, execute("roi_align", drawn(2, 6, 8, 3), regions=3, size=2)[0])
    assert len(np.unique(again[:, 0, 0, 0])) > 1


def test_upsample():
    x = drawn(2, 3, 4, 5)
    np.testing.assert_array_equal(execute("upsample", x, factor=(2, 3))[0], x.repeat(2, 1).repeat(3, 2))
    line = tensor([0, 4, 8])
    assert plain(execute("upsample", line, mode="bilinear")[0]) == [0, 1, 3, 5, 7, 8]
    assert sees("upsample", 3, mode="bilinear") == [[[-1, 0], [0, 1], [0, 1], [1, 2], [1, 2], [2, -1]]]
    # One axis after the other; an axis of one position goes on with its value.
    grid, _ = execute("upsample", tensor([[0, 4], [8, 0]]), factor=(3, 2), mode="bilinear")
    down = np.array([[0, 4], [0, 4], [8 / 3, 8 / 3], [16 / 3, 4 / 3], [8, 0], [8, 0]])
    across = np.array([[1, 0.75, 0.25, 0], [0, 0.25, 0.75, 1]])
    np.testing.assert_allclose(plain(grid), down @ across, rtol=1e-6)
    assert plain(execute("upsample", tensor([3]), mode="bilinear")[0]) == [3, 3]


def test_pixel_shuffle_and_space_to_depth_are_inverse():
    x = drawn(2, 3, 4, 12)
    out, _ = execute("pixel_shuffle", x, factor=(3, 2))
    blocks = x.reshape(2, 3, 4, 2, 3, 2)  # channels of the output, then rows and columns of the block
    np.testing.assert_array_equal(out, blocks.transpose(0, 1, 4, 2, 5, 3).reshape(2, 9, 8, 2))
    np.testing.assert_array_equal(execute("space_to_depth", out, block=(3, 2))[0], x)


def test_borders():
    x = drawn(2, 5, 4, 3)
    padded, _ = execute("pad", x, padding=((0, 2), (1, 3)))
    np.testing.assert_array_equal(padded, np.pad(x, ((0, 0), (0, 2), (1, 3), (0, 0))))
    cropped, _ = execute("crop", padded, cropping=((0, 2), (1, 3)))
    np.testing.assert_array_equal(cropped, x)
    assert sees("pad", 2, padding=((1, 2),)) == [[[-1], [0], [1], [-1], [-1]]]
    assert sees("crop", 5, cropping=((1, 2),)) == [[[1], [2]]]


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("crop", {"cropping": 0}),
        ("pad", {"padding": 0}),
        ("upsample", {"factor": 1}),
        ("pixel_shuffle", {"factor": 1}),
        ("space_to_depth", {"block": 1}),
        ("scale", {"factor": 1}),
    ],
)
def test_a_move_that_changes_nothing_is_a_copy(name, attributes):
    x = drawn(2, 3, 4, 5)
    out, _ = execute(name, x, **attributes)
    np.testing.assert_array_equal(out, x)
    assert not np.may_share_memory(out, x)


@pytest.mark.parametrize("size", [3, 4, 9])
def test_lrn(size):
    x = drawn(2, 3, 4, 6)
    out, _ = execute("lrn", x, size=size, alpha=0.5, beta=0.75, k=2)
    squares = np.pad(x**2, ((0, 0),) * 3 + ((size // 2, size - 1 - size // 2),))
    around = np.lib.stride_tricks.sliding_window_view(squares, size, axis=-1).sum(-1)
    np.testing.assert_allclose(out, x / (2 + 0.5 * around) ** 0.75, rtol=1e-5)


def test_scale():
    x = drawn(2, 3, 4, 5)
    np.testing.assert_allclose(execute("scale", x, factor=0.25)[0], x / 4)
    own, run = execute("scale", x, bias=True)
    assert run.weights["gain"].shape == run.weights["bias"].shape == (5,)
    np.testing.assert_array_equal(own, x * run.weights["gain"] + run.weights["bias"])
    weights = {"gain": np.array([3], np.float32), "bias": np.array([-1], np.float32)}
    np.testing.assert_array_equal(execute("scale", x, weights=weights, shared=True, bias=True)[0], x * 3 - 1)
