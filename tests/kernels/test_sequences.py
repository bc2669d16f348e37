"""Values that the kernels of sequences compute: recurrent cells, attention, tokens and what is looked up."""

import numpy as np
import pytest

from archcalc.kernels import find as find_kernel
from archcalc.kernels.run import Run, whole_numbers
from archcalc.ops import find


def execute(name, *inputs, weights=None, **attributes):
    run = Run(shared=weights)
    return find_kernel(name).execute(find(name)(**attributes), run, *inputs), run


def quarters(*shape, seed):
    """Multiples of a quarter, which PyTorch had as its input and weights for the literals below."""
    return ((np.arange(np.prod(shape)) * 7 + seed) % 11 - 5).reshape(shape).astype(np.float32) / 4


def cells(gates, channels, layers, directions):
    """Weights of cells of two units, numbered in PyTorch's order."""
    weights = {}
    for layer in range(layers):
        inputs = 2 * len(directions) if layer else channels
        for cell in (f"l{layer}{direction}" for direction in directions):
            shapes = {"kernel": (inputs,), "recurrent_kernel": (2,), "bias": (), "recurrent_bias": ()}
            for name, rows in shapes.items():
                weights[f"{name}_{cell}"] = quarters(*rows, gates * 2, seed=len(weights) + 1)
    return weights


# [batch 2, steps 4, 2 units a direction]: what PyTorch 2.13 gives for one layer, and for two that run both ways.
ONE_WAY = {
    "lstm": [[[0.00311, 0.12974], [0.00717, 0.22717], [0.0123, 0.27969], [0.01849, 0.29431]],
             [[0.07688, -0.18993], [0.18035, -0.09492], [0.26105, -0.03986], [0.04986, 0.04292]]],
    "gru": [[[0.55026, -0.16541], [0.72297, -0.31794], [0.78803, -0.35845], [0.81637, -0.34113]],
            [[0.22706, -0.87821], [0.3025, -0.8232], [0.34383, -0.82037], [0.61077, 0.89866]]],
}  # fmt: skip
BOTH_WAYS = {
    "lstm": [[[0.09002, -0.28523, -0.02723, 0.12579], [0.15188, -0.35235, 0.01103, 0.12544],
              [0.17754, -0.39806, 0.02881, 0.1088], [0.16623, -0.44388, 0.02434, 0.07223]],
             [[0.05624, -0.30663, -0.16491, 0.07684], [0.10607, -0.35891, -0.0973, 0.08381],
              [0.13288, -0.38881, -0.0534, 0.08429], [0.15402, -0.36729, -0.04263, 0.07701]]],
    "gru": [[[0.21942, -0.5666, 0.29482, 0.32211], [0.30432, -0.80803, 0.28193, 0.31728],
             [0.27809, -0.90516, 0.24023, 0.21924], [0.17456, -0.94903, 0.1562, 0.07738]],
            [[0.91415, -0.59089, 0.18709, 0.98841], [0.97933, -0.75816, 0.17028, 0.98106],
             [0.97751, -0.85428, 0.14478, 0.94184], [0.80015, -0.89276, 0.12216, 0.32415]]],
}  # fmt: skip


@pytest.mark.parametrize(("name", "gates"), [("lstm", 4), ("gru", 3)])
def test_recurrent_cells(name, gates):
    x = quarters(2, 4, 3, seed=3)
    one, _ = execute(name, x, weights=cells(gates, 3, 1, [""]), units=2)
    np.testing.assert_allclose(one, ONE_WAY[name], atol=1e-5)
    weights = cells(gates, 3, 2, ["", "_reverse"])
    both, run = execute(name, x, weights=weights, units=2, layers=2, bidirectional=True)
    np.testing.assert_allclose(both, BOTH_WAYS[name], atol=1e-5)
    assert all(run.weights[weight] is array for weight, array in weights.items())
    last, _ = execute(name, x, weights=weights, units=2, layers=2, bidirectional=True, last=True)
    np.testing.assert_array_equal(last, np.concatenate([both[:, -1, :2], both[:, 0, 2:]], axis=-1))


def test_attention_with_queries_keys_and_values_of_three_inputs():
    """Against PyTorch 2.13: two heads; two queries, and three keys with their values, an example."""
    widths = {"query": (4, 4), "key": (3, 4), "value": (5, 4), "output": (4, 4)}
    weights = {name: quarters(*shape, seed=seed) for seed, (name, shape) in enumerate(widths.items(), 1)}
    weights |= {f"{name}_bias": quarters(4, seed=seed) for seed, name in enumerate(widths, 5)}
    inputs = quarters(2, 2, 4, seed=9), quarters(2, 3, 3, seed=10), quarters(2, 3, 5, seed=0)
    out, run = execute("attention", *inputs, weights=weights, heads=2)
    expected = [[[-3.27524, -2.00518, 1.31688, -1.38213], [-3.41372, -2.84671, 1.32835, -1.26626]],
                [[2.58107, -1.69028, -1.60536, 1.88789], [2.10649, -1.36507, -1.32758, 1.45325]]]  # fmt: skip
    np.testing.assert_allclose(out, expected, atol=1e-4)
    assert all(run.weights[weight] is array for weight, array in weights.items())


def test_attention_of_a_map_with_widths_of_its_own():
    x, context = quarters(2, 2, 3, 6, seed=1), quarters(2, 4, 5, seed=2)
    widths = {"query": (6, 8), "key": (5, 8), "value": (5, 10), "output": (10, 7)}
    weights = {name: quarters(*shape, seed=seed) for seed, (name, shape) in enumerate(widths.items())}
    out, run = execute("attention", x, context, weights=weights, heads=2, width=8, value_width=10, out=7, bias=False)
    q, k, v = x.reshape(2, 6, 6) @ weights["query"], context @ weights["key"], context @ weights["value"]
    gathered = []
    for head in range(2):
        at, of = slice(4 * head, 4 * head + 4), slice(5 * head, 5 * head + 5)
        e = np.exp(np.einsum("npc,nqc->npq", q[..., at], k[..., at]) / 2)
        gathered.append(e / e.sum(-1, keepdims=True) @ v[..., of])
    expected = (np.concatenate(gathered, -1) @ weights["output"]).reshape(2, 2, 3, 7)
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-4)
    assert set(run.weights) == set(weights)


def test_attention_stays_finite_where_scores_are_large():
    x = whole_numbers((1, 20, 256), 4, 0)
    assert np.isfinite(execute("attention", x, heads=4)[0]).all()


@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("transpose_b", [False, True])
def test_matmul(transpose_a, transpose_b):
    """[2, 3] by [3, 4], rows being channels."""
    a, b = whole_numbers((5, 2, 3), 4, 0), whole_numbers((5, 3, 4), 4, 1)
    channels_first = (a.swapaxes(1, 2) if transpose_a else a, b.swapaxes(1, 2) if transpose_b else b)
    inputs = [np.ascontiguousarray(np.moveaxis(matrix, 1, -1)) for matrix in channels_first]
    out, _ = execute("matmul", *inputs, transpose_a=transpose_a, transpose_b=transpose_b)
    np.testing.assert_array_equal(np.moveaxis(out, -1, 1), a @ b)


def test_embedding_looks_rows_up_modulo_the_vocabulary():
    table = np.arange(15, dtype=np.float32).reshape(5, 3)
    x = np.array([[[0], [2]], [[-1], [7]]], np.float32)
    out, run = execute("embedding", x, weights={"table": table}, vocabulary=5, width=3)
    assert out.tolist() == [[[0, 1, 2], [6, 7, 8]], [[12, 13, 14], [6, 7, 8]]]
    assert run.touched["table"].any(axis=1).tolist() == [True, False, True, False, True]
    assert not run.counts.any()


def test_class_token_comes_first():
    token = np.array([[1, 2], [3, 4]], np.float32)
    x = whole_numbers((3, 5, 2), 4, 0)
    out, _ = execute("class_token", x, weights={"token": token}, tokens=2)
    np.testing.assert_array_equal(out[:, :2], np.stack([token] * 3))
    np.testing.assert_array_equal(out[:, 2:], x)


def test_positional_embedding_is_added_to_every_example():
    x = whole_numbers((3, 4, 5, 2), 4, 0)
    before = x.copy()
    out, run = execute("positional_embedding", x)
    np.testing.assert_array_equal(out, before + run.weights["embedding"])
    np.testing.assert_array_equal(x, before)
