"""Vars, and the values that are set for them. Every expected number is counted by hand."""

import pytest

import archcalc


def shapes(text, **overrides):
    """Path -> output shape of every layer but the inputs."""
    graph = archcalc.loads(text, **overrides)
    return {layer.path: layer.output.shape for layer in graph.layers if layer.op_name != "input"}


KNOBS = """
input: [3, 9, 7]
vars:
  where: {default: half, choices: [valid, half]}
  size: {default: 2*unit + 1, choices: [unit, 3, 5]}
  unit: 1
  widths: [4, 6]
layers:
  - conv: {filters: "widths[0]", kernel: size, padding: where}
  - conv: {filters: "widths[len(widths) - 1]", kernel: 1}
"""


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({}, {"conv": (4, 9, 7), "conv_2": (6, 9, 7)}),
        ({"where": "valid"}, {"conv": (4, 7, 5), "conv_2": (6, 7, 5)}),
        ({"where": "valid", "size": 5}, {"conv": (4, 5, 3), "conv_2": (6, 5, 3)}),
        ({"unit": 2}, {"conv": (4, 9, 7), "conv_2": (6, 9, 7)}),
        ({"widths": [10, 20, 30.0]}, {"conv": (10, 9, 7), "conv_2": (30, 9, 7)}),
        ({"widths": range(5, 7)}, {"conv": (5, 9, 7), "conv_2": (6, 9, 7)}),
    ],
)
def test_overrides(overrides, expected):
    assert shapes(KNOBS, **overrides) == expected


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"where": "same"}, "<text>:4:3: the var 'where' is the text 'same', expected one of: valid, half"),
        ({"size": 4}, "<text>:5:3: the var 'size' is 4, expected one of: 1, 3, 5"),
        ({"unit": 3}, "<text>:5:3: the var 'size' is 7, expected one of: 3, 3, 5"),
        ({"widths": 3}, "<text>:9:28: found 3 before '[', expected a list"),
        ({"wdths": 3}, "there is no var 'wdths' to set; did you mean 'widths'?"),
    ],
)
def test_wrong_overrides(overrides, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(KNOBS, **overrides)
    assert str(caught.value).split("\n")[0] == message


WORDS = """
input: [3, 9, 9]
vars: {form: {default: paper, choices: [paper, keras]}, bias: form == keras}
blocks:
  layer: {args: {kind: form}, layers: [{conv: {filters: 4, kernel: 1, bias: kind == keras}}]}
layers:
  - layer
  - {linear: 2, when: form == paper, name: "{form}"}
  - {layer: {kind: keras}}
"""


@pytest.mark.parametrize(
    ("overrides", "params"), [({}, 12 + 10 + 12), ({"form": "keras"}, 16 + 20), ({"form": "paper"}, 34)]
)
def test_words_among_the_choices_stand_for_themselves(overrides, params):
    # 3*4 weights, 4*2 + 2 of the linear layer, 2*4 + 4 (or 4*4 + 4) of the second block
    assert archcalc.analyze(archcalc.loads(WORDS, **overrides)).totals["params"] == params


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("form == paper", "form == papre"), "unknown name 'papre'; did you mean 'paper'?"),
        (("default: paper", "default: papre"), "unknown name 'papre'; did you mean 'paper'?"),
        (("choices: [paper, keras]", "choices: [paper, 5x5]"), "unknown name 'keras'"),
    ],
)
def test_words_that_are_no_choices(changed, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(WORDS.replace(*changed))
    assert message in str(caught.value)


def test_a_var_of_that_name_is_not_hidden_by_a_word():
    text = "input: [3]\nvars: {a: {default: b, choices: [b, c]}, b: 7}\nlayers: [{linear: b}]"
    with pytest.raises(archcalc.ArchcalcError, match="the var 'a' is 8, expected one of: 7, c"):
        archcalc.loads(text, a=8)
    assert archcalc.loads(text).layers[-1].output.shape == (7,)
