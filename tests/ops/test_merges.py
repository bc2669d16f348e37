"""Ops with several inputs, against counts by hand."""

import re

import pytest

from archcalc import algebra
from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.graph.op import EACH, ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops import find

RESULTS = [
    # ResNet-50's conv2 sum, 256 x 56 x 56 = 802816 values.
    ("add", [(256, 56, 56), (256, 56, 56)], (256, 56, 56), {"add": 802816}),
    ("add", [(3, 4, 5), (3, 4, 5), (3, 4, 5)], (3, 4, 5), {"add": 120}),
    ("add", [(7,), (7,)], (7,), {"add": 7}),
    # Inception (3a) of Szegedy et al. 2015, table 1: 64 + 128 + 32 + 32.
    ("concat", [(64, 28, 28), (128, 28, 28), (32, 28, 28), (32, 28, 28)], (256, 28, 28), {}),
    ("concat", [(3,), (4,), (5,)], (12,), {}),
    ("concat", [(1, 2, 3, 4), (5, 2, 3, 4)], (6, 2, 3, 4), {}),
    ("multiply", [(5, 4, 7), (5, 4, 7)], (5, 4, 7), {"mul": 140}),
    ("multiply", [(5, 4, 7), (5,)], (5, 4, 7), {"mul": 140}),
    ("multiply", [(5,), (5, 4, 7)], (5, 4, 7), {"mul": 140}),
    ("multiply", [(5, 1, 1), (5, 4, 7), (1, 4, 7)], (5, 4, 7), {"mul": 280}),
    ("multiply", [(1, 4, 7), (5, 1, 1)], (5, 4, 7), {"mul": 140}),
    ("multiply", [(5,), (1,)], (5,), {"mul": 5}),
    ("multiply", [(1, 1), (1, 1)], (1, 1), {"mul": 1}),
]


@pytest.mark.parametrize(("op", "shapes", "output", "work"), RESULTS)
def test_results(make, op, shapes, output, work):
    made = make(op, *shapes)
    assert (made.shape, made.work, made.weights, made.window) == (output, work, {}, EACH)


ERRORS = [
    ("add", [(5, 4, 7), (5, 4, 8)], "add needs equal shapes, found [5, 4, 7] and [5, 4, 8]"),
    ("add", [(5, 4, 7), (6, 4, 7)], "found [5, 4, 7] and [6, 4, 7]"),
    ("add", [(5, 4), (5, 4, 1)], "found [5, 4] and [5, 4, 1]"),
    ("add", [(5, 4), (5, 4), (1, 4)], "found [5, 4] and [1, 4]"),
    ("concat", [(5, 4, 7), (5, 4, 8)], "concat needs equal spatial sizes, found [5, 4, 7] and [5, 4, 8]"),
    ("concat", [(5, 4), (5,)], "found [5, 4] and [5]"),
    ("multiply", [(5, 4, 7), (5, 4, 6)], "multiply needs equal dimensions, or 1 to broadcast"),
    ("multiply", [(5, 4, 7), (4,)], "found [5, 4, 7] and [4]"),
    ("multiply", [(5, 4, 7), (5, 4)], "found [5, 4, 7] and [5, 4]"),
    ("multiply", [(5, 2), (5, 1), (5, 3)], "found [5, 2] and [5, 1] and [5, 3]"),
]


@pytest.mark.parametrize(("op", "shapes", "message"), ERRORS)
def test_errors(make, op, shapes, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, *shapes)
    assert caught.value.hint


def test_multiply_broadcasts_variant_by_variant():
    left, right = Tensor(6, (Array([1, 4, 1]),)), Tensor(6, (Array([5, 1, 1]),))
    assert find("multiply")().output(left, right).size[0].tolist() == [5, 4, 1]


def test_multiply_takes_a_symbol_over_a_one():
    channels = symbol("C")
    assert find("multiply")().output(Tensor(1, (3,)), Tensor(channels, (3,))).channels == channels
    assert find("multiply")().output(Tensor(channels, (3,)), Tensor(1, (3,))).channels == channels


def test_one_variant_that_does_not_fit_is_an_error():
    with pytest.raises(ShapeError):
        find("add")().output(Tensor(Array([3, 4])), Tensor(3))
    with pytest.raises(ShapeError):
        find("concat")().output(Tensor(3, (Array([3, 4]),)), Tensor(3, (4,)))
    with pytest.raises(ShapeError):
        find("multiply")().output(Tensor(3, (Array([3, 4]),)), Tensor(3, (4,)))


def test_concat_of_columns_adds_variant_by_variant():
    output = find("concat")().output(Tensor(Array([3, 2**63]), (2,)), Tensor(Array([4, 1]), (2,)))
    assert output.channels.tolist() == [7, 9223372036854775809]
    assert algebra.equal(output.size[0], 2)
