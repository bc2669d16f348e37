"""What each kind of attribute takes, and what it says of the rest."""

import re

import numpy as np
import pytest

from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.graph import kinds
from archcalc.graph.kinds import Mismatch

TAKEN = [
    (kinds.SIZE, 3, 3),
    (kinds.SIZE, 3.0, 3),
    (kinds.SIZE, np.int32(3), 3),
    (kinds.SIZE, 2**1023, 2**1023),
    (kinds.COUNT, 0, 0),
    (kinds.FEW, 1, 1),
    (kinds.FEW, 32, 32),
    (kinds.FEW, 2.0, 2),
    (kinds.FEW, np.int64(3), 3),
    (kinds.PER_AXIS, 3, 3),
    (kinds.PER_AXIS, [1, 7], (1, 7)),
    (kinds.PER_AXIS, (5,), (5,)),
    (kinds.PER_AXIS, [2.0, np.int64(3)], (2, 3)),
    (kinds.SIZES, [8, 4.0, np.int64(6)], (8, 4, 6)),
    (kinds.SIZES, 8, (8,)),
    (kinds.AXES, 2, (2,)),
    (kinds.AXES, [1, 0], (1, 0)),
    (kinds.AXES, [np.int32(1), Array([2, 2])], (1, 2)),
    (kinds.MARGINS, 0, 0),
    (kinds.MARGINS, [0, 2], (0, 2)),
    (kinds.MARGINS, [[0, 1], [2, 3]], ((0, 1), (2, 3))),
    (kinds.MARGINS, [[0, 1], 4], ((0, 1), 4)),
    (kinds.PADDING, 1, 1),
    (kinds.PADDING, "valid", "valid"),
    (kinds.PADDING, "half", "half"),
    (kinds.PADDING, "same", "same"),
    (kinds.PADDING, [[1, 0]], ((1, 0),)),
    (kinds.FLAG, True, True),
    (kinds.FLAG, False, False),
    (kinds.REAL, 0.5, 0.5),
    (kinds.REAL, -3, -3),
    (kinds.RATE, 0, 0),
    (kinds.RATE, 0.99, 0.99),
    (kinds.choice("sum", "mean"), "mean", "mean"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), TAKEN)
def test_taken(kind, value, expected):
    assert kind.read(value) == expected


LEAST_ONE = "a whole number of at least 1"
REFUSED = [
    (kinds.FEW, 0, "found 0, expected a whole number from 1 to 32"),
    (kinds.FEW, 33, "found 33, expected a whole number from 1 to 32"),
    (kinds.FEW, np.array([1, 2]), "expected a whole number from 1 to 32"),
    (kinds.FEW, symbol("n"), "found n, expected a whole number from 1 to 32"),
    (kinds.SIZE, 0, f"found 0, expected {LEAST_ONE}"),
    (kinds.SIZE, -1, f"found -1, expected {LEAST_ONE}"),
    (kinds.SIZE, 2.5, f"found 2.5, expected {LEAST_ONE}"),
    (kinds.SIZE, True, f"found true, expected {LEAST_ONE}"),
    (kinds.SIZE, "3", f"found the text '3', expected {LEAST_ONE}"),
    (kinds.SIZE, None, f"found nothing, expected {LEAST_ONE}"),
    (kinds.SIZE, [3], f"found a list of 1, expected {LEAST_ONE}"),
    (kinds.SIZE, 2**2000, "more than any network needs"),
    (kinds.SIZE, float("nan"), "found nan"),
    (kinds.SIZE, float("inf"), "found inf"),
    (kinds.SIZE, np.array([3, 0]), f"expected {LEAST_ONE}"),
    (kinds.SIZE, np.array([3, 2.5]), "fraction"),
    (kinds.COUNT, -1, "found -1, expected a whole number of at least 0"),
    (kinds.PER_AXIS, 0, f"found 0, expected {LEAST_ONE}, or a list of one per axis"),
    (kinds.PER_AXIS, [], "found an empty list"),
    (kinds.PER_AXIS, "half", "found the text 'half'"),
    (kinds.SIZES, [], "found an empty list, expected a list of whole numbers of at least 1"),
    (kinds.SIZES, [8, 0], f"found 0, expected {LEAST_ONE}"),
    (kinds.SIZES, [[8]], f"found a list of 1, expected {LEAST_ONE}"),
    (kinds.AXES, [], "found an empty list, expected the number of an axis"),
    (kinds.AXES, -1, "found -1, expected the number of an axis"),
    (kinds.AXES, [0, 8], "found 8, expected the number of an axis, below 8"),
    (kinds.AXES, Array([0, 1]), "an axis cannot depend on the variant or on a symbol"),
    (kinds.AXES, symbol("n"), "an axis cannot depend on the variant or on a symbol"),
    (kinds.MARGINS, -1, "found -1"),
    (kinds.MARGINS, [], "found an empty list"),
    (kinds.MARGINS, [[1, 2, 3]], "found a list of 3, expected the pair [before, after]"),
    (kinds.MARGINS, "half", "found the text 'half'"),
    (kinds.PADDING, "hlaf", "found the text 'hlaf'"),
    (kinds.PADDING, None, "valid, half or same"),
    (kinds.FLAG, 1, "found 1, expected true or false"),
    (kinds.FLAG, "yes", "expected true or false"),
    (kinds.REAL, "a", "expected a number"),
    (kinds.REAL, float("nan"), "expected a finite number"),
    (kinds.REAL, float("-inf"), "expected a finite number"),
    (kinds.RATE, 1, "found 1, expected a number from 0 up to, but not including, 1"),
    (kinds.RATE, -0.1, "found -0.1"),
    (kinds.choice("sum", "mean"), "max", "expected one of: sum, mean"),
    (kinds.choice("sum", "mean"), 3, "found 3, expected one of: sum, mean"),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_refused(kind, value, message):
    with pytest.raises(Mismatch, match=re.escape(message)):
        kind.read(value)


@pytest.mark.parametrize(
    ("kind", "value", "index"),
    [(kinds.PER_AXIS, [1, 0, 3], 1), (kinds.MARGINS, [0, 0, -1], 2), (kinds.MARGINS, [[0, -1], 0], 0),
     (kinds.PADDING, [1, "half"], 1), (kinds.SIZE, 0, None), (kinds.PADDING, "x", None)],
)  # fmt: skip
def test_the_item_that_is_wrong_is_known(kind, value, index):
    with pytest.raises(Mismatch) as caught:
        kind.read(value)
    assert caught.value.index == index


@pytest.mark.parametrize(("word", "hint"), [("hlaf", "half"), ("sme", "same"), ("vaild", "valid")])
def test_padding_words_get_a_hint(word, hint):
    with pytest.raises(Mismatch) as caught:
        kinds.PADDING.read(word)
    assert caught.value.hint == f"did you mean '{hint}'?"


def test_columns_and_symbols_are_dimensions():
    assert kinds.SIZE.read(np.array([3, 4])).tolist() == [3, 4]
    assert [part.tolist() for part in kinds.PER_AXIS.read([Array([1, 2]), Array([3, 4])])] == [[1, 2], [3, 4]]
    assert kinds.SIZE.read(symbol("C")) == symbol("C")
    assert kinds.COUNT.read(symbol("C") - 1) == symbol("C") - 1
