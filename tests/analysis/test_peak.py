"""Which activations are alive together, counted by hand; 4 bytes a value."""

import pytest

import archcalc
from archcalc.algebra.symbols import symbol


def peaks(text, **settings):
    """Values alive while each layer runs, by its path, and the peak."""
    report = archcalc.analyze(archcalc.loads(text), **settings)
    table = report.table(("peak_memory",), everything=True)
    return {name: value // 4 for name, value in table.rows}, report.analysis.total("peak_memory") // 4


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # 10 values in, 20 out, 5 out: never more than two tensors
        (["{linear: 20, name: a}", "{linear: 5, name: b}"], {"input": 10, "a": 30, "b": 25}),
        # the residual's input waits
        (
            ["{add: [[{linear: 30}, {linear: 10}], []], name: s}"],
            {"input": 10, "s.0.linear": 40, "s.0.linear_2": 50, "s": 30},
        ),
        # in place and views take nothing of their own
        (
            ["{linear: 20, name: a}", "relu", "{reshape: [4, 5]}", "gelu"],
            {"a": 30, "relu": 20, "reshape": 20, "gelu": 20},
        ),
        # but a relu whose input is read again has to copy it
        (
            ["{linear: 20, name: a}", "{relu: , name: r}", "{concat: , from: [a, r], name: c}"],
            {"a": 30, "r": 40, "c": 80},
        ),
        # an output of the network stays to the end
        (
            [
                "{linear: 20, name: a}",
                "{head: [{linear: 7, name: h}], name: side}",
                "{linear: 3, name: b}",
                "{linear: 2, name: e}",
            ],
            {"a": 30, "side.h": 27, "b": 30, "e": 12},
        ),
        # a view keeps the memory under it alive, and an op in place on a view that is read again copies
        (
            [
                "{linear: 20, name: a}",
                "{reshape: [4, 5], name: v}",
                "{linear: 6, from: a, name: b}",
                "{flatten: , from: v, name: f}",
                "{concat: , from: [b, b], name: c}",
            ],
            {"a": 30, "v": 20, "b": 26, "f": 26, "c": 18},
        ),
    ],
)
def test_alive(layers, expected):
    found, peak = peaks("input: [10]\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers))
    assert {name: found[name] for name in expected} == expected
    assert peak == max(found.values())


def test_batch_dtype_and_regions():
    text = "input: [2, 4, 4]\nlayers:\n  - {roi_align: {regions: 3, size: 2}, name: r}\n  - {conv: [5, 1], name: c}\n"
    found, _ = peaks(text, batch=7)
    assert found == {"input": 7 * 32, "r": 7 * (32 + 3 * 8), "c": 7 * 3 * (8 + 20)}
    half = archcalc.analyze(archcalc.loads(text), dtype="float16").analysis.total("peak_memory")
    assert half == 2 * 3 * 28


def test_symbols_and_columns():
    import numpy as np

    text = "input: [C]\nvars: {C: 4}\nlayers: [{linear: 10}, {linear: 3}]"
    total = archcalc.analyze(archcalc.loads(text, C=symbol("C"))).analysis.total("peak_memory")
    assert str(total) == "Max(52, 4*C + 40)"
    found = archcalc.analyze(archcalc.loads(text, C=np.array([1, 4, 50]))).analysis.total("peak_memory")
    assert found.tolist() == [52, 56, 240]


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "shufflenet_v2"])
def test_what_is_executed_needs_as_much(name):
    """The tensors observed alive, beside the weights of one layer, are never more than computed."""
    graph = archcalc.load(name)
    if graph.layers[0].output.size[0] > 64 and "resolution" in graph.vars:
        graph = archcalc.load(name, resolution=64)
    computed = archcalc.analyze(graph).analysis.total("peak_memory")
    heaviest = max(sum(weight.elements for weight in layer.weights) for layer in graph.layers) * 4
    observed = archcalc.verify(graph).peak_bytes
    assert computed * 0.9 <= observed <= computed + heaviest
