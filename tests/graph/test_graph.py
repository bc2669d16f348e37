"""The plain data: tensors, layers, tables."""

import re

import numpy as np
import pytest

import archcalc
from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.errors import ArchcalcError
from archcalc.graph.op import BIAS, WEIGHT, Weight, attributes
from archcalc.graph.table import RULES, Column, Table
from archcalc.graph.tensor import Tensor, checked
from archcalc.ops import find


@pytest.mark.parametrize(
    ("tensor", "shape", "elements", "positions", "text"),
    [
        (Tensor(64, (112, 113)), (64, 112, 113), 809984, 12656, "[64, 112, 113]"),
        (Tensor(9), (9,), 9, 1, "[9]"),
        (Tensor(2, (3, 4, 5)), (2, 3, 4, 5), 120, 60, "[2, 3, 4, 5]"),
        (Tensor(2**40, (2**40,)), (2**40, 2**40), 2**80, 2**40, "[1099511627776, 1099511627776]"),
        (Tensor(np.int32(2**20), (np.int32(2**20),)), (2**20, 2**20), 2**40, 2**20, "[1048576, 1048576]"),
        (Tensor(2.0, (3.0,)), (2, 3), 6, 3, "[2, 3]"),
    ],
)
def test_tensors(tensor, shape, elements, positions, text):
    assert (tensor.shape, tensor.elements, tensor.positions, str(tensor)) == (shape, elements, positions, text)
    assert all(type(value) is int for value in tensor.shape)


def test_arrays_of_numpy_cannot_wrap_inside_a_tensor():
    tensor = Tensor(np.array([2**31 - 1, 3], dtype=np.int32), (np.array([2**40, 2]), 2**10))
    assert tensor.elements.tolist() == [(2**31 - 1) * 2**50, 3 * 2 * 2**10]


def test_a_batch_is_no_part_of_a_tensor():
    assert Tensor(3, (4,), regions=5).elements == 12


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (Tensor(0, (3,)), "the output [0, 3] has a dimension of 0"),
        (Tensor(3, (3, -1)), "has a dimension of -1"),
        (Tensor(3, (Array([2, 0]),)), "dimension below 1"),
        (Tensor(3, (1,) * 8), "has 9 axes, expected at most 8"),
        (Tensor(2**1024), "larger than any network needs"),
    ],
)
def test_checked_refuses(tensor, message):
    with pytest.raises(ArchcalcError, match=re.escape(message)):
        checked(tensor)


@pytest.mark.parametrize("tensor", [Tensor(1), Tensor(3, (1,) * 7), Tensor(3, (Array([2, 1]),)), Tensor(symbol("C"))])
def test_checked_takes(tensor):
    assert checked(tensor) is tensor


def test_fractions_are_no_dimensions():
    with pytest.raises(ArchcalcError, match=r"found 2\.5"):
        Tensor(3, (2.5,))


def test_weights():
    assert Weight("kernel", (64, 3, 7, 5), WEIGHT).elements == 6720
    assert Weight("bias", (), BIAS).elements == 1


def test_attributes_come_in_the_order_of_the_fields():
    assert attributes(find("max_pool")(kernel=(3, 2), stride=2)) == {
        "kernel": (3, 2), "stride": 2, "padding": 0, "dilation": 1, "ceil_mode": False,
    }  # fmt: skip


@pytest.fixture(scope="module")
def graph():
    return archcalc.loads("""
        input: {image: [3, 8, 6], state: [4]}
        layers:
          - {conv: [5, 3], from: image, name: conv1}
          - {flatten: , name: flat}
          - {concat: , from: [flat, state], name: both}
    """)


def test_graph(graph):
    assert [layer.path for layer in graph.inputs] == ["image", "state"]
    assert graph.layer("conv1").output.shape == (5, 6, 4)
    assert [str(tensor) for tensor in graph.input_tensors(graph.layer("both"))] == ["[120]", "[4]"]
    assert graph.layer("both").output.shape == (124,)
    assert [graph.layers[index].path for index in graph.outputs] == ["both"]
    for index, layer in enumerate(graph.layers):
        assert all(source < index for source in layer.inputs)


def test_an_unknown_layer_gets_a_hint(graph):
    with pytest.raises(ArchcalcError, match="no layer 'conv2'") as caught:
        graph.layer("conv2")
    assert caught.value.hint == "did you mean 'conv1'?"


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [("sum", [1, 2, 3], 6), ("sum", [2**63, 2**63], 2**64), ("max", [1, 3, 2], 3), ("last", [1, 3, 2], 2),
     ("none", [1, 3, 2], None)],
)  # fmt: skip
def test_rules(rule, values, expected):
    assert RULES[rule](values) == expected


def test_rules_of_columns_of_variants():
    values = [Array([1, 9]), Array([5, 2])]
    assert RULES["max"](values).tolist() == [5, 9]
    assert RULES["sum"](values).tolist() == [6, 11]


def test_records_leave_out_what_says_nothing():
    columns = (Column("op", "op", ""), Column("regions", "regions", "", omit=1))
    assert Table({}, columns, (("conv", 1), ("roi", 7))).records() == [{"op": "conv"}, {"op": "roi", "regions": 7}]
