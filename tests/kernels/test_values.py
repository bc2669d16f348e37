"""Values that kernels compute: activations, normalisations, merges and moves, against literals and NumPy."""

import numpy as np
import pytest

from archcalc.kernels import find as find_kernel
from archcalc.kernels.run import Run, whole_numbers
from archcalc.ops import find


def execute(name, *inputs, weights=None, **attributes):
    run = Run(shared=weights)
    return find_kernel(name).execute(find(name)(**attributes), run, *inputs), run


def drawn(*shape, seed=0):
    return whole_numbers(shape, 4, seed)


# What PyTorch 2.13 gives for these five values.
POINTS = [-4, -0.5, 0, 1, 7]
ACTIVATIONS = [
    ("relu6", {}, [0, 0, 0, 1, 6]),
    ("leaky_relu", {"slope": 0.2}, [-0.8, -0.1, 0, 1, 7]),
    ("elu", {"alpha": 0.5}, [-0.49084, -0.19673, 0, 1, 7]),
    ("selu", {}, [-1.7259, -0.69176, 0, 1.0507, 7.35491]),
    ("gelu", {}, [-0.00013, -0.15427, 0, 0.84134, 7]),
    ("silu", {}, [-0.07194, -0.18877, 0, 0.73106, 6.99362]),
    ("mish", {}, [-0.07259, -0.22074, 0, 0.8651, 6.99999]),
    ("sigmoid", {}, [0.01799, 0.37754, 0.5, 0.73106, 0.99909]),
    ("tanh", {}, [-0.99933, -0.46212, 0, 0.76159, 1]),
    ("exp", {}, [0.01832, 0.60653, 1, 2.71828, 1096.63316]),
    ("hard_sigmoid", {}, [0, 0.41667, 0.5, 0.66667, 1]),
    ("hard_swish", {}, [0, -0.20833, 0, 0.66667, 7]),
    ("dropout", {}, POINTS),
    ("drop_path", {}, POINTS),
    ("identity", {}, POINTS),
]


@pytest.mark.parametrize(("name", "attributes", "expected"), ACTIVATIONS, ids=[case[0] for case in ACTIVATIONS])
def test_activations_overwrite_their_input(name, attributes, expected):
    x = np.tile(np.array(POINTS, np.float32), (2, 3, 1))
    out, _ = execute(name, x, **attributes)
    np.testing.assert_allclose(out, np.tile(expected, (2, 3, 1)), atol=1e-5)
    assert out is x


def test_rbf_gives_squared_distances():
    # Two positions, two centres, by hand: (1, 2) is 1 + 4 away from the origin and 4 + 1 from (3, 1).
    x = np.array([[[1, 2], [3, 1]]], np.float32)
    out, _ = execute("rbf", x, weights={"centres": np.array([[0, 3], [0, 1]], np.float32)}, units=2)
    assert out.tolist() == [[[5, 5], [10, 0]]]


def test_prelu_has_a_slope_a_channel_or_one():
    x = np.array([[[-4, 2], [3, -2]], [[-1, -1], [1, 0]]], np.float32)
    own, _ = execute("prelu", x.copy(), weights={"slope": np.array([0.25, 2], np.float32)})
    assert own.tolist() == [[[-1, 2], [3, -4]], [[-0.25, -2], [1, 0]]]
    shared, _ = execute("prelu", x.copy(), weights={"slope": np.array([0.5], np.float32)}, shared=True)
    assert shared.tolist() == [[[-2, 2], [3, -1]], [[-0.5, -0.5], [1, 0]]]


def test_softmax_shares_out_the_channels_of_a_position():
    x = np.array([[[1, 2, 4], [0, 0, -1]], [[500, 500, -500], [-90, -90, -90]]], np.float32)
    out, _ = execute("softmax", x)
    expected = [[[0.04201, 0.1142, 0.84379], [0.42232, 0.42232, 0.15536]], [[0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]]]
    np.testing.assert_allclose(out, expected, atol=1e-5)
    assert out is x


def normal(x, axes):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


def test_layer_norm():
    x = drawn(2, 4, 3, 5)
    one, run = execute("layer_norm", x.copy())
    np.testing.assert_allclose(one, normal(x, 3) * run.weights["gamma"] + run.weights["beta"], atol=1e-4)
    whole, run = execute("layer_norm", x.copy(), positions=True, center=False)
    assert run.weights["gamma"].shape == (4, 3, 5)
    np.testing.assert_allclose(whole, normal(x, (1, 2, 3)) * run.weights["gamma"], atol=1e-4)


def test_l2_norm():
    x = drawn(2, 4, 3, 5)
    out, _ = execute("l2_norm", x.copy())
    np.testing.assert_allclose(out, x / np.sqrt((x**2).sum(3, keepdims=True)), atol=1e-5)


def test_group_norm():
    x = drawn(2, 4, 3, 6)
    out, run = execute("group_norm", x.copy(), groups=2)
    grouped = normal(x.reshape(2, 4, 3, 2, 3), (1, 2, 4)).reshape(x.shape)
    np.testing.assert_allclose(out, grouped * run.weights["gamma"] + run.weights["beta"], atol=1e-4)


def test_instance_norm():
    x = drawn(2, 4, 3, 5)
    bare, run = execute("instance_norm", x.copy())
    assert run.weights == {}
    np.testing.assert_allclose(bare, normal(x, (1, 2)), atol=1e-4)
    out, run = execute("instance_norm", x.copy(), center=True)
    np.testing.assert_allclose(out, normal(x, (1, 2)) + run.weights["beta"], atol=1e-4)


def test_batch_norm():
    x = np.array([[[1, 2]], [[3, -4]]], np.float32)
    constants = {"gamma": [2, 3], "beta": [1, -1], "mean": [1, 2], "variance": [4, 9]}
    weights = {name: np.array(values, np.float32) for name, values in constants.items()}
    out, _ = execute("batch_norm", x, weights=weights)
    np.testing.assert_allclose(out, [[[1, -1]], [[3, -7]]], atol=1e-4)
    plain, run = execute("batch_norm", x, weights=weights, scale=False, center=False)
    np.testing.assert_allclose(plain, [[[0, 0]], [[1, -2]]], atol=1e-4)
    assert set(run.weights) == {"mean", "variance"}


def test_standardize():
    x = np.array([[[1, 2]], [[3, -4]]], np.float32)
    constants = {"mean": [1, 2], "variance": [4, 9], "count": [0]}
    weights = {name: np.array(values, np.float32) for name, values in constants.items()}
    np.testing.assert_allclose(execute("standardize", x, weights=weights)[0], [[[0, 0]], [[1, -2]]], atol=1e-6)


def test_merges():
    a, b, c = (drawn(2, 3, 4, 5, seed=seed) for seed in range(3))
    np.testing.assert_array_equal(execute("add", a, b, c)[0], a + b + c)
    np.testing.assert_array_equal(execute("multiply", a, b, c)[0], a * b * c)
    np.testing.assert_array_equal(execute("concat", a, b[..., :2])[0], np.concatenate([a, b[..., :2]], 3))


def test_multiply_repeats_what_has_a_dimension_of_one():
    x, vector, plane = drawn(2, 3, 4, 5), drawn(2, 5, seed=1), drawn(2, 3, 4, 1, seed=2)
    scaled = x * vector[:, None, None, :]
    np.testing.assert_array_equal(execute("multiply", x, vector)[0], scaled)
    np.testing.assert_array_equal(execute("multiply", vector, x)[0], scaled)
    out, _ = execute("multiply", plane, vector.reshape(2, 1, 1, 5), x)
    np.testing.assert_array_equal(out, scaled * plane)


def test_slices_of_channels():
    x = drawn(2, 4, 3, 6)
    np.testing.assert_array_equal(execute("slice", x, begin=2, end=5)[0], x[..., 2:5])
    np.testing.assert_array_equal(execute("slice", x, begin=3)[0], x[..., 3:])
    np.testing.assert_array_equal(execute("slice", x, end=4)[0], x[..., :4])
    np.testing.assert_array_equal(execute("slice", x, part=1, parts=3)[0], x[..., 2:4])


@pytest.mark.parametrize(("groups", "order"), [(2, [0, 3, 1, 4, 2, 5]), (3, [0, 2, 4, 1, 3, 5]), (1, range(6))])
def test_channel_shuffle_interleaves_groups(groups, order):
    x = np.stack([np.arange(6), np.arange(6) + 10]).astype(np.float32)
    out, _ = execute("channel_shuffle", x, groups=groups)
    assert out.tolist() == [list(order), [10 + at for at in order]]
    assert not np.may_share_memory(out, x)


def test_transpose_is_that_of_the_tensor_with_channels_first():
    x = drawn(2, 4, 3, 5)
    channels_first = np.moveaxis(x, 3, 1)
    out, _ = execute("transpose", x, order=(2, 0, 1))
    np.testing.assert_array_equal(np.moveaxis(out, 3, 1), channels_first.transpose(0, 3, 1, 2))
    matrix = drawn(2, 3, 5)
    np.testing.assert_array_equal(execute("transpose", matrix)[0], matrix.swapaxes(1, 2))
    for copy in (out, execute("transpose", matrix)[0], execute("transpose", matrix, order=(0, 1))[0]):
        assert copy.flags.c_contiguous
        assert not np.may_share_memory(copy, x)


def test_views():
    x = drawn(2, 4, 3, 5)
    flat, _ = execute("flatten", x)
    assert flat.shape == (2, 60)
    positions, _ = execute("reshape", x, shape=(5, 12))
    np.testing.assert_array_equal(np.moveaxis(positions, 2, 1), np.moveaxis(x, 3, 1).reshape(2, 5, 12))
    other, _ = execute("reshape", x, shape=(3, 20))
    assert other.shape == (2, 20, 3)
    for view in (flat, positions, other):
        assert np.shares_memory(view, x)
        np.testing.assert_array_equal(np.sort(view.reshape(2, -1)), np.sort(x.reshape(2, -1)))
