"""Values for single places: dimensions of inputs, arguments of layers and blocks. Shapes are counted by hand."""

import numpy as np
import pytest

import archcalc
from archcalc.spec.places import value_at

SPEC = """
input: {image: [3, 9, 7], state: [5]}
vars: {width: 4}
blocks:
  unit:
    args: {filters: , kernel: 3}
    layers:
      - {conv: {filters: filters, kernel: kernel, padding: half}}
      - {conv: {filters: 2*filters, kernel: 1}, name: out}
layers:
  - {conv: {filters: width, kernel: 3}, name: stem}
  - {unit: [width], repeat: 2, name: stage}
  - {unit: {filters: 8}}
  - {linear: 10, from: state, name: fc}
"""


def shapes(**overrides):
    graph = archcalc.loads(SPEC, **overrides)
    return {layer.path: layer.output.shape for layer in graph.layers}


def differing(**overrides):
    """What the given values change."""
    return dict(shapes(**overrides).items() - shapes().items())


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"stem.filters": 6}, {"stem": (6, 7, 5)}),
        ({"stem.stride": 2, "unit.kernel": 1}, {
            "stem": (4, 4, 3), "stage.0.conv": (4, 4, 3), "stage.0.out": (8, 4, 3), "stage.1.conv": (4, 4, 3),
            "stage.1.out": (8, 4, 3), "unit.conv": (8, 4, 3), "unit.out": (16, 4, 3),
        }),
        ({"stage.filters": 6}, {
            "stage.0.conv": (6, 7, 5), "stage.0.out": (12, 7, 5), "stage.1.conv": (6, 7, 5), "stage.1.out": (12, 7, 5),
        }),
        ({"stage.filters": 6, "stage.1.filters": 7}, {
            "stage.0.conv": (6, 7, 5), "stage.0.out": (12, 7, 5), "stage.1.conv": (7, 7, 5), "stage.1.out": (14, 7, 5),
        }),
        ({"stage.1.conv.filters": np.int64(9)}, {"stage.1.conv": (9, 7, 5)}),
        ({"unit.out.filters": 1}, {"unit.out": (1, 7, 5)}),
        ({"state[0]": 50, "fc.units": 3}, {"state": (50,), "fc": (3,)}),
        ({"stem.kernel": [9, 7], "width": 4}, {
            "stem": (4, 1, 1), "stage.0.conv": (4, 1, 1), "stage.0.out": (8, 1, 1), "stage.1.conv": (4, 1, 1),
            "stage.1.out": (8, 1, 1), "unit.conv": (8, 1, 1), "unit.out": (16, 1, 1),
        }),
    ],
)  # fmt: skip
def test_what_is_given_takes_the_place_of_what_is_written(overrides, expected):
    assert differing(**overrides) == expected


def test_it_is_said_with_the_vars():
    graph = archcalc.loads(SPEC, **{"image[1]": 20, "width": 2})
    assert graph.vars == {"width": 2, "image[1]": 20}
    assert graph.layer("stem").output.shape == (2, 18, 5)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"stem.filter": 3}, "<text>:11:6: 'stem' has no argument 'filter'; did you mean 'filters'?"),
        ({"stage.filter": 3}, "<text>:12:6: 'stage' has no argument 'filter'; did you mean 'filters'?"),
        ({"stm.filters": 3}, "'stm.filters' cannot be set: there is no 'stm'; did you mean 'stem'?"),
        ({"stage.2.filters": 3}, "'stage.2.filters' cannot be set: there is no 'stage.2'; did you mean 'stage.1'?"),
        ({"image[3]": 3}, "<text>:2:16: there is no 'image[3]'; its dimensions are image[0] to image[2]"),
        ({"input[1]": 3}, "'input[1]' cannot be set: there is no 'input'; expected one of: image, state"),
        ({"image.1": 3}, "there is no var 'image.1' to set; expected one of: width"),
        ({"stem.filters": 0}, "<text>:11:22: 'filters' is given: found 0, expected a whole number of at least 1"),
        ({"stem.filters": None}, "'stem.filters' cannot be None, expected a number, text or a list"),
        ({"stem.kernel": 20}, "<text>:11:37: a kernel that spans 20 does not fit the padded input: 9 + 0 of padding"),
        ({"image[1]": 2.5}, "<text>:2:20: found 2.5, expected a whole number of at least 1"),
    ],
)
def test_wrong_values(overrides, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(SPEC, **overrides)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("key", "value"),
    [("image[2]", 7), ("stem.filters", 4), ("stem.stride", 1), ("stage.kernel", 3), ("stage.1.filters", 4)],
)
def test_what_a_network_has_at_a_place(key, value):
    assert value_at(archcalc.loads(SPEC), key) == value


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("image[3]", "there is no 'image[3]'; did you mean 'image[2]'?"),
        ("fcc.units", "there is no layer or block 'fcc'; did you mean 'fc'?"),
        ("fc.unit", "'fc' has no argument 'unit'; did you mean 'units'?"),
    ],
)
def test_what_it_has_not(key, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        value_at(archcalc.loads(SPEC), key)
    assert str(caught.value) == message
