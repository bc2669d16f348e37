"""Ops that only move values: slices, shuffles, reshapes and transposes, by hand and by papers."""

import re

import pytest

import archcalc
from archcalc.graph.op import ALL, EACH, FLAT, STORED, VIEW, ShapeError
from archcalc.ops import find

# op, input, attributes -> output, window
RESULTS = [
    # ShuffleNet V2 1x, Ma et al. 2018, table 5: 116 channels in stage 2, split into halves of 58.
    ("slice", (116, 28, 28), {"part": 1, "parts": 2}, (58, 28, 28), EACH),
    ("slice", (6, 4, 7), {"begin": 2, "end": 5}, (3, 4, 7), EACH),
    ("slice", (6, 4, 7), {"begin": 2}, (4, 4, 7), EACH),
    ("slice", (6, 4, 7), {"begin": 0, "end": 6}, (6, 4, 7), EACH),
    ("slice", (6,), {"end": 1}, (1,), EACH),
    ("slice", (9, 5), {"part": 2, "parts": 3}, (3, 5), EACH),
    # ShuffleNet, Zhang et al. 2018, table 1: 240 channels in 3 groups.
    ("channel_shuffle", (240, 28, 28), {"groups": 3}, (240, 28, 28), EACH),
    # YOLO9000, Redmon and Farhadi 2017, section 2: "turns the 26 x 26 x 512 feature map into a 13 x 13 x 2048".
    ("space_to_depth", (512, 26, 26), {"block": 2}, (2048, 13, 13), ((2, 2), (2, 2), (0, 0), (1, 1), (1, 1))),
    ("space_to_depth", (3, 8, 6), {"block": [4, 1]}, (12, 2, 6), ((4, 1), (4, 1), (0, 0), (1, 1), (1, 1))),
    ("space_to_depth", (3, 10), {"block": 5}, (15, 2), ((5,), (5,), (0,), (1,), (1,))),
    (
        "space_to_depth",
        (1, 2, 4, 6),
        {"block": 2},
        (8, 1, 2, 3),
        ((2, 2, 2), (2, 2, 2), (0, 0, 0), (1, 1, 1), (1, 1, 1)),
    ),
    # ViT, Dosovitskiy et al. 2021, section 3.1: the map of 14 x 14 patches becomes a sequence of 196.
    ("reshape", (768, 14, 14), {"shape": [768, 196]}, (768, 196), FLAT),
    ("reshape", (8, 4, 6), {"shape": [192]}, (192,), FLAT),
    ("reshape", (8, 4, 6), {"shape": 192}, (192,), FLAT),
    ("reshape", (192,), {"shape": [8, 4, 6]}, (8, 4, 6), ALL),
    ("reshape", (8, 4, 6), {"shape": [8, 6, 4]}, (8, 6, 4), ALL),
    ("reshape", (8, 4, 6), {"shape": [2, 4, 4, 6]}, (2, 4, 4, 6), ALL),
    # MLP-Mixer, Tolstikhin et al. 2021, section 2: channels and patches change places.
    ("transpose", (768, 196), {}, (196, 768), ALL),
    ("transpose", (5, 4, 7), {"order": [2, 0, 1]}, (7, 5, 4), ALL),
    ("transpose", (5, 4, 7), {"order": [0, 2, 1]}, (5, 7, 4), ALL),
    ("transpose", (5, 4, 7), {"order": [0, 1, 2]}, (5, 4, 7), EACH),
    ("transpose", (5,), {"order": 0}, (5,), EACH),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "output", "window"), RESULTS)
def test_results(make, op, shape, arguments, output, window):
    made = make(op, shape, **arguments)
    assert (made.shape, made.window) == (output, window)
    assert (made.weights, made.work) == ({}, {})


@pytest.mark.parametrize(
    ("op", "storage"),
    [("slice", STORED), ("channel_shuffle", STORED), ("space_to_depth", STORED), ("transpose", STORED),
     ("reshape", VIEW)],
)  # fmt: skip
def test_storage(op, storage):
    """The rule of the design, section 4: only views store nothing, and of these only reshape is called one."""
    assert find(op).storage == storage


WAYS = "slice needs begin or end, or both part and parts"
ORDER = "order must hold each of the axes 0, 1, 2 of the input [3, 4, 5] once"
ERRORS = [
    ("slice", (6, 4), {}, None, WAYS),
    ("slice", (6, 4), {"part": 1}, None, WAYS),
    ("slice", (6, 4), {"parts": 2}, None, WAYS),
    ("slice", (6, 4), {"part": 0, "parts": 2, "end": 3}, None, WAYS),
    ("slice", (6, 4), {"part": 0, "begin": 3}, None, WAYS),
    ("slice", (6, 4), {"part": 2, "parts": 2}, "part", "part 2 of 2 is not there: parts are counted from 0"),
    ("slice", (6, 4), {"part": 0, "parts": 4}, "parts", "parts=4 does not divide the 6 input channels"),
    ("slice", (6, 4), {"end": 7}, "end", "end=7 is more than the 6 input channels"),
    ("slice", (6, 4), {"begin": 6}, "begin", "channels 6 up to 6 of the input [6, 4] are none"),
    ("slice", (6, 4), {"begin": 3, "end": 2}, "begin", "channels 3 up to 2 of the input [6, 4] are none"),
    ("channel_shuffle", (6, 4), {"groups": 4}, "groups", "groups=4 does not divide the 6 input channels"),
    ("space_to_depth", (3, 4, 5), {"block": 2}, "block", "a block of 2 does not divide the size 5 of the input"),
    ("space_to_depth", (3, 4, 5), {"block": [2]}, "block", "block has 1 value, but the input has 2 spatial axes"),
    ("space_to_depth", (3,), {"block": 2}, None, "space_to_depth needs 1 to 3 spatial axes"),
    ("reshape", (3, 4), {"shape": [5, 2]}, "shape", "the shape [5, 2] holds 10 values, the input [3, 4] has 12"),
    ("transpose", (3, 4, 5), {}, None, "transpose needs 1 spatial axis, the input [3, 4, 5] has 2"),
    ("transpose", (3,), {}, None, "transpose needs 1 spatial axis, the input [3] has 0"),
    ("transpose", (3, 4, 5), {"order": [1, 0]}, "order", ORDER),
    ("transpose", (3, 4, 5), {"order": [0, 1, 1]}, "order", ORDER),
    ("transpose", (3, 4, 5), {"order": [1, 2, 3]}, "order", ORDER),
]


@pytest.mark.parametrize(("op", "shape", "arguments", "attribute", "message"), ERRORS)
def test_errors(make, op, shape, arguments, attribute, message):
    with pytest.raises(ShapeError, match=re.escape(message)) as caught:
        make(op, shape, **arguments)
    assert caught.value.attribute == attribute


# The patches of ViT-B/16, with its receptive fields: each patch sees its own 16 x 16 pixels, class token and position
# embedding change nothing, what mixes positions sees everything. Params by hand: 16*16*3*768 + 768 of the patches,
# 768 of the token, 197*768 of the positions, 2*768 of the norm, 197*10 + 10 of the last layer.
VIT = """
input: [3, 224, 224]
layers:
  - conv: {filters: 768, kernel: 16, stride: 16}
  - reshape: [in_channels, "in_size[0] * in_size[1]"]
  - class_token
  - positional_embedding
  - layer_norm
  - transpose
  - linear: 10
"""


def test_the_beginning_of_a_vision_transformer():
    report = archcalc.analyze(archcalc.loads(VIT))
    assert [row["output"] for row in report.layers] == [
        [3, 224, 224], [768, 14, 14], [768, 196], [768, 197], [768, 197], [768, 197], [197, 768], [10, 768],
    ]  # fmt: skip
    assert [row["params"] for row in report.layers] == [0, 590592, 0, 768, 151296, 1536, 0, 1980]
    assert [row["receptive_field"] for row in report.layers] == [
        [1, 1], [16, 16], [16, 16], [16, 16], [16, 16], [16, 16], "global", "global",
    ]  # fmt: skip
    assert report.totals["depth"] == 2
    # conv: 590592 - 768; linear: 1980 - 10
    assert report.totals["weights"] == 589824 + 1970
