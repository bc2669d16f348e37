"""What training keeps for the backward pass, counted by hand; in float32 4 bytes a value but for masks and indices."""

import pytest

import archcalc


def saved(text, **settings):
    """Values kept of each layer by its path, those of layers that keep nothing left out; and all bytes."""
    report = archcalc.analyze(archcalc.loads(text), **settings)
    table = report.table(("saved",), everything=True)
    return {name: count for name, count in table.rows if count}, report.analysis.total("saved_bytes")


@pytest.mark.parametrize(
    ("shape", "layers", "expected", "size_bytes"),
    [
        # what the ReLU leaves is what the next layer reads: one tensor
        ([10], ["{linear: 20}", "relu", "{linear: 5}"], {"input": 10, "relu": 20}, 120),
        # a GELU needs what it read, which the layer behind does not
        ([10], ["{linear: 20}", "gelu", "{linear: 5}"], {"input": 10, "linear": 20, "gelu": 20}, 200),
        # the mask is a byte a value; what dropout leaves is another tensor than what the ReLU left
        (
            [10],
            ["{linear: 20}", "relu", "dropout", "{linear: 5}"],
            {"input": 10, "relu": 20, "dropout": 20 + 20},
            4 * (10 + 20 + 20) + 20,
        ),
        # 2 filters on 4x5 positions; mean and deviation of each
        (
            [3, 4, 5],
            ["{conv: [2, 1]}", "batch_norm", "relu"],
            {"input": 60, "conv": 40, "batch_norm": 4, "relu": 40},
            4 * 144,
        ),
        # the pool keeps what it read and where each of its 2x2x2 maxima was, in 8 bytes
        (
            [3, 4, 4],
            ["{conv: [2, 1]}", "{max_pool: 2}", "flatten", "{linear: 3}"],
            {"input": 48, "conv": 32, "max_pool": 8 + 8},
            4 * (48 + 32 + 8) + 8 * 8,
        ),
        # no gradient is needed where nothing is trained: these keep nothing, and neither does a sum
        ([3, 4, 4], ["relu", "{max_pool: 2}", "{add: [[], [relu]]}"], {}, 0),
        # one input of two layers, and of a third through a view, is one tensor
        (
            [8],
            [
                "{linear: 4, name: a}",
                "{linear: 4, from: input, name: b}",
                "{reshape: [2, 4], from: input, name: v}",
                "{linear: 2, name: c}",
            ],
            {"input": 8},
            32,
        ),
        # shared weights are used twice: what each use read is kept
        (
            [10],
            ["{linear: 10, name: a}", "{tanh: , name: t}", "{linear: 10, name: b, shares: a}"],
            {"input": 10, "t": 10},
            80,
        ),
        # an embedding keeps its indices as 64-bit numbers
        ([1, 9], ["{embedding: {vocabulary: 50, width: 6}, name: e}"], {"e": 9}, 72),
        # frozen, a batch norm is a product with constants: one a channel
        ([3, 2, 2], ["{conv: [5, 1]}", "{batch_norm: {frozen: true}, name: n}"], {"input": 12, "n": 5}, 68),
        # each gate keeps both factors; the vector that a channel is scaled by is read as [C]
        (
            [4, 3, 2],
            ["{conv: [4, 1], name: x}", "{multiply: [[], [global_avg_pool, {linear: 4}, sigmoid]], name: m}"],
            {"input": 24, "x": 24, "m.1.global_avg_pool": 4, "m.1.sigmoid": 4},
            4 * 56,
        ),
    ],
)
def test_by_hand(shape, layers, expected, size_bytes):
    text = f"input: {shape}\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)
    assert saved(text) == (expected, size_bytes)


def test_batch_regions_and_dtype():
    """Statistics are those of a batch, and stay in float32; of 3 regions everything behind is kept 3 times."""
    text = """
input: [2, 8, 8]
layers:
  - {conv: [4, 1], name: c}
  - {roi_align: {regions: 3, size: 2}, name: r}
  - {conv: [5, 1], name: d}
  - {batch_norm: , name: n}
  - {relu: , name: z}
"""
    region = {"r": 3 * 16, "d": 3 * 20, "z": 3 * 20}
    expected = {"input": 128, **region}
    found, _ = saved(text, batch=7)
    assert found == {**{name: 7 * count for name, count in expected.items()}, "n": 10}
    assert saved(text, batch=7, dtype="bfloat16")[1] == 2 * 7 * (128 + 168) + 4 * 10


def test_arrays_and_symbols():
    import numpy as np

    from archcalc.algebra.symbols import symbol

    text = "input: [C]\nvars: {C: 4}\nlayers: [{linear: 10}, relu, dropout, {linear: 3}]"
    values = archcalc.analyze(archcalc.loads(text, C=symbol("C"))).analysis.total("saved")
    assert str(values) == "C + 30"
    sweep = archcalc.analyze(archcalc.loads(text, C=np.array([1, 4, 50]))).analysis.total("saved_bytes")
    assert sweep.tolist() == [4 + 90, 16 + 90, 200 + 90]


def test_bytes_of_parameters():
    """10*20 + 20 values, and 2*20 of gamma and beta; 2*20 of buffers. Odd numbers of 4 bits fill a last byte."""
    graph = archcalc.loads("input: [10]\nlayers: [{linear: 20}, batch_norm, {linear: {units: 1, bias: false}}]")
    analysis = archcalc.analyze(graph, dtype="bfloat16").analysis
    assert (analysis.total("param_bytes"), analysis.total("buffer_bytes")) == (2 * 280, 2 * 40)
    odd = archcalc.loads("input: [3]\nlayers: [{linear: {units: 3, bias: false}}, {linear: {units: 1, bias: false}}]")
    assert archcalc.analyze(odd, dtype="int4").analysis.total("param_bytes") == 5 + 2


def test_peak_is_a_short_word():
    report = archcalc.analyze("lenet5")
    assert report.table(("peak",)) == report.table(("peak_memory",))


def test_peak_by_mode():
    """A conv, its norm and its ReLU, of 40 values each, on 60: one memory, two, or three."""
    text = "input: [3, 4, 5]\nlayers: [{conv: [2, 1]}, batch_norm, relu, dropout, {conv: [7, 1]}]"
    report = archcalc.analyze(archcalc.loads(text))
    table = report.table(("peak_memory", "peak_copying", "peak_fused"), everything=True)
    alive = {name: tuple(count // 4 for count in counts) for name, *counts in table.rows}
    assert alive["batch_norm"] == (80, 80, 40)
    assert alive["relu"] == (40, 80, 40)
    assert alive["dropout"] == (40, 40, 40)  # does nothing at inference, and so has no output of its own
    assert alive["conv_2"] == (180, 180, 180)


def test_an_output_seen_through_a_view_is_not_overwritten():
    """Of 20 values: the ReLU has to copy, as what it reads is a view of an output of the network."""
    text = """
input: [10]
layers:
  - {linear: 20, name: a}
  - {head: [{identity: }], name: out}
  - {reshape: [4, 5], from: a, name: v}
  - {relu: , name: r}
"""
    graph = archcalc.loads(text)
    table = archcalc.analyze(graph).table(("peak_memory",), everything=True)
    assert dict(table.rows)["r"] == 4 * 40
    assert archcalc.verify(graph).is_equal
