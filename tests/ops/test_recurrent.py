"""Recurrent layers and embeddings, against counts by hand, PyTorch 2.13.0 and Keras."""

import re

import pytest

from archcalc.graph.kinds import Mismatch
from archcalc.graph.op import ALL, EACH, STORED, ShapeError
from archcalc.ops import find

PARAMS = [
    # sum(p.numel() for p in torch.nn.LSTM(10, 20, 2).parameters()), and so on.
    ("lstm", (10, 7), {"units": 20, "layers": 2}, (20, 7), 5920),
    ("lstm", (10, 7), {"units": 20, "layers": 2, "bidirectional": True}, (40, 7), 15040),
    ("lstm", (10, 7), {"units": 20, "layers": 2, "bias": False}, (20, 7), 5600),
    ("gru", (10, 7), {"units": 20, "layers": 2}, (20, 7), 4440),
    ("gru", (10, 7), {"units": 20, "bidirectional": True, "bias": False}, (40, 7), 3600),
    # The summaries in TensorFlow's guide "Working with RNNs": LSTM(128) and GRU(256) on an embedding of 64. Keras has
    # one bias a gate in LSTM, two in GRU.
    ("lstm", (64, 9), {"units": 128, "recurrent_bias": False, "last": True}, (128,), 98816),
    ("gru", (64, 9), {"units": 256}, (256, 9), 247296),
    ("embedding", (1, 9), {"vocabulary": 1000, "width": 64}, (64, 9), 64000),
    # BERT-base, Devlin et al. 2019: 30522 word pieces of 768 (its vocab.txt and configuration).
    ("embedding", (1, 512), {"vocabulary": 30522, "width": 768}, (768, 512), 23440896),
    ("embedding", (1,), {"vocabulary": 7, "width": 3}, (3,), 21),
    ("embedding", (1, 4, 6), {"vocabulary": 7, "width": 3}, (3, 4, 6), 21),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "output", "params"), PARAMS)
def test_params(make, op, shape, arguments, output, params):
    made = make(op, shape, **arguments)
    assert (made.shape, made.params) == (output, params)


# 2 channels, 3 units, 5 steps; 15 values of state. LSTM: 12*2 + 12*3 weights a step. 60 gate values, each with one
# addition of the two products and two biases; 3 sigmoids and 1 sum a state: 4*15 more. GRU: 9*2 + 9*3 weights a step,
# 45 gate values; 2 sigmoids, 1 - z and 1 sum a state.
WORK = [
    ("lstm", {}, {"mac": 300, "add": 240, "mul": 45, "div": 45, "exp": 75}),
    ("lstm", {"recurrent_bias": False}, {"mac": 300, "add": 180, "mul": 45, "div": 45, "exp": 75}),
    ("lstm", {"bias": False}, {"mac": 300, "add": 120, "mul": 45, "div": 45, "exp": 75}),
    ("lstm", {"last": True}, {"mac": 300, "add": 240, "mul": 45, "div": 45, "exp": 75}),
    ("gru", {}, {"mac": 225, "add": 195, "mul": 45, "div": 30, "exp": 45}),
    ("gru", {"recurrent_bias": False}, {"mac": 225, "add": 150, "mul": 45, "div": 30, "exp": 45}),
    ("gru", {"bias": False}, {"mac": 225, "add": 105, "mul": 45, "div": 30, "exp": 45}),
    # Twice as much, and a second layer whose cells see 6 channels: 2*(24 + 36) + 2*(72 + 36) weights.
    ("lstm", {"bidirectional": True, "layers": 2}, {"mac": 1680, "add": 960, "mul": 180, "div": 180, "exp": 300}),
    ("gru", {"bidirectional": True, "layers": 2}, {"mac": 1260, "add": 780, "mul": 180, "div": 120, "exp": 180}),
]


@pytest.mark.parametrize(("op", "arguments", "work"), WORK)
def test_work(make, op, arguments, work):
    made = make(op, (2, 5), units=3, **arguments)
    assert made.work == work
    assert made.window == ALL


@pytest.mark.parametrize(("op", "rows"), [("lstm", 12), ("gru", 9)])
def test_weights_of_every_layer_and_direction(make, op, rows):
    assert make(op, (2, 5), units=3, layers=2, bidirectional=True, recurrent_bias=False).weights == {
        "kernel_l0": (rows, 2), "recurrent_kernel_l0": (rows, 3), "bias_l0": (rows,),
        "kernel_l0_reverse": (rows, 2), "recurrent_kernel_l0_reverse": (rows, 3), "bias_l0_reverse": (rows,),
        "kernel_l1": (rows, 6), "recurrent_kernel_l1": (rows, 3), "bias_l1": (rows,),
        "kernel_l1_reverse": (rows, 6), "recurrent_kernel_l1_reverse": (rows, 3), "bias_l1_reverse": (rows,),
    }  # fmt: skip
    assert make(op, (2, 5), units=3).weights == {
        "kernel_l0": (rows, 2), "recurrent_kernel_l0": (rows, 3),
        "bias_l0": (rows,), "recurrent_bias_l0": (rows,),
    }  # fmt: skip


def test_the_last_output_of_both_directions(make):
    assert make("lstm", (2, 5), units=3, bidirectional=True, last=True).shape == (6,)
    assert make("gru", (2, 5), units=3, last=True).shape == (3,)


def test_an_embedding_computes_nothing(make):
    made = make("embedding", (1, 9), vocabulary=50, width=6)
    assert (made.weights, made.work, made.window) == ({"table": (50, 6)}, {}, EACH)


@pytest.mark.parametrize("op", ["embedding", "lstm", "gru"])
def test_storage(op):
    assert find(op).storage == STORED


ERRORS = [
    ("lstm", (4,), {"units": 3}, "lstm needs one axis of steps, the input [4] has 0 spatial axes"),
    ("gru", (4, 5, 6), {"units": 3}, "gru needs one axis of steps, the input [4, 5, 6] has 2 spatial axes"),
    ("embedding", (4, 5), {"vocabulary": 9, "width": 3},
     "embedding needs one index a position, the input [4, 5] has 4 channels"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "shape", "arguments", "message"), ERRORS)
def test_errors(make, op, shape, arguments, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, shape, **arguments)
    assert caught.value.hint


@pytest.mark.parametrize("layers", [0, 33, 2.5, True])
def test_layers_are_few(make, layers):
    with pytest.raises(Mismatch, match="expected a whole number from 1 to 32"):
        make("lstm", (4, 5), units=3, layers=layers)
