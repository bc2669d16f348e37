"""Attention and its products, against counts by hand, papers and PyTorch 2.13.0."""

import re

import pytest

from archcalc.algebra.arrays import Array
from archcalc.graph.op import ALL, STORED, ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops import find


# By hand: 5 positions of 4 channels, 2 heads. Four projections of 4*4*5 = 80; 25 pairs, 4 + 4 each; 2*25 scores in
# 2*5 rows; 4 biases of 4 at 5 positions: 80 + 50 - 10 additions.
def test_self_attention(make):
    made = make("attention", (4, 5), heads=2)
    assert made.shape == (4, 5)
    assert made.weights == {
        "query": (4, 4), "key": (4, 4), "value": (4, 4), "output": (4, 4),
        "query_bias": (4,), "key_bias": (4,), "value_bias": (4,), "output_bias": (4,),
    }  # fmt: skip
    assert made.work == {"mac": 520, "add": 120, "mul": 50, "div": 50, "exp": 50}
    assert made.window == ALL
    assert find("attention").storage == STORED


# By hand: 20 queries of 6 channels, 7 keys and values of 9. 20*8*6 + 7*8*9 + 7*10*9 + 20*5*10 = 3094 in the
# projections, 140 pairs of 8 + 10 = 2520; 280 scores in 40 rows.
def test_cross_attention_with_widths_of_its_own(make):
    made = make("attention", (6, 5, 4), (9, 7), heads=2, width=8, value_width=10, out=5, bias=False)
    assert made.shape == (5, 5, 4)
    assert made.weights == {"query": (8, 6), "key": (8, 9), "value": (10, 9), "output": (5, 10)}
    assert made.work == {"mac": 5614, "add": 240, "mul": 280, "div": 280, "exp": 280}


@pytest.mark.parametrize(
    ("arguments", "biases"),
    [
        ({}, {"query_bias": (3,), "key_bias": (3,), "value_bias": (5,), "output_bias": (2,)}),
        ({"bias": False}, {}),
        ({"bias": False, "out_bias": True}, {"output_bias": (2,)}),
        ({"out_bias": False}, {"query_bias": (3,), "key_bias": (3,), "value_bias": (5,)}),
    ],
)
def test_biases(make, arguments, biases):
    made = make("attention", (2, 7), (4, 6), width=3, value_width=5, **arguments)
    assert {name: shape for name, shape in made.weights.items() if name.endswith("bias")} == biases
    # 42 scores in 7 rows; a query and an output have 7 positions, a key and a value 6.
    times = {"query_bias": 7, "key_bias": 6, "value_bias": 6, "output_bias": 7}
    assert made.work["add"] == 35 + sum(times[name] * shape[0] for name, shape in biases.items())


SIZES = [
    # torch.nn.MultiheadAttention(512, 8) and (12, 3, kdim=7, vdim=7): the parameters that torch has, and half of what
    # torch.utils.flop_counter counts.
    ([(512, 10)], {"heads": 8}, 1050624, 10588160),
    ([(12, 5), (7, 9)], {"heads": 3}, 504, 4032),
    # ViT-B/16 (Dosovitskiy et al., ICLR 2021, table 1): 12 heads, 768 channels, 14*14 patches and the class token.
    # 4*768**2*197 = 464781312 and 2*197**2*768 = 59610624.
    ([(768, 197)], {"heads": 12}, 2362368, 524391936),
    # Stable Diffusion 1's text conditioning at 64x64 (CompVis, ldm/modules/attention.py: to_q, to_k, to_v without
    # bias, to_out with): 320*320 + 2*320*768 + 320*320 + 320; 4096*(2*102400) + 77*2*245760 + 4096*77*640.
    ([(320, 64, 64), (768, 77)], {"heads": 8, "bias": False, "out_bias": True}, 696640, 1078558720),
]


@pytest.mark.parametrize(("shapes", "arguments", "params", "macs"), SIZES)
def test_sizes_of_networks(make, shapes, arguments, params, macs):
    made = make("attention", *shapes, **arguments)
    assert (made.shape, made.params, made.work["mac"]) == (shapes[0], params, macs)


@pytest.mark.parametrize(
    ("shapes", "arguments", "output", "macs"),
    [
        ([(5, 7), (7, 4)], {}, (5, 4), 140),
        ([(6, 9), (6, 4)], {"transpose_a": True}, (9, 4), 216),
        ([(5, 8), (3, 8)], {"transpose_b": True}, (5, 3), 120),
        ([(2, 5), (3, 2)], {"transpose_a": True, "transpose_b": True}, (5, 3), 30),
        ([(1, 9), (9, 1)], {}, (1, 1), 9),
        ([(4, 1), (1, 6)], {}, (4, 6), 24),
    ],
)
def test_matmul(make, shapes, arguments, output, macs):
    made = make("matmul", *shapes, **arguments)
    assert (made.shape, made.work, made.weights, made.window) == (output, {"mac": macs}, {}, ALL)


ERRORS = [
    ("attention", [(4,)], {}, None, "attention needs positions to attend to, the input [4] has none"),
    ("attention", [(4, 5), (6,)], {}, None, "the input [6] has none"),
    ("attention", [(4, 5), (6, 7), (3, 8)], {}, None, "but keys are made of [6, 7] and values of [3, 8]"),
    ("attention", [(4, 5)], {"heads": 3}, "heads", "heads=3 does not divide the width of the queries, 4"),
    ("attention", [(4, 5)], {"heads": 3, "width": 8}, "heads", "heads=3 does not divide the width of the queries, 8"),
    ("attention", [(4, 5)], {"heads": 2, "value_width": 7}, "heads", "does not divide the width of the values, 7"),
    ("matmul", [(5, 7), (6, 4)], {}, None, "matmul cannot multiply [5, 7] by [6, 4]: 7 columns meet 6 rows"),
    ("matmul", [(5, 7), (7, 4)], {"transpose_a": True}, None, "[5, 7] transposed by [7, 4]: 5 columns meet 7 rows"),
    ("matmul", [(5, 7), (7, 4)], {"transpose_b": True}, None, "[5, 7] by [7, 4] transposed: 7 columns meet 4 rows"),
    ("matmul", [(5, 7), (7,)], {}, None, "matmul needs two matrices [rows, columns], found [5, 7] and [7]"),
    ("matmul", [(5, 7, 2), (2, 7)], {}, None, "found [5, 7, 2] and [2, 7]"),
]


@pytest.mark.parametrize(("op", "shapes", "arguments", "attribute", "message"), ERRORS)
def test_errors(make, op, shapes, arguments, attribute, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, *shapes, **arguments)
    assert caught.value.attribute == attribute
    assert caught.value.hint


def test_heads_that_do_not_divide_in_one_variant_are_an_error():
    attention = find("attention")(heads=Array([2, 3]))
    assert attention.output(Tensor(6, (5,))).channels == 6
    with pytest.raises(ShapeError):
        attention.output(Tensor(Array([6, 8]), (5,)))


def test_regions_are_those_of_the_query():
    assert find("attention")().output(Tensor(4, (5,), 300), Tensor(3, (2,))).regions == 300
