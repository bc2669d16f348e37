"""Shared weights: counted once in params, and each time in multiply-accumulates. Numbers are counted by hand."""

import pytest

import archcalc
from archcalc.algebra.symbols import symbol

SIAMESE = """
input: {left: [1, 12, 16], right: [1, 12, 16]}
blocks:
  tower:
    args: {filters: 4}
    layers:
      - {conv: {filters: filters, kernel: 3}}      # 9 * 4 + 4 = 40 params, 36 * 140 products
      - batch_norm                                 # 8 params, 8 buffers
      - relu
      - global_avg_pool
layers:
  - {tower: , from: left, name: a}
  - {tower: , from: right, name: b, shares: a}
  - {concat: , from: [a, b]}
  - {linear: 3, name: fc}                          # 27 params
"""


def report(text, **overrides):
    return archcalc.analyze(archcalc.loads(text, **overrides))


def owners(text, **overrides):
    return {layer["name"]: layer["shares"] for layer in report(text, **overrides).layers if "shares" in layer}


def test_a_siamese_pair():
    found = report(SIAMESE)
    assert found.totals["params"] == 40 + 8 + 27
    assert found.totals["weights"] == 36 + 24
    assert found.totals["buffers"] == 8
    assert found.totals["macs"] == 2 * 36 * 140 + 24
    assert found.totals["activations"] == 2 * 192 + 2 * (2 * 560 + 4) + 8 + 3
    assert owners(SIAMESE) == {"b.conv": "a.conv", "b.batch_norm": "a.batch_norm"}
    assert found.analysis.notes == [
        "shared weights are counted once, with their owner; layers that share them and show 0: 2"
    ]


def test_without_sharing_they_are_counted_twice():
    assert report(SIAMESE.replace(", shares: a", "")).totals["params"] == 2 * 48 + 27


STEPS = """
input: [8]
layers:
  - {linear: 8, name: cell}
  - {linear: 8, repeat: 4, shares: cell}
"""


def test_a_recurrent_cell_unrolled():
    assert report(STEPS).totals["params"] == 72
    assert report(STEPS).totals["macs"] == 5 * 64
    assert report(STEPS).totals["depth"] == 5
    assert owners(STEPS) == {f"linear.{step}": "cell" for step in range(4)}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # each step names the one before; the owner is the first
        (
            ["{linear: 8, name: step_0}", '{linear: 8, name: "step_{i+1}", repeat: 3, shares: "step_{i}"}'],
            {"step_1": "step_0", "step_2": "step_0", "step_3": "step_0"},
        ),
        # repeated with repeated: one repetition with the other
        (
            ["{linear: 8, name: down, repeat: 2}", "{linear: 8, name: up, repeat: 2, shares: down}"],
            {"up.0": "down.0", "up.1": "down.1"},
        ),
        # a sequence, a head, branches
        (
            [
                "{sequence: [{linear: 8}, relu], name: a}",
                "{sequence: [{linear: 8}, relu], name: b, shares: a}",
                "{head: [{linear: 5}], name: h}",
                "{head: [{linear: 5}], name: g, shares: h}",
                "{add: [[{linear: 8}], []], name: s}",
                "{add: [[{linear: 8}], []], name: t, shares: s}",
            ],
            {"b.linear": "a.linear", "g.linear": "h.linear", "t.0.linear": "s.0.linear"},
        ),
        # the names inside may differ in what has no weights, and other attributes may differ
        (
            [
                "{reshape: [2, 4]}",
                "{conv: {filters: 2, kernel: 3, padding: 1}, name: a}",
                "{conv: {filters: 2, kernel: 3, padding: 2, dilation: 2}, name: b, shares: a}",
            ],
            {"b": "a"},
        ),
        # another op with the same weights: an output tied to an embedding
        (
            [
                "{reshape: [1, 8]}",
                "{embedding: {vocabulary: 50, width: 6}, name: words}",
                "{mean: 1}",
                "{linear: {units: 50, bias: false}, name: out, shares: words}",
            ],
            {"out": "words"},
        ),
    ],
)
def test_ways_of_sharing(layers, expected):
    assert owners("input: [8]\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)) == expected


def test_sharing_inside_what_shares_leads_to_the_first_owner():
    text = """
input: {left: [8], right: [8]}
blocks:
  twice: {layers: [{linear: 8, name: a}, {linear: 8, name: b, shares: a}]}
layers:
  - {twice: , from: left, name: l}
  - {twice: , from: right, name: r, shares: l}
"""
    assert owners(text) == {"l.b": "l.a", "r.a": "l.a", "r.b": "l.a"}
    assert report(text).totals["params"] == 72


def test_shared_weights_of_symbols_and_columns():
    import numpy as np

    assert (
        str(
            report(
                SIAMESE.replace("vars", "vars"),
            ).totals["params"]
        )
        == "75"
    )
    text = SIAMESE.replace("blocks:", "vars: {F: 4}\nblocks:").replace("{tower: ,", "{tower: [F],")
    assert str(report(text, F=symbol("F")).totals["params"]) == "18*F + 3"  # 10 F, 2 F, and 6 F + 3
    assert report(text, F=np.array([4, 5])).totals["params"].tolist() == [75, 93]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            ["{linear: 8, name: a}", "{linear: 8, shares: b}"],
            "no layer is named 'b' here; expected one of: a, input",
        ),
        (
            ["{linear: 8, shares: a}", "{linear: 8, name: a}"],
            "the name 'a' is used before it exists, or was skipped by a 'when'",
        ),
        (["{linear: 8, shares: input}"], "'input' is an input: it has no weights to share"),
        (["{relu: , name: a}", "{relu: , shares: a}"], "'a' has no weights to share"),
        (["{relu: , name: a}", "{linear: 8, shares: a}"], "linear has weights, but a has none"),
        (["{linear: 8, name: a}", "{relu: , shares: a}"], "a has weights, but relu has none"),
        (
            ["{linear: 8, name: a}", "{linear: 9, shares: a}"],
            "linear cannot share the weights of a: kernel 9x8, bias 9 here, kernel 8x8, bias 8 there",
        ),
        (
            ["{linear: 8, name: a}", "{linear: {units: 8, bias: false}, shares: a}"],
            "linear cannot share the weights of a: kernel 8x8 here, kernel 8x8, bias 8 there",
        ),
        (
            ["{sequence: [{linear: 8, name: x}], name: a}", "{sequence: [{linear: 8, name: y}], shares: a}"],
            "sequence.y has weights, but a has no layer 'y' with weights",
        ),
        (
            ["{sequence: [{linear: 8}, {linear: 8}], name: a}", "{sequence: [linear: 8], shares: a}"],
            "a.linear_2 has weights, but sequence has no layer 'linear_2' with weights",
        ),
        (
            ["{linear: 8, name: a, repeat: 2}", "{linear: 8, shares: a}"],
            "'a' is repeated: it is not one layer or block",
        ),
        (
            ["{linear: 8, name: a, repeat: 2}", "{linear: 8, shares: a, repeat: 3}"],
            "'a' has no repetition 2; repeat both as often",
        ),
        (["{linear: 8, name: a}", "{linear: 8, shares: [a]}"], "found a list"),
        (
            ["{linear: 8, name: a, when: false}", "{linear: 8, shares: a}"],
            "the name 'a' is used before it exists",
        ),
    ],
)
def test_what_cannot_share(layers, message):
    lines = ["input: [8]", "layers:", *(f"  - {layer}" for layer in layers)]
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads("\n".join(lines))
    assert len(caught.value.errors) == 1
    number = next(number for number, line in enumerate(lines) if "shares: " in line)
    column = lines[number].index("shares: ") + len("shares: ") + 1  # of the name
    assert str(caught.value).startswith(f"<text>:{number + 1}:{column}: {message}")


def test_repetitions_of_an_earlier_time_are_not_shared():
    text = """
input: [8]
vars: {n: [3, 1]}
layers:
  - repeat: 2
    sequence:
      - {linear: 8, name: a, repeat: "n[i]"}
      - {linear: 8, repeat: 3, shares: a}
"""
    with pytest.raises(archcalc.ArchcalcError, match="'a' has no repetition 1; repeat both as often"):
        archcalc.loads(text)


SKIPPED = "input: [8]\nlayers:\n  - {linear: 8, name: a, repeat: 3, when: i > 0}\n"


def test_repetitions_of_which_the_first_is_left_out():
    assert owners(SKIPPED + "  - {linear: 8, name: b, repeat: 3, when: i > 0, shares: a}") == {
        "b.1": "a.1",
        "b.2": "a.2",
    }
    with pytest.raises(archcalc.ArchcalcError, match="'a' is repeated: it is not one layer or block"):
        archcalc.loads(SKIPPED + "  - {linear: 8, shares: a}")


def test_a_layer_has_one_owner():
    text = """
input: [8]
blocks:
  pair:
    args: {tied: }
    layers:
      - {linear: 8, name: x}
      - {linear: 8, name: "y_{0}", shares: x, when: tied == 1}
      - {linear: 8, name: "y_{0}", when: tied == 0}
layers:
  - {pair: 0, name: s}
  - {pair: 1, name: t, shares: s}
"""
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(text)
    assert str(caught.value).startswith(
        "<text>:12:32: t.y_0 shares the weights of t.x, and cannot share those of s.y_0, too"
    )
    untied = text.replace("pair: 1, name: t", "pair: 0, name: t").replace("pair: 0, name: s", "pair: 1, name: s")
    assert owners(untied) == {"s.y_0": "s.x", "t.x": "s.x", "t.y_0": "s.x"}


@pytest.mark.parametrize("names", [("big", "small"), ("small", "big")])
def test_what_a_mistake_leaves_incomplete_is_no_further_mistake(names):
    text = f"""
input: {{big: [4, 32], small: [4, 8]}}
blocks:
  b:
    inputs: [x]
    layers: [{{conv: [4, 9]}}, {{conv: [4, 1], from: x, name: y}}]
layers:
  - {{b: , name: s, from: {names[0]}}}
  - {{b: , name: t, shares: s, from: {names[1]}}}
"""
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(text)
    assert [str(error).partition(":")[2][:5] for error in caught.value.errors] == ["6:25:"]
