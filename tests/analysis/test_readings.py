"""Whole networks on columns of variants and on symbols: every analysis gives what it gives for each variant alone."""

import numpy as np
import pytest
import sympy

import archcalc
from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.analysis import MODULES, OF_DEVICE, Analysis, Settings
from archcalc.analysis.receptive_field import GLOBAL

TEXT = """
input: [3, size, 40]
vars: {size: 33, width: 8}
layers:
  - {conv: {filters: width, kernel: 3, stride: 2, padding: 1}}
  - batch_norm
  - relu
  - {max_pool: {kernel: 3, stride: 2, ceil_mode: true}}
  - {add: [[], [{conv: {filters: width, kernel: 3, padding: 1, groups: width}}]]}
  - {multiply: [[], [global_avg_pool, {linear: width}, sigmoid]]}
  - {concat: [[{avg_pool: [3, 1, 1]}], [{conv: {filters: 2*width, kernel: 5, padding: same, bias: false}}]]}
  - {adaptive_avg_pool: [2, 5]}
  - flatten
  - {linear: 10}
  - softmax
"""
SIZES = [33, 65, 4097]  # after the pooling 8, 16 and 1024 rows, shared among 2
WIDTHS = [8, 2**40, 3]
# The others are fractions, which columns of variants refuse: see test_time.
COUNTS = [name for name in MODULES if name not in ("intensity", *OF_DEVICE)]


def values(column, **variables):
    analysis = Analysis(archcalc.loads(TEXT, **variables), Settings(batch=3))
    analysis.require([column])
    return analysis.values[column], analysis.total(column)


def mapped(value, change):
    """A value of a column with every number in it changed."""
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    return change(value)


@pytest.mark.parametrize("column", COUNTS)
def test_columns_of_variants(column):
    swept = values(column, size=np.array(SIZES), width=np.array(WIDTHS))
    for place, (size, width) in enumerate(zip(SIZES, WIDTHS, strict=True)):
        alone = values(column, size=size, width=width)
        picked = mapped(swept, lambda value, place=place: value.tolist()[place] if isinstance(value, Array) else value)
        assert picked == alone


@pytest.mark.parametrize("column", [name for name in COUNTS if name not in ("jump", "start")])
def test_symbols(column):
    size, width = symbol("size"), symbol("width")
    numbers = {size: 33, width: 8}
    rows, total = values(column, size=size, width=width)
    expected_rows, expected_total = values(column, size=33, width=8)

    def put_in(value):
        return int(value.subs(numbers)) if isinstance(value, sympy.Basic) else value

    for row, expected in zip(mapped(rows, put_in), expected_rows, strict=True):
        # Whether a field is global may depend on the size: then its extent is given, which reaches beyond the input.
        is_open = column == "receptive_field" and expected == GLOBAL and row != GLOBAL
        assert row == expected or (is_open and row[0] >= 33 and row[1] >= 40)
    assert mapped(total, put_in) == expected_total


def test_variants_that_differ_in_being_global_are_not_called_global():
    """All of 32 positions are seen, and 32 of 33: for both together it is not known."""
    text = "input: [1, n]\nvars: {n: 32}\nlayers: [{max_pool: [4, 4]}, global_avg_pool]"
    alone = [archcalc.analyze(archcalc.loads(text, n=n)).layers[-1]["receptive_field"] for n in (32, 33)]
    assert alone == ["global", [32]]
    swept = archcalc.analyze(archcalc.loads(text, n=np.array([32, 33]))).layers[-1]["receptive_field"]
    assert [size.tolist() for size in swept] == [[32, 32]]
